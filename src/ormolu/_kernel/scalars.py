"""Attributes that hold one thing: a plain value, or a reference to an instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import changes
from .attributes import AttributeImpl, is_object
from .hearing import Hearing
from .journal import close_journal, current, open_journal
from .sentinels import (
    ATTR_EMPTY,
    CALLABLES_OK,
    DEFERRED_HISTORY_LOAD,
    DONT_SET,
    INIT_OK,
    LOAD_AGAINST_COMMITTED,
    MISSING,
    NO_AUTOFLUSH,
    NO_RAISE,
    NO_VALUE,
    OP_REMOVE,
    OP_REPLACE,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_ONLY_PERSISTENT,
    PASSIVE_RETURN_NO_VALUE,
)

__all__ = ["ObjectAttributeImpl", "ScalarAttributeImpl"]

_PREVIOUS_OBJECT = PASSIVE_ONLY_PERSISTENT | NO_AUTOFLUSH | LOAD_AGAINST_COMMITTED
_PREVIOUS_OBJECT_IF_AT_HAND = PASSIVE_NO_FETCH ^ INIT_OK | LOAD_AGAINST_COMMITTED | NO_RAISE
_PREVIOUS_OBJECT_FOR_HISTORY = _PREVIOUS_OBJECT | NO_RAISE | DEFERRED_HISTORY_LOAD


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
        own = type(self)
        self._writes_directly = (
            not self.uses_objects
            and own.set is ScalarAttributeImpl.set
            and own.delete is ScalarAttributeImpl.delete
        )
        self._set_hearing = Hearing(self._places, dispatch, "set")
        self._remove_hearing = Hearing(self._places, dispatch, "remove")

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
        committed = state._committed
        if (
            committed is None
            or key not in committed
            or not state.modified
            or state._tracked_values is not None
            or (state.session_id and state._strong_obj is None)
        ):
            # otherwise the change is one of those known already
            changes.record(state, dict_, self, old)
        dict_[key] = value

    def _announced_set(self, state: Any, dict_: Any, value: Any, old: Any, initiator: Any) -> None:
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal)
        try:
            changes.note_slot(state, journal, dict_, self.key)
            value = self.fire_replace_event(state, dict_, value, old, initiator)
            changes.record(state, dict_, self, old)
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
        if not self.dispatch.remove:
            # nobody is told, so that there is nothing to be taken back
            changes.record(state, dict_, self, old)
            dict_.pop(key, None)
            return
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal)
        try:
            changes.note_slot(state, journal, dict_, key)
            self.fire_remove_event(state, dict_, old, self._remove_token)
            changes.record(state, dict_, self, old)
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
        if is_object(current_value):
            found = [(state_of(current_value), current_value)]
        original = state.original(self.key)
        if original is not MISSING and original is not current_value and is_object(original):
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
        mark = len(journal)
        try:
            changes.note_slot(state, journal, dict_, self.key)
            # listeners may ask whether the previous object is an orphan now, so
            # it is let go of before they run
            if self.trackparent and old is not value and is_object(old):
                self.sethasparent(self.layer.state_of(old), state, False)
            token = initiator or self._replace_token
            for fn in self.dispatch.set:
                value = fn(state, value, old, token)
            changes.record(state, dict_, self, old)
            if self.trackparent and value is not None:
                self._hold(state, value)
            dict_[self.key] = value
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    # room for one: to append is to assign
    append = set  # noqa: A003

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
        mark = len(journal)
        try:
            changes.note_slot(state, journal, dict_, self.key)
            self.fire_remove_event(state, dict_, old, self._remove_token)
            dict_.pop(self.key, None)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

    def _hold(self, state: Any, value: Any) -> None:
        try:
            member = self.layer.state_of(value)
        except (AttributeError, KeyError) as missing:
            raise self.layer.faults.untracked_member(self, value) from missing
        self.sethasparent(member, state, True)

    def fire_remove_event(self, state: Any, dict_: Any, value: Any, initiator: Any) -> None:
        if self.trackparent and is_object(value):
            self.sethasparent(self.layer.state_of(value), state, False)
        token = initiator or self._remove_token
        for fn in self.dispatch.remove:
            fn(state, value, token)
        changes.record(state, dict_, self, value)
