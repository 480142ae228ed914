"""Attributes that hold a plain value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import changes, history, lookups, running
from .attributes import AttributeImpl
from .hearing import Hearing
from .journal import Journal, current
from .sentinels import (
    ATTR_EMPTY,
    DONT_SET,
    INIT_OK,
    MISSING,
    NO_VALUE,
    OP_REMOVE,
    OP_REPLACE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_RETURN_NO_VALUE,
)

__all__ = ["ScalarAttributeImpl"]


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
        self._own_append_token = self._append_token
        own = type(self)
        self._writes_directly = (
            not self.uses_objects
            and own.set is ScalarAttributeImpl.set
            and own.delete is ScalarAttributeImpl.delete
        )
        self._inquires_directly = own.get_history is ScalarAttributeImpl.get_history
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
        return self.inquire(state, dict_, passive)

    def inquire(self, state: Any, dict_: Any, passive: int) -> Any:
        current_value = lookups.present_value(self, dict_)
        if current_value is MISSING:
            if state.original(self.key) is not MISSING:
                current_value = NO_VALUE
            else:
                current_value = self.get(state, dict_, passive & ~INIT_OK)
                if current_value is PASSIVE_NO_RESULT:
                    return self.history_class((), (), ())
        return history.of_scalar(self.history_class, self, state, current_value)

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
        if running.published:
            changes.note_in_operation(state, dict_, key)
        committed = state._committed
        if (
            committed is None
            or key not in committed
            or not state.modified
            or state._tracked_values is not None
            or (state._strong_obj is None and state.session_id)
        ):
            # otherwise the change is one of those known already
            changes.record(state, dict_, self, old)
        dict_[key] = value

    def _announced_set(self, state: Any, dict_: Any, value: Any, old: Any, initiator: Any) -> None:
        journal = current()
        opened = journal is None
        if journal is None:
            journal = Journal()
        mark = journal.mark()
        try:
            changes.note_slot(state, journal, dict_, self.key)
            journal.publish()
            value = self.fire_replace_event(state, dict_, value, old, initiator)
            changes.record(state, dict_, self, old)
            dict_[self.key] = value
            if not journal.covers(state):
                journal.forget(mark)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

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
            if running.published:
                changes.note_in_operation(state, dict_, key)
            changes.record(state, dict_, self, old)
            dict_.pop(key, None)
            return
        journal = current()
        opened = journal is None
        if journal is None:
            journal = Journal()
        mark = journal.mark()
        try:
            changes.note_slot(state, journal, dict_, key)
            journal.publish()
            self.fire_remove_event(state, dict_, old, self._remove_token)
            changes.record(state, dict_, self, old)
            dict_.pop(key, None)
            if not journal.covers(state):
                journal.forget(mark)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

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
