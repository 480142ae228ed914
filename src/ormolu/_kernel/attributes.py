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

from . import belonging, holders, lookups, referring
from .history import History
from .journal import Journal, current, put_back
from .sentinels import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    CALLABLES_OK,
    INIT_OK,
    MISSING,
    NO_VALUE,
    OP_MODIFIED,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    SQL_OK,
)

__all__ = ["AttributeImpl", "is_object"]

# How deep a loader may come back to the attribute it is loading.  Once or
# twice is honest work (a loader that flushes first, whose listener reads the
# attribute); beyond this it is going round in circles.
_REENTRY_LIMIT = 10


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
        "_idle_loader",
        "_inquires_directly",
        "_modified_token",
        "_own_append_token",
        "_own_bulk_token",
        "_parent_id",
        "_places",
        "_plain_equality",
        "_puts_directly",
        "_reads_directly",
        "_remove_hearing",
        "_set_hearing",
        "_writes_directly",
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

    collection: ClassVar[bool] = False
    dynamic: ClassVar[bool] = False
    uses_objects: ClassVar[bool] = False
    supports_population: ClassVar[bool] = False
    default_accepts_scalar_loader: ClassVar[bool] = False
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
        # the comparison, if it is that of ``==`` by another name
        self._plain_equality: Any = None
        if self.is_equal is operator.eq or self.layer.is_plain_equality(self.is_equal):
            self._plain_equality = self.is_equal
        if accepts_scalar_loader is None:
            accepts_scalar_loader = self.default_accepts_scalar_loader
        self.accepts_scalar_loader: bool = accepts_scalar_loader
        self._deferred_history: bool = _deferred_history
        self.load_on_unexpire: bool = load_on_unexpire
        self._modified_token: Any = self._token(OP_MODIFIED)
        # the tokens of the kernel's own kinds of attributes, where others may make theirs
        # when they are asked for
        self._own_append_token: Any = None
        self._own_bulk_token: Any = None
        self._parent_id: int = id(self.parent_token)
        # the loader, if it has nothing for an instance with neither identity nor session
        self._idle_loader: Any = callable_ if self.layer.is_idle_loader(callable_) else None
        if active_history:
            dispatch._active_history = True
        # what the native descriptors look at
        self._places: Any = self.layer
        self._set_hearing: Any = None
        self._remove_hearing: Any = None
        self._reads_directly: bool = self.supports_population
        self._writes_directly: bool = False
        self._puts_directly: bool = False
        self._inquires_directly: bool = False

    def __str__(self) -> str:
        return f"{self.class_.__name__}.{self.key}"

    def _token(self, op: Any) -> Any:
        return self.layer.token_class(self, op)

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
        return holders.holder_of(state, self._parent_id, optimistic) is not False

    def sethasparent(self, state: Any, parent_state: Any, value: bool) -> None:
        """Record that ``parent_state`` holds ``state``, or has let go of it.

        A holder that is not the last one recorded has nothing to let go of.
        """
        if not self.trackparent:
            raise self.layer.faults.parents_not_tracked(self)
        journal = current()
        if value:
            self.hold(journal, state, parent_state)
        else:
            self.let_go(journal, state, parent_state)

    def hold(self, journal: Journal | None, state: Any, parent_state: Any) -> None:
        """Record that ``parent_state`` holds ``state``.

        Args:
            journal: of the operation that this is part of, if it can still fail.
            state: the state of the held instance.
            parent_state: the state of the holder.
        """
        holders.set_holder(state, journal, self._parent_id, parent_state)

    def let_go(self, journal: Journal | None, state: Any, parent_state: Any) -> None:
        """Record that ``parent_state`` holds ``state`` no longer; see :meth:`hold`."""
        last = holders.holder_of(state, self._parent_id, False)
        if last is not False and last.key != parent_state.key:
            if last.obj() is None:
                raise self.layer.faults.stale_parent(self, state, parent_state)
            return
        holders.set_holder(state, journal, self._parent_id, False)

    # -- read -------------------------------------------------------------------

    def get(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        """Return the value, loading or making it as far as ``passive`` allows.

        Returns ``PASSIVE_NO_RESULT`` or ``NO_VALUE`` where the flags do not
        allow to say more.
        """
        key = self.key
        if key in dict_:
            return dict_[key]
        committed = state._committed
        original = MISSING if committed is None else committed.get(key, MISSING)
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
                    # what did come is no longer expired, the rest still is
                    state._expired_keys = {key for key in expired or () if key not in dict_}
                    raise self.layer.faults.loader_left_unset(self, state) from None
            if value is not ATTR_EMPTY:
                return self.set_committed_value(state, dict_, value)
        return self._default_value(state, dict_) if passive & INIT_OK else NO_VALUE

    def _fire_loader_callables(self, state: Any, key: str, passive: int) -> Any:
        """Ask the loader in charge of ``key``, if there is any."""
        loader = self.loader_of(state)
        if loader is None:
            return ATTR_EMPTY
        if passive & SQL_OK:
            value = self._guarded_load(loader, state, passive)
        else:
            value = loader(state, passive)
        checked = self.layer.checked_load
        # what loads the expired attributes has looked at them, before it ended their expiry
        if checked is None or getattr(loader, "__self__", None) is state:
            return value
        return checked(self, state, value)

    def loader_of(self, state: Any) -> Any:
        """Return the loader in charge of a missing value: the class's, the instance's, ours.

        Returns ``None`` if there is none, or one that has nothing for such an instance.
        """
        key = self.key
        expired = state._expired_keys
        if expired and self.accepts_scalar_loader and self.load_on_unexpire and key in expired:
            return state._load_expired
        callables = referring.more(state, "_callables")
        if callables is not None and key in callables:
            return callables[key]
        loader = self.callable_
        if loader is None or loader is not self._idle_loader:
            return loader or None
        is_known = state.session_id or belonging.has_identity(state)
        return loader if is_known else None

    def _guarded_load(self, loader: Any, state: Any, passive: int) -> Any:
        running = referring.more(state, "_loading")
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

    def inquire(self, state: Any, dict_: Any, passive: int) -> Any:
        """What :meth:`get_history` does, where that is the kernel's own."""
        return self.get_history(state, dict_, passive)

    def same(self, current: Any, original: Any) -> bool:
        """Return whether a comparison says that two values are equal.

        It may answer with an object of its own (an array, a SQL expression), which is
        no statement of equality.
        """
        if self.is_equal is self._plain_equality:
            answer = current == original
        else:
            answer = self.is_equal(current, original)
        return answer is True

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

    def put(
        self, journal: Journal | None, state: Any, dict_: Any, value: Any, initiator: Any
    ) -> None:
        """Do the same with what is at hand, as part of an operation.

        Args:
            journal: that of the operation; ``None`` if nothing else of it can fail.
            state: the state of the instance.
            dict_: the values of the instance.
            value: the new member or value.
            initiator: the token of the chain of events.
        """
        if journal is not None:
            journal.publish()
        self.append(state, dict_, value, initiator, PASSIVE_NO_FETCH)

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
        before = lookups.value_in(dict_, self.key)
        try:
            dict_[self.key] = value
            state._commit(dict_, (self.key,))
        except BaseException:
            put_back(dict_, self.key, before)
            raise
        return value


def is_object(value: Any) -> bool:
    return value is not None and value is not PASSIVE_NO_RESULT and value is not NO_VALUE
