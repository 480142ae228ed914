"""Attributes that hold a collection of tracked instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import bulk, changes, history, lists, lookups, ownership, referring
from .collection_events import CollectionEvents
from .journal import Journal, current, open_journal, put_back
from .sentinels import (
    DONT_SET,
    INCLUDE_PENDING_MUTATIONS,
    MISSING,
    NO_KEY,
    NO_RAISE,
    NO_VALUE,
    OP_BULK_REPLACE,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_ONLY_PERSISTENT,
)

__all__ = ["CollectionAttributeImpl", "HasCollectionAdapter"]


class HasCollectionAdapter:
    """Marks implementations that hold a collection behind an adapter."""

    __slots__ = ()

    _is_has_collection_adapter = True


class CollectionAttributeImpl(CollectionEvents):
    """An attribute that holds a collection of tracked instances.

    Args:
        typecallable: makes an empty, instrumented collection.
        copy_function: copies the members for the history; a list by default.
    """

    __slots__ = ("_bulk_replace_token", "_duck_typed_as", "collection_factory", "copy")

    collection = uses_objects = supports_population = True
    default_accepts_scalar_loader = dynamic = False
    _is_has_collection_adapter = True

    def __init__(
        self,
        class_: Any,
        key: str,
        callable_: Callable[..., Any] | None,
        dispatch: Any,
        typecallable: Any = None,
        copy_function: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(class_, key, callable_, dispatch, **kwargs)
        self.copy: Any = copy_function or _members
        self.collection_factory: Any = typecallable
        self._bulk_replace_token: Any = self._token(OP_BULK_REPLACE)
        self._own_bulk_token = self._bulk_replace_token
        own = type(self)
        self._puts_directly = (
            own.append is CollectionAttributeImpl.append
            and own.fire_append_event is CollectionAttributeImpl.fire_append_event
        )
        self._inquires_directly = own.get_history is CollectionAttributeImpl.get_history
        self._duck_typed_as: Any = bulk.duck_type(typecallable())

    # -- the collection itself --------------------------------------------------

    def _initialize_collection(self, state: Any) -> tuple[Any, Any]:
        adapter, collection = state.manager.initialize_collection(
            self.key, state, self.collection_factory
        )
        self.dispatch.init_collection(state, collection, adapter)
        _link(collection, adapter)
        return adapter, collection

    def _default_value(self, state: Any, dict_: Any) -> Any:
        if self.key in dict_:
            raise self.layer.faults.already_initialized(self, state)
        empty = state._empty_collections
        if self.key in empty:
            return empty[self.key]
        adapter, collection = self._initialize_collection(state)
        adapter._set_empty(collection)
        return collection

    def get_collection(
        self, state: Any, dict_: Any, user_data: Any = None, passive: int = PASSIVE_OFF
    ) -> Any:
        """Return the adapter of the collection.

        Args:
            state: the state of the instance.
            dict_: the values of the instance.
            user_data: the collection, where it is at hand.
            passive: how far it may be loaded otherwise.

        Returns ``PASSIVE_NO_RESULT`` where it may not be.
        """
        if user_data is None:
            user_data = self.get(state, dict_, passive)
            if user_data is PASSIVE_NO_RESULT:
                return user_data
        return ownership.adapter_of(self, state, user_data)

    def _invalidate_collection(self, collection: Any) -> None:
        ownership.set_aside(collection)

    def _dispose_previous_collection(
        self, state: Any, collection: Any, adapter: Any, fire_event: bool
    ) -> None:
        journal = current()
        if journal is not None:
            journal.note(setattr, collection, "_sa_adapter", adapter)
        del collection._sa_adapter
        empty = referring.more(state, "_empty")
        if empty:
            empty.pop(self.key, None)
        if fire_event:
            self.dispatch.dispose_collection(state, collection, adapter)
            _link(collection, None)

    # -- read -------------------------------------------------------------------

    def get_history(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        return self.inquire(state, dict_, passive)

    def inquire(self, state: Any, dict_: Any, passive: int) -> Any:
        current_value = self.get(state, dict_, passive)
        if current_value is not PASSIVE_NO_RESULT:
            return history.of_collection(self.history_class, self, state, current_value)
        nothing = self.history_class((), (), ())
        if passive & INCLUDE_PENDING_MUTATIONS:
            pending = referring.more(state, "_pending")
            if pending and self.key in pending:
                return pending[self.key].merge_with_history(nothing)
        return nothing

    def get_all_pending(
        self, state: Any, dict_: Any, passive: int = PASSIVE_NO_INITIALIZE
    ) -> list[tuple[Any, Any]]:
        if self.key not in dict_:
            return []
        now = list(iter(ownership.adapter_of(self, state, dict_[self.key])))
        original = state.original(self.key)
        if original is MISSING or original is NO_VALUE:
            return self._with_states(now)
        known = set(map(id, original))
        present = set(map(id, now))
        return self._with_states(
            [
                *(member for member in now if id(member) not in known),
                *(member for member in now if id(member) in known),
                *(member for member in original if id(member) not in present),
            ]
        )

    def _with_states(self, members: list[Any]) -> list[tuple[Any, Any]]:
        state_of = self.layer.state_of
        return [(None if member is None else state_of(member), member) for member in members]

    # -- write --------------------------------------------------------------------

    def append(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        adapter = self.get_collection(state, dict_, None, passive)
        if adapter is not PASSIVE_NO_RESULT:
            adapter.append_with_event(value, initiator)
            return
        self._while_unloaded(state, dict_, value, initiator, self.fire_append_event, "append")

    def put(
        self, journal: Journal | None, state: Any, dict_: Any, value: Any, initiator: Any
    ) -> None:
        collection = dict_.get(self.key) if self._puts_directly else None
        if collection is None:
            if journal is not None:
                journal.publish()
            self.append(state, dict_, value, initiator, PASSIVE_NO_FETCH)
        else:
            adapter = ownership.adapter_of(self, state, collection)
            lists.put(journal, adapter, collection, value, initiator)

    def remove(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        adapter = self.get_collection(state, dict_, None, passive)
        if adapter is not PASSIVE_NO_RESULT:
            adapter.remove_with_event(value, initiator)
            return
        self._while_unloaded(state, dict_, value, initiator, self.fire_remove_event, "remove")

    def _while_unloaded(
        self, state: Any, dict_: Any, value: Any, initiator: Any, fire: Any, change: str
    ) -> None:
        """Keep a change until the collection is loaded."""
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = journal.mark()
        try:
            answer = fire(state, dict_, value, initiator, key=NO_KEY)
            if self.key in dict_:
                raise self.layer.faults.loaded_by_listener(self, state)
            pending = state._get_pending_mutation(self.key)
            if change == "append":
                pending.append(answer)
            else:
                pending.remove(value)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    def pop(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        # outside of what is caught: a loader may raise a KeyError of its own
        adapter = self.get_collection(state, dict_, None, passive)
        if adapter is PASSIVE_NO_RESULT:
            self._while_unloaded(state, dict_, value, initiator, self.fire_remove_event, "remove")
            return
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        try:
            adapter.remove_with_event(value, initiator)
        except (ValueError, KeyError, IndexError) as error:
            # a listener's own says that the removal is refused; any other, that the member
            # was not there, unless it is
            if journal.failure == id(error) or any(there is value for there in adapter):
                raise
        finally:
            if opened:
                journal.close()

    def delete(self, state: Any, dict_: Any) -> None:
        if self.key not in dict_:
            return
        adapter = self.get_collection(state, dict_)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = journal.mark()
        try:
            changes.note_slot(state, journal, dict_, self.key)
            changes.record_members(state, dict_, self)
            # nested, so that each removal notes how to put its member back
            adapter.clear_with_event()
            del dict_[self.key]
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    def set(
        self,
        state: Any,
        dict_: Any,
        value: Any,
        initiator: Any = None,
        passive: int = PASSIVE_OFF,
        check_old: Any = None,
        pop: bool = False,
        _adapt: bool = True,
    ) -> None:
        """Replace the collection by one of the same kind with the members of ``value``."""
        if value is DONT_SET:
            return
        # made first, so that a value that does not fit causes no load
        adapter, collection = self._initialize_collection(state)
        members, keys = self._members_of(adapter, value, _adapt)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = journal.mark()
        try:
            self.dispatch.bulk_replace(state, members, self._bulk_replace_token, keys=keys)
            old = self.get(state, dict_, PASSIVE_ONLY_PERSISTENT ^ (passive & NO_RAISE))
            if old is PASSIVE_NO_RESULT:
                old = self._default_value(state, dict_)
            # in-place operators assign the collection they worked on
            if old is not value:
                bulk.swap(self, journal, state, dict_, old, adapter, collection, members)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    def _members_of(
        self, adapter: Any, value: Any, adapt: bool
    ) -> tuple[list[Any], list[Any] | None]:
        """The members of an assigned collection, and its keys if it has any.

        Args:
            adapter: that of the new, empty collection.
            value: what has been assigned.
            adapt: whether it has to be of the same kind.
        """
        given = bulk.duck_type(value)
        if not adapt:
            return list(value), list(value) if given is dict else None
        if given is not self._duck_typed_as:
            raise self.layer.faults.incompatible_collection(self, adapter.owner_state, value)
        if hasattr(value, "_sa_iterator"):
            return list(value._sa_iterator()), None
        if given is dict:
            return list(value.values()), list(value)
        return list(value), None

    def set_committed_value(self, state: Any, dict_: Any, value: Any) -> Any:
        """Take the members of ``value`` as loaded, then apply what was pending."""
        adapter, collection = self._initialize_collection(state)
        if value:
            adapter.append_multiple_without_event(bulk.loaded_members(self, state, value))
        all_pending = referring.more(state, "_pending")
        pending = all_pending.get(self.key) if all_pending else None
        loaded = None if pending is None else self.copy(collection)
        if pending is not None:
            pending.apply_to(adapter)
        before = lookups.value_in(dict_, self.key)
        try:
            dict_[self.key] = collection
            state._commit(dict_, (self.key,))
            if pending is not None:
                changes.record(state, dict_, self, loaded)
                # what waited is there as soon as it waits no longer
                del all_pending[self.key]
        except BaseException:
            put_back(dict_, self.key, before)
            raise
        return collection


def _members(collection: Any) -> list[Any]:
    # of the adapter itself a list would first ask the length, and go through it for that
    return list(iter(collection._sa_adapter))


def _link(collection: Any, adapter: Any) -> None:
    """Tell a collection that asks for it which adapter it has from now on."""
    linker = getattr(collection, "_sa_linker", None)
    if linker is not None:
        linker(adapter)
