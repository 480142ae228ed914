"""The adapter between an attribute and a collection.

The protocol is the one the field already has, so that a collection class
written for SQLAlchemy is one for ormolu: ``_sa_adapter``, ``_sa_appender``,
``_sa_remover``, ``_sa_iterator``, and the keyword ``_sa_initiator``, which is
``False`` for a change that is not to be recorded.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from . import lookups, referring, slots
from .journal import Journal, atomically, current
from .ownership import Ownership
from .sentinels import NO_KEY

__all__ = ["CollectionAdapter", "come_in"]


def come_in(adapter: Any, journal: Journal | None, item: Any, initiator: Any, key: Any) -> Any:
    """Tell that ``item`` is coming in; see :meth:`CollectionAdapter.fire_append_event`.

    Args:
        adapter: that of the collection.
        journal: of the operation that this is part of, or ``None``.
        item: the new member.
        initiator: the token of the chain of events.
        key: the index or key it goes to.
    """
    if not slots.is_kind(adapter, CollectionAdapter):
        if journal is not None:
            journal.publish()
        return adapter.fire_append_event(item, initiator, key)
    attr = slots.read(adapter, _ATTR, "attr")
    state = slots.read(adapter, _OWNER_STATE, "owner_state")
    # None is of every type to Cython
    if attr is None or state is None:
        raise AttributeError("the adapter of this collection has no owner")
    if not attr._puts_directly or _is_set_aside(adapter):
        if journal is not None:
            journal.publish()
        if adapter.invalidated or adapter.empty:
            return adapter._fire_prepared(attr.fire_append_event, item, initiator, key)
        return attr.fire_append_event(state, state.dict, item, initiator, key)
    owner = referring.instance_of(state)
    values = {} if owner is None else lookups.values_of(attr._places, owner)
    return attr.come_in(journal, state, values, item, initiator, key)


def _is_set_aside(adapter: Any) -> bool:
    """Whether the collection is its owner's no longer, or not yet."""
    invalidated: bool = slots.read(adapter, _INVALIDATED, "invalidated")
    return invalidated or slots.read(adapter, _EMPTY, "empty")


class CollectionAdapter(Ownership):
    """One face for every kind of collection: append, remove, iterate, tell.

    Attributes:
        attr: the implementation of the attribute that holds the collection.
        owner_state: the state of the instance that holds it.
    """

    layer: ClassVar[Any] = None

    __slots__ = ("_data", "_key", "attr", "owner_state")

    def __init__(self, attr: Any, owner_state: Any, data: Any) -> None:
        super().__init__()
        self.attr: Any = attr
        self._key: str = attr.key
        # weak: the collection holds the adapter
        self._data: Callable[[], Any] = weakref.ref(data)
        self.owner_state: Any = owner_state
        data._sa_adapter = self

    @property
    def data(self) -> Any:
        """The collection itself."""
        return self._data()

    @property
    def _referenced_by_owner(self) -> bool:
        return self.owner_state.dict[self._key] is self._data()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._data()._sa_iterator())

    def __len__(self) -> int:
        return sum(1 for _ in self._data()._sa_iterator())

    def __bool__(self) -> bool:
        return True

    def bulk_appender(self) -> Any:
        """Return the method of the collection that appends."""
        return self._data()._sa_appender

    def bulk_remover(self) -> Any:
        """Return the method of the collection that removes."""
        return self._data()._sa_remover

    # -- changes -----------------------------------------------------------------

    def append_with_event(self, item: Any, initiator: Any = None) -> None:
        """Append ``item`` and tell the attribute."""
        self._data()._sa_appender(item, _sa_initiator=initiator)

    def remove_with_event(self, item: Any, initiator: Any = None) -> None:
        """Remove ``item`` and tell the attribute."""
        self._data()._sa_remover(item, _sa_initiator=initiator)

    def clear_with_event(self, initiator: Any = None) -> None:
        """Remove every member and tell the attribute of each."""
        self._refuse_if_empty()
        atomically(self._clear, initiator)

    def append_without_event(self, item: Any) -> None:
        """Append ``item`` unrecorded, as a loader does."""
        self._refuse_if_empty()
        self._data()._sa_appender(item, _sa_initiator=False)

    def append_multiple_without_event(self, items: Iterable[Any]) -> None:
        """Append all of ``items`` unrecorded."""
        self._refuse_if_empty()
        appender = self._data()._sa_appender
        for item in items:
            appender(item, _sa_initiator=False)

    def remove_without_event(self, item: Any) -> None:
        """Remove ``item`` unrecorded."""
        self._refuse_if_empty()
        self._data()._sa_remover(item, _sa_initiator=False)

    def clear_without_event(self) -> None:
        """Remove every member unrecorded."""
        self._refuse_if_empty()
        self._clear(False)

    def _clear(self, initiator: Any) -> None:
        remover = self._data()._sa_remover
        for item in list(iter(self)):
            remover(item, _sa_initiator=initiator)

    # -- a collection that was made for a read ---------------------------------------

    def _set_empty(self, user_data: Any) -> None:
        if self.empty:
            raise self.attr.layer.faults.emptiness(self)
        self.empty = True
        self.owner_state._empty_collections[self._key] = user_data

    def _reset_empty(self) -> None:
        """Become the owner's own collection, at the first change."""
        if not self.empty:
            raise self.attr.layer.faults.emptiness(self)
        state = self.owner_state
        collection = state._empty_collections[self._key]
        journal = current()
        if journal is not None:
            journal.note(self._restore_empty, collection)
        del state._empty_collections[self._key]
        self.empty = False
        state.dict[self._key] = collection

    def _restore_empty(self, collection: Any) -> None:
        if not self.empty:
            self.owner_state.dict.pop(self._key, None)
            self._set_empty(collection)

    def _refuse_if_empty(self) -> None:
        if self.empty:
            raise self.attr.layer.faults.empty_collection(self)

    # -- telling the attribute ---------------------------------------------------------

    def _fire_prepared(self, fire: Any, item: Any, initiator: Any, key: Any) -> Any:
        """Fire an event of a collection that is its owner's no longer, or not yet.

        One that was made for a read becomes the owner's with its first change,
        and stays what it was if that fails.
        """
        if self.invalidated:
            self.attr.layer.faults.warn_invalidated(self)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = Journal()
        journal.publish()
        mark = journal.mark()
        try:
            if self.empty:
                self._reset_empty()
            state = self.owner_state
            return fire(state, state.dict, item, initiator, key)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    def fire_append_event(self, item: Any, initiator: Any = None, key: Any = NO_KEY) -> Any:
        """Tell that ``item`` is coming in; return the member that listeners leave.

        Args:
            item: the new member.
            initiator: the token of the chain of events this is part of;
                ``False`` records nothing.
            key: the index or key it goes to.
        """
        if initiator is False:
            return item
        return come_in(self, current(), item, initiator, key)

    def fire_append_wo_mutation_event(
        self, item: Any, initiator: Any = None, key: Any = NO_KEY
    ) -> Any:
        """Tell that ``item`` is put where it already is."""
        if initiator is False:
            return item
        if self.invalidated or self.empty:
            fire = self.attr.fire_append_wo_mutation_event
            return self._fire_prepared(fire, item, initiator, key)
        state = self.owner_state
        return self.attr.fire_append_wo_mutation_event(state, state.dict, item, initiator, key)

    def fire_remove_event(self, item: Any, initiator: Any = None, key: Any = NO_KEY) -> None:
        """Tell that ``item`` is going."""
        if initiator is False:
            return
        if self.invalidated or self.empty:
            self._fire_prepared(self.attr.fire_remove_event, item, initiator, key)
            return
        state = self.owner_state
        self.attr.fire_remove_event(state, state.dict, item, initiator, key)

    def fire_pre_remove_event(self, initiator: Any = None, key: Any = NO_KEY) -> None:
        """Tell that some member, not known yet, is going."""
        if self.invalidated:
            self.attr.layer.faults.warn_invalidated(self)
        state = self.owner_state
        self.attr.fire_pre_remove_event(state, state.dict, initiator=initiator, key=key)

    def _fire_append_wo_mutation_event_bulk(
        self, items: Iterable[Any], initiator: Any = None, key: Any = NO_KEY
    ) -> None:
        for item in items:
            self.fire_append_wo_mutation_event(item, initiator, key)

    def _fire_remove_event_bulk(
        self, items: Iterable[Any], initiator: Any = None, key: Any = NO_KEY
    ) -> None:
        for item in items:
            self.fire_remove_event(item, initiator, key)

    # -- pickling -------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        flags = {"invalidated": self.invalidated, "empty": self.empty}
        owner = {"owner_state": self.owner_state, "owner_cls": self.owner_state.class_}
        return {"key": self._key, "data": self.data, **owner, **flags}

    def __setstate__(self, values: dict[str, Any]) -> None:
        self.layer.restore_adapter(self, values)


_ATTR = slots.place_of(CollectionAdapter, "attr")
_OWNER_STATE = slots.place_of(CollectionAdapter, "owner_state")
_INVALIDATED = slots.place_of(CollectionAdapter, "invalidated")
_EMPTY = slots.place_of(CollectionAdapter, "empty")
