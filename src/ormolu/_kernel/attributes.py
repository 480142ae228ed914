"""What an attribute does: read, write, delete, load, and know its history.

One implementation object serves one attribute of one class.  It works on a
state and a dictionary of values and never on the instance, so that classes may
keep either wherever they like.

An operation that calls out (a listener, a loader, the far side of a
relationship) runs inside a journal; what it has changed is taken back when any
of those raises.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from .containers import bulk_replace, duck_type
from .history import History, keyed_by_state
from .journal import close_journal, current, open_journal
from .sentinels import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    CALLABLES_OK,
    DEFERRED_HISTORY_LOAD,
    DONT_SET,
    INCLUDE_PENDING_MUTATIONS,
    INIT_OK,
    LOAD_AGAINST_COMMITTED,
    MISSING,
    NO_AUTOFLUSH,
    NO_KEY,
    NO_RAISE,
    NO_VALUE,
    OP_APPEND,
    OP_BULK_REPLACE,
    OP_MODIFIED,
    OP_REMOVE,
    OP_REPLACE,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_ONLY_PERSISTENT,
    PASSIVE_RETURN_NO_VALUE,
    SQL_OK,
)

__all__ = [
    "AttributeEventToken",
    "AttributeImpl",
    "CollectionAttributeImpl",
    "HasCollectionAdapter",
    "InstanceAccess",
    "ObjectAttributeImpl",
    "ScalarAttributeImpl",
]

# How deep a loader may come back to the attribute it is loading.  Once or
# twice is honest work (a loader that flushes first, whose listener reads the
# attribute); beyond this it is going round in circles.
_REENTRY_LIMIT = 10

_PREVIOUS_OBJECT = PASSIVE_ONLY_PERSISTENT | NO_AUTOFLUSH | LOAD_AGAINST_COMMITTED
_PREVIOUS_OBJECT_IF_AT_HAND = PASSIVE_NO_FETCH ^ INIT_OK | LOAD_AGAINST_COMMITTED | NO_RAISE
_PREVIOUS_OBJECT_FOR_HISTORY = _PREVIOUS_OBJECT | NO_RAISE | DEFERRED_HISTORY_LOAD


class AttributeEventToken:
    """Where a chain of attribute events began, and with what kind of change.

    Listeners receive it as ``initiator``; the two sides of a relationship
    compare it with their own tokens to know where to stop.

    Attributes:
        impl: the attribute implementation the chain began at.
        op: the kind of change, one of the ``OP_*`` symbols.
        parent_token: what stands for the owning attribute.
    """

    __slots__ = ("impl", "op", "parent_token")

    def __init__(self, attribute_impl: Any, op: Any) -> None:
        self.impl: Any = attribute_impl
        self.op: Any = op
        self.parent_token: Any = attribute_impl.parent_token

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AttributeEventToken):
            return NotImplemented
        return other.impl is self.impl and other.op is self.op

    def __hash__(self) -> int:
        return hash((id(self.impl), self.op))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.op} of {self.impl}>"

    @property
    def key(self) -> str:
        """The name of the attribute the chain began at."""
        key: str = self.impl.key
        return key

    def hasparent(self, state: Any) -> bool:
        """Return whether ``state`` is held through that attribute."""
        held: bool = self.impl.hasparent(state)
        return held


class AttributeImpl:
    """Base of all implementations.

    Args:
        class_: the class of the attribute.
        key: the name of the attribute.
        callable_: loader ``(state, passive)`` of a value that is missing.
        dispatch: the listeners, by event name.
        trackparent: keep, for each member or referenced object, who holds it.
        compare_function: equality of two values; ``operator.eq`` by default.
        active_history: load the previous value when a new one is assigned.
        parent_token: what stands for the owning attribute, where several
            implementations share one.
        load_on_unexpire: load with the other expired attributes.
        send_modified_events: whether changes count as changes at all.
        accepts_scalar_loader: served by the class's loader of expired
            attributes; by default scalars are.
    """

    __slots__ = (
        "_deferred_history",
        "_modified_token",
        "accepts_scalar_loader",
        "callable_",
        "class_",
        "dispatch",
        "is_equal",
        "key",
        "load_on_unexpire",
        "parent_token",
        "send_modified_events",
        "trackparent",
    )

    layer: ClassVar[Any] = None
    history_class: ClassVar[type[History]] = History

    collection: ClassVar[bool]
    dynamic: ClassVar[bool]
    uses_objects: ClassVar[bool]
    supports_population: ClassVar[bool]
    default_accepts_scalar_loader: ClassVar[bool]
    _is_has_collection_adapter: ClassVar[bool] = False

    def __init__(
        self,
        class_: Any,
        key: str,
        callable_: Callable[..., Any] | None,
        dispatch: Any,
        trackparent: bool = False,
        compare_function: Callable[[Any, Any], Any] | None = None,
        active_history: bool = False,
        parent_token: Any = None,
        load_on_unexpire: bool = True,
        send_modified_events: bool = True,
        accepts_scalar_loader: bool | None = None,
        _deferred_history: bool = False,
        **kwargs: Any,
    ) -> None:
        self.class_: Any = class_
        self.key: str = key
        self.callable_: Any = callable_
        self.dispatch: Any = dispatch
        self.trackparent: bool = trackparent
        self.parent_token: Any = parent_token or self
        self.send_modified_events: bool = send_modified_events
        self.is_equal: Any = operator.eq if compare_function is None else compare_function
        if accepts_scalar_loader is None:
            accepts_scalar_loader = self.default_accepts_scalar_loader
        self.accepts_scalar_loader: bool = accepts_scalar_loader
        self._deferred_history: bool = _deferred_history
        self.load_on_unexpire: bool = load_on_unexpire
        self._modified_token: AttributeEventToken = self._token(OP_MODIFIED)
        if active_history:
            dispatch._active_history = True

    def __str__(self) -> str:
        return f"{self.class_.__name__}.{self.key}"

    def _token(self, op: Any) -> AttributeEventToken:
        token: AttributeEventToken = self.layer.token_class(self, op)
        return token

    @property
    def active_history(self) -> bool:
        """Whether the previous value is loaded when a new one is assigned."""
        active: bool = self.dispatch._active_history
        return active

    @active_history.setter
    def active_history(self, value: bool) -> None:
        self.dispatch._active_history = value

    # -- who holds whom -------------------------------------------------------

    def hasparent(self, state: Any, optimistic: bool = False) -> bool:
        """Return whether ``state`` is held through this attribute.

        Args:
            state: the state of the held instance.
            optimistic: the answer where nothing is recorded, as for an
                instance that was loaded together with its holder.
        """
        if not self.trackparent:
            raise self.layer.faults.parents_not_tracked(self)
        return state.parents.get(id(self.parent_token), optimistic) is not False

    def sethasparent(self, state: Any, parent_state: Any, value: bool) -> None:
        """Record that ``parent_state`` holds ``state``, or has let go of it.

        A holder that is not the last one recorded has nothing to let go of.
        """
        if not self.trackparent:
            raise self.layer.faults.parents_not_tracked(self)
        token = id(self.parent_token)
        if value:
            state.set_parent(token, parent_state)
            return
        last = state.parents.get(token, False)
        if last is not False and last.key != parent_state.key:
            if last.obj() is None:
                raise self.layer.faults.stale_parent(self, state, parent_state)
            return
        state.set_parent(token, False)

    # -- read -------------------------------------------------------------------

    def get(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        """Return the value, loading or making it as far as ``passive`` allows.

        Returns ``PASSIVE_NO_RESULT`` or ``NO_VALUE`` where the flags do not
        allow to say more.
        """
        key = self.key
        if key in dict_:
            return dict_[key]
        original = state.original(key)
        # what was changed and then deleted is not loaded again
        if original is MISSING or original is NO_VALUE:
            if not passive & CALLABLES_OK:
                return PASSIVE_NO_RESULT
            expired = state._expired_keys
            value = self._fire_loader_callables(state, key, passive)
            if value is PASSIVE_NO_RESULT or value is NO_VALUE:
                return value
            if value is ATTR_WAS_SET:
                try:
                    return dict_[key]
                except KeyError:
                    state._expired_keys = expired
                    raise self.layer.faults.loader_left_unset(self, state) from None
            if value is not ATTR_EMPTY:
                return self.set_committed_value(state, dict_, value)
        return self._default_value(state, dict_) if passive & INIT_OK else NO_VALUE

    def _fire_loader_callables(self, state: Any, key: str, passive: int) -> Any:
        """Ask the loader in charge of ``key``: the class's, the instance's, ours."""
        loader: Any
        expired = state._expired_keys
        if expired and self.accepts_scalar_loader and self.load_on_unexpire and key in expired:
            loader = state._load_expired
        else:
            callables = state._callables
            if callables is not None and key in callables:
                loader = callables[key]
            elif self.callable_:
                loader = self.callable_
            else:
                return ATTR_EMPTY
        if not passive & SQL_OK:
            return loader(state, passive)
        return self._guarded_load(loader, state, passive)

    def _guarded_load(self, loader: Any, state: Any, passive: int) -> Any:
        running = state._loading
        if running is None:
            running = state._loading = {}
        key = self.key
        depth = running.get(key, 0)
        if depth >= _REENTRY_LIMIT:
            raise self.layer.faults.loader_reentered(self, state)
        running[key] = depth + 1
        try:
            return loader(state, passive)
        finally:
            if depth:
                running[key] = depth
            else:
                del running[key]

    def _default_value(self, state: Any, dict_: Any) -> Any:
        """Return the value of an attribute that has none."""
        raise NotImplementedError

    def get_committed_value(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        """Return the value as of the last commit."""
        original = state.original(self.key)
        if original is MISSING:
            return self.get(state, dict_, passive=passive)
        return None if original is NO_VALUE else original

    def get_history(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        """Return the history, loading as far as ``passive`` allows."""
        raise NotImplementedError

    def get_all_pending(
        self, state: Any, dict_: Any, passive: int = PASSIVE_NO_INITIALIZE
    ) -> list[tuple[Any, Any]]:
        """Return ``(state, object)`` of all objects there now or at the last commit."""
        raise NotImplementedError

    # -- write --------------------------------------------------------------------

    def set(
        self,
        state: Any,
        dict_: Any,
        value: Any,
        initiator: Any = None,
        passive: int = PASSIVE_OFF,
        check_old: Any = None,
        pop: bool = False,
    ) -> None:
        """Assign ``value``.

        Args:
            state: the state of the instance.
            dict_: the values of the instance.
            value: the new value.
            initiator: the token of the chain of events this is part of.
            passive: how far the previous value may be loaded.
            check_old: the value that must be there now.
            pop: do nothing, rather than raise, if it is not.
        """
        raise NotImplementedError

    def delete(self, state: Any, dict_: Any) -> None:
        """Delete the value."""
        raise NotImplementedError

    def append(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        """Add ``value``; where there is room for one only, assign it."""
        self.set(state, dict_, value, initiator, passive=passive)

    def remove(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        """Take ``value`` away, which has to be there."""
        self.set(state, dict_, None, initiator, passive=passive, check_old=value)

    def pop(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        """Take ``value`` away if it is there."""
        self.set(state, dict_, None, initiator, passive=passive, check_old=value, pop=True)

    def set_committed_value(self, state: Any, dict_: Any, value: Any) -> Any:
        """Take ``value`` as loaded: no event, and no change afterwards."""
        dict_[self.key] = value
        state._commit(dict_, (self.key,))
        return value


class ScalarAttributeImpl(AttributeImpl):
    """An attribute that holds a plain value."""

    __slots__ = ("_append_token", "_default_scalar_value", "_remove_token", "_replace_token")

    collection = dynamic = uses_objects = False
    default_accepts_scalar_loader = supports_population = True

    def __init__(
        self,
        class_: Any,
        key: str,
        callable_: Callable[..., Any] | None,
        dispatch: Any,
        default_scalar_value: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(class_, key, callable_, dispatch, **kwargs)
        self._default_scalar_value: Any = default_scalar_value
        self._replace_token: Any = self._token(OP_REPLACE)
        self._append_token: Any = self._replace_token
        self._remove_token: Any = self._token(OP_REMOVE)

    def _default_value(self, state: Any, dict_: Any) -> Any:
        value = self._default_scalar_value
        for fn in self.dispatch.init_scalar:
            answer = fn(state, value, dict_)
            if answer is not ATTR_EMPTY:
                value = answer
        return value

    def get_history(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        key = self.key
        if key in dict_:
            current_value = dict_[key]
        elif state.original(key) is not MISSING:
            current_value = NO_VALUE
        else:
            current_value = self.get(state, dict_, passive & ~INIT_OK)
            if current_value is PASSIVE_NO_RESULT:
                return self.history_class((), (), ())
        return self.history_class.from_scalar_attribute(self, state, current_value)

    def set(
        self,
        state: Any,
        dict_: Any,
        value: Any,
        initiator: Any = None,
        passive: int = PASSIVE_OFF,
        check_old: Any = None,
        pop: bool = False,
    ) -> None:
        if value is DONT_SET:
            return
        key = self.key
        dispatch = self.dispatch
        if dispatch._active_history:
            old = self.get(state, dict_, PASSIVE_RETURN_NO_VALUE)
        else:
            old = dict_.get(key, NO_VALUE)
        if dispatch.set:
            self._announced_set(state, dict_, value, old, initiator)
            return
        state._modified_event(dict_, self, old)
        dict_[key] = value

    def _announced_set(self, state: Any, dict_: Any, value: Any, old: Any, initiator: Any) -> None:
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            state.note_slot(journal, dict_, self.key)
            value = self.fire_replace_event(state, dict_, value, old, initiator)
            state._modified_event(dict_, self, old)
            dict_[self.key] = value
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    def delete(self, state: Any, dict_: Any) -> None:
        key = self.key
        if self.dispatch._active_history:
            old = self.get(state, dict_, PASSIVE_RETURN_NO_VALUE)
        else:
            old = dict_.get(key, NO_VALUE)
        if (
            old is NO_VALUE
            and key not in dict_
            and not state.expired
            and key not in (state._expired_keys or ())
        ):
            raise self.layer.faults.no_value(self, state)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            state.note_slot(journal, dict_, key)
            self.fire_remove_event(state, dict_, old, self._remove_token)
            state._modified_event(dict_, self, old)
            dict_.pop(key, None)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    def fire_replace_event(
        self, state: Any, dict_: Any, value: Any, previous: Any, initiator: Any
    ) -> Any:
        """Tell the listeners of ``set``; return the value they leave."""
        token = initiator or self._replace_token
        for fn in self.dispatch.set:
            value = fn(state, value, previous, token)
        return value

    def fire_remove_event(self, state: Any, dict_: Any, value: Any, initiator: Any) -> None:
        """Tell the listeners of ``remove``."""
        token = initiator or self._remove_token
        for fn in self.dispatch.remove:
            fn(state, value, token)


class ObjectAttributeImpl(ScalarAttributeImpl):
    """An attribute that holds a reference to another tracked instance."""

    __slots__ = ()

    default_accepts_scalar_loader = False
    uses_objects = True

    def _previous(self, state: Any, dict_: Any) -> Any:
        if self.dispatch._active_history:
            return self.get(state, dict_, _PREVIOUS_OBJECT)
        return self.get(state, dict_, _PREVIOUS_OBJECT_IF_AT_HAND)

    def get_history(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        key = self.key
        if key in dict_:
            current_value = dict_[key]
        else:
            passive &= ~INIT_OK
            current_value = self.get(state, dict_, passive)
            if current_value is PASSIVE_NO_RESULT:
                return self.history_class((), (), ())
        original: Any = MISSING
        if self._deferred_history and state.original(key) is PASSIVE_NO_RESULT:
            original = self._fire_loader_callables(
                state, key, passive | _PREVIOUS_OBJECT_FOR_HISTORY
            )
        return self.history_class.from_object_attribute(self, state, current_value, original)

    def get_all_pending(
        self, state: Any, dict_: Any, passive: int = PASSIVE_NO_INITIALIZE
    ) -> list[tuple[Any, Any]]:
        if self.key in dict_:
            current_value = dict_[self.key]
        elif passive & CALLABLES_OK:
            current_value = self.get(state, dict_, passive)
        else:
            return []
        state_of = self.layer.state_of
        found: list[tuple[Any, Any]] = [(None, None)]
        if _is_object(current_value):
            found = [(state_of(current_value), current_value)]
        original = state.original(self.key)
        if original is not MISSING and original is not current_value and _is_object(original):
            found.append((state_of(original), original))
        return found

    def set(
        self,
        state: Any,
        dict_: Any,
        value: Any,
        initiator: Any = None,
        passive: int = PASSIVE_OFF,
        check_old: Any = None,
        pop: bool = False,
    ) -> None:
        if value is DONT_SET:
            return
        if self.dispatch._active_history:
            old = self.get(state, dict_, _PREVIOUS_OBJECT)
        else:
            old = dict_.get(self.key, MISSING)
            if old is MISSING:
                old = self.get(state, dict_, _PREVIOUS_OBJECT_IF_AT_HAND)
        if check_old is not None and old is not PASSIVE_NO_RESULT and check_old is not old:
            if pop:
                return
            raise self.layer.faults.not_associated(self, state, check_old)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            state.note_slot(journal, dict_, self.key)
            dict_[self.key] = self.fire_replace_event(state, dict_, value, old, initiator)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    def delete(self, state: Any, dict_: Any) -> None:
        old = self._previous(state, dict_)
        # whether a reference was expired or never loaded is not recorded; an
        # instance with an identity is taken to have one in the store
        if self.key not in dict_ and old is not PASSIVE_NO_RESULT and state.key is None:
            raise self.layer.faults.no_value(self, state)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            state.note_slot(journal, dict_, self.key)
            self.fire_remove_event(state, dict_, old, self._remove_token)
            dict_.pop(self.key, None)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    def fire_replace_event(
        self, state: Any, dict_: Any, value: Any, previous: Any, initiator: Any
    ) -> Any:
        # listeners may ask whether the previous object is an orphan now, so it
        # is let go of before they run
        if self.trackparent and previous is not value and _is_object(previous):
            self.sethasparent(self.layer.state_of(previous), state, False)
        token = initiator or self._replace_token
        for fn in self.dispatch.set:
            value = fn(state, value, previous, token)
        state._modified_event(dict_, self, previous)
        if self.trackparent and value is not None:
            self.sethasparent(self.layer.state_of(value), state, True)
        return value

    def fire_remove_event(self, state: Any, dict_: Any, value: Any, initiator: Any) -> None:
        if self.trackparent and _is_object(value):
            self.sethasparent(self.layer.state_of(value), state, False)
        token = initiator or self._remove_token
        for fn in self.dispatch.remove:
            fn(state, value, token)
        state._modified_event(dict_, self, value)


class HasCollectionAdapter:
    """Marks implementations that hold a collection behind an adapter."""

    __slots__ = ()

    _is_has_collection_adapter = True


class CollectionAttributeImpl(AttributeImpl):
    """An attribute that holds a collection of tracked instances.

    Args:
        typecallable: makes an empty, instrumented collection.
        copy_function: copies the members for the history; a list by default.
    """

    __slots__ = (
        "_append_token",
        "_bulk_replace_token",
        "_duck_typed_as",
        "_remove_token",
        "collection_factory",
        "copy",
    )

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
        self._append_token: Any = self._token(OP_APPEND)
        self._remove_token: Any = self._token(OP_REMOVE)
        self._bulk_replace_token: Any = self._token(OP_BULK_REPLACE)
        self._duck_typed_as: Any = duck_type(typecallable())

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
        return user_data._sa_adapter

    def _invalidate_collection(self, collection: Any) -> None:
        collection._sa_adapter.invalidated = True

    def _dispose_previous_collection(
        self, state: Any, collection: Any, adapter: Any, fire_event: bool
    ) -> None:
        journal = current()
        if journal is not None:
            journal.note(setattr, collection, "_sa_adapter", adapter)
        del collection._sa_adapter
        empty = state._empty
        if empty:
            empty.pop(self.key, None)
        if fire_event:
            self.dispatch.dispose_collection(state, collection, adapter)
            _link(collection, None)

    # -- read -------------------------------------------------------------------

    def get_history(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        current_value = self.get(state, dict_, passive)
        if current_value is not PASSIVE_NO_RESULT:
            return self.history_class.from_collection(self, state, current_value)
        history = self.history_class((), (), ())
        if passive & INCLUDE_PENDING_MUTATIONS:
            pending = state._pending
            if pending and self.key in pending:
                return pending[self.key].merge_with_history(history)
        return history

    def get_all_pending(
        self, state: Any, dict_: Any, passive: int = PASSIVE_NO_INITIALIZE
    ) -> list[tuple[Any, Any]]:
        if self.key not in dict_:
            return []
        state_of = self.layer.state_of
        now = keyed_by_state(state_of, dict_[self.key]._sa_adapter)
        original = state.original(self.key)
        if original is MISSING or original is NO_VALUE:
            return now
        then = keyed_by_state(state_of, original)
        known = {key for key, _ in then}
        present = {key for key, _ in now}
        return [
            *(pair for pair in now if pair[0] not in known),
            *(pair for pair in now if pair[0] in known),
            *(pair for pair in then if pair[0] not in present),
        ]

    # -- events, fired by the adapter ---------------------------------------------

    def fire_append_event(
        self, state: Any, dict_: Any, value: Any, initiator: Any, key: Any
    ) -> Any:
        """Record that ``value`` is coming in; return the member listeners leave."""
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            if not state.recorded(self.key):
                state.note_slot(journal, dict_, self.key)
            token = initiator or self._append_token
            for fn in self.dispatch.append:
                value = fn(state, value, token, key=key)
            state._modified_event(dict_, self, NO_VALUE, True)
            if self.trackparent and value is not None:
                member = self.layer.state_of(value)
                if opened:  # the last step, so there is nothing to take it back for
                    member.parents[id(self.parent_token)] = state
                else:
                    member.set_parent(id(self.parent_token), state)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()
        return value

    def fire_append_wo_mutation_event(
        self, state: Any, dict_: Any, value: Any, initiator: Any, key: Any
    ) -> Any:
        """Tell the listeners that ``value`` is put where it already is."""
        token = initiator or self._append_token
        for fn in self.dispatch.append_wo_mutation:
            value = fn(state, value, token, key=key)
        return value

    def fire_pre_remove_event(self, state: Any, dict_: Any, initiator: Any, key: Any) -> None:
        """Record a change before a ``pop``, whose member is known only afterwards."""
        state._modified_event(dict_, self, NO_VALUE, True)

    def fire_remove_event(
        self, state: Any, dict_: Any, value: Any, initiator: Any, key: Any
    ) -> None:
        """Record that ``value`` is going."""
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            if not state.recorded(self.key):
                state.note_slot(journal, dict_, self.key)
            if self.trackparent and value is not None:
                self.sethasparent(self.layer.state_of(value), state, False)
            token = initiator or self._remove_token
            for fn in self.dispatch.remove:
                fn(state, value, token, key=key)
            state._modified_event(dict_, self, NO_VALUE, True)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    # -- write --------------------------------------------------------------------

    def append(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        adapter = self.get_collection(state, dict_, None, passive)
        if adapter is not PASSIVE_NO_RESULT:
            adapter.append_with_event(value, initiator)
            return
        self._while_unloaded(state, dict_, value, initiator, self.fire_append_event, "append")

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
        mark = len(journal.steps)
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
                close_journal()

    def pop(
        self, state: Any, dict_: Any, value: Any, initiator: Any, passive: int = PASSIVE_OFF
    ) -> None:
        try:
            self.remove(state, dict_, value, initiator, passive)
        except (ValueError, KeyError, IndexError):
            # it was not there
            return

    def delete(self, state: Any, dict_: Any) -> None:
        if self.key not in dict_:
            return
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            state.note_slot(journal, dict_, self.key)
            state._modified_event(dict_, self, NO_VALUE, True)
            # nested, so that each removal notes how to put its member back
            self.get_collection(state, dict_).clear_with_event()
            del dict_[self.key]
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

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
        members, keys = self._members_of(state, value, _adapt)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            self.dispatch.bulk_replace(state, members, self._bulk_replace_token, keys=keys)
            old = self.get(state, dict_, PASSIVE_ONLY_PERSISTENT ^ (passive & NO_RAISE))
            if old is PASSIVE_NO_RESULT:
                old = self._default_value(state, dict_)
            # in-place operators assign the collection they worked on
            if old is not value:
                self._swap(state, dict_, old, adapter, collection, members, journal)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    def _swap(
        self,
        state: Any,
        dict_: Any,
        old: Any,
        adapter: Any,
        collection: Any,
        members: list[Any],
        journal: Any,
    ) -> None:
        key = self.key
        empty = state._empty
        if empty and key in empty:
            journal.note(empty.__setitem__, key, old)
            journal.note(setattr, old._sa_adapter, "empty", True)
        state.note_slot(journal, dict_, key)
        state._modified_event(dict_, self, old, True)
        old_adapter = old._sa_adapter
        dict_[key] = collection
        bulk_replace(members, old_adapter, adapter, self._bulk_replace_token)
        self._dispose_previous_collection(state, old, old_adapter, True)

    def _members_of(
        self, state: Any, value: Any, adapt: bool
    ) -> tuple[list[Any], list[Any] | None]:
        """The members of an assigned collection, and its keys if it has any."""
        given = duck_type(value)
        if not adapt:
            return list(value), list(value) if given is dict else None
        if given is not self._duck_typed_as:
            raise self.layer.faults.incompatible_collection(self, state, value)
        if hasattr(value, "_sa_iterator"):
            return list(value._sa_iterator()), None
        if given is dict:
            return list(value.values()), list(value)
        return list(value), None

    def set_committed_value(self, state: Any, dict_: Any, value: Any) -> Any:
        """Take the members of ``value`` as loaded, then apply what was pending."""
        adapter, collection = self._initialize_collection(state)
        if value:
            adapter.append_multiple_without_event(value)
        dict_[self.key] = collection
        state._commit(dict_, (self.key,))
        if state._pending and self.key in state._pending:
            state._modified_event(dict_, self, collection, True)
            pending = state._pending.pop(self.key)
            for member in pending.added_items:
                adapter.append_without_event(member)
            for member in pending.deleted_items:
                adapter.remove_without_event(member)
        return collection


class InstanceAccess:
    """The descriptor methods of an instrumented attribute, with no fields.

    The class that derives from it has ``key`` and ``impl``.
    """

    __slots__ = ()

    key: str
    impl: Any

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        impl = self.impl
        layer = impl.layer
        dict_ = instance.__dict__ if layer.plain else layer.dict_of(instance)
        key = self.key
        if key in dict_ and impl.supports_population:
            return dict_[key]
        try:
            state = layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.unreadable_instance(instance, self.key) from missing
        return impl.get(state, dict_)

    def __set__(self, instance: Any, value: Any) -> None:
        impl = self.impl
        layer = impl.layer
        try:
            state = layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.unwritable_instance(instance, self.key) from missing
        impl.set(state, layer.dict_of(instance), value)

    def __delete__(self, instance: Any) -> None:
        impl = self.impl
        layer = impl.layer
        try:
            state = layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.unwritable_instance(instance, self.key) from missing
        impl.delete(state, layer.dict_of(instance))


def _members(collection: Any) -> list[Any]:
    return list(collection._sa_adapter)


def _link(collection: Any, adapter: Any) -> None:
    """Tell a collection that asks for it which adapter it has from now on."""
    linker = getattr(collection, "_sa_linker", None)
    if linker is not None:
        linker(adapter)


def _is_object(value: Any) -> bool:
    return value is not None and value is not PASSIVE_NO_RESULT and value is not NO_VALUE
