"""Attributes that hold a reference to an instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import attributes, belonging, changes, history, lookups, referring, running, telling
from .journal import Journal, current
from .scalars import ScalarAttributeImpl
from .sentinels import (
    CALLABLES_OK,
    DEFERRED_HISTORY_LOAD,
    DONT_SET,
    INIT_OK,
    LOAD_AGAINST_COMMITTED,
    MISSING,
    NO_AUTOFLUSH,
    NO_KEY,
    NO_RAISE,
    NO_VALUE,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_ONLY_PERSISTENT,
)

__all__ = ["ObjectAttributeImpl"]

_PREVIOUS_OBJECT = PASSIVE_ONLY_PERSISTENT | NO_AUTOFLUSH | LOAD_AGAINST_COMMITTED
_PREVIOUS_OBJECT_IF_AT_HAND = PASSIVE_NO_FETCH ^ INIT_OK | LOAD_AGAINST_COMMITTED | NO_RAISE
_PREVIOUS_OBJECT_FOR_HISTORY = _PREVIOUS_OBJECT | NO_RAISE | DEFERRED_HISTORY_LOAD


class ObjectAttributeImpl(ScalarAttributeImpl):
    """An attribute that holds a reference to another tracked instance."""

    __slots__ = ()

    default_accepts_scalar_loader = False
    uses_objects = True

    def __init__(
        self,
        class_: Any,
        key: str,
        callable_: Callable[..., Any] | None,
        dispatch: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(class_, key, callable_, dispatch, **kwargs)
        own = type(self)
        self._puts_directly = (
            own.set is ObjectAttributeImpl.set and own.append is ObjectAttributeImpl.append
        )
        self._inquires_directly = own.get_history is ObjectAttributeImpl.get_history

    def _previous(self, state: Any, dict_: Any) -> Any:
        if self.dispatch._active_history:
            return self.get(state, dict_, _PREVIOUS_OBJECT)
        return self.get(state, dict_, _PREVIOUS_OBJECT_IF_AT_HAND)

    def get_history(self, state: Any, dict_: Any, passive: int = PASSIVE_OFF) -> Any:
        return self.inquire(state, dict_, passive)

    def inquire(self, state: Any, dict_: Any, passive: int) -> Any:
        current_value = lookups.present_value(self, dict_)
        if current_value is MISSING:
            passive &= ~INIT_OK
            current_value = self.get(state, dict_, passive)
            if current_value is PASSIVE_NO_RESULT:
                return self.history_class((), (), ())
        original: Any = MISSING
        if self._deferred_history and state.original(self.key) is PASSIVE_NO_RESULT:
            original = self._fire_loader_callables(
                state, self.key, passive | _PREVIOUS_OBJECT_FOR_HISTORY
            )
        return history.of_object(self.history_class, self, state, current_value, original)

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
        if attributes.is_object(current_value):
            found = [(state_of(current_value), current_value)]
        original = state.original(self.key)
        if (
            original is not MISSING
            and original is not current_value
            and attributes.is_object(original)
        ):
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
        journal = running.current()
        present = lookups.present_value(self, dict_)
        if self._set_hearing.wants_old():
            old = self.get(state, dict_, _PREVIOUS_OBJECT)
            present = lookups.present_value(self, dict_)
        elif present is MISSING:
            old = self.get(state, dict_, _PREVIOUS_OBJECT_IF_AT_HAND)
            present = lookups.present_value(self, dict_)
        else:
            old = present
        if check_old is not None and old is not PASSIVE_NO_RESULT and check_old is not old:
            if pop:
                return
            raise self.layer.faults.not_associated(self, state, check_old)
        self._assign(journal, state, dict_, value, present, old, initiator)

    def put(
        self, journal: Journal | None, state: Any, dict_: Any, value: Any, initiator: Any
    ) -> None:
        present = lookups.present_value(self, dict_)
        if self._puts_directly and not self._set_hearing.wants_old():
            if present is not MISSING:
                self._assign(journal, state, dict_, value, present, present, initiator)
                return
            if self.loader_of(state) is None:
                self._assign(journal, state, dict_, value, MISSING, NO_VALUE, initiator)
                return
        if journal is not None:
            journal.publish()
        self.append(state, dict_, value, initiator, PASSIVE_NO_FETCH)

    def _assign(
        self,
        journal: Journal | None,
        state: Any,
        dict_: Any,
        value: Any,
        present: Any,
        old: Any,
        initiator: Any,
    ) -> None:
        """Assign, as part of the operation that ``journal`` is of, or as one of its own.

        ``present`` is what is among the values, or ``MISSING``; ``old`` what listeners
        and the record are told.
        """
        told = self._set_hearing.to_tell()
        token = initiator or self._replace_token
        if journal is None and self._is_simple(state, dict_, old):
            self._assign_simply(told, state, dict_, value, old, token)
            return
        opened = journal is None
        if journal is None:
            journal = Journal()
        mark = journal.mark()
        try:
            changes.note_value(state, journal, dict_, self.key, present)
            # listeners may ask whether the previous object is an orphan now, so
            # it is let go of before they run
            if self.trackparent and old is not value and attributes.is_object(old):
                self.let_go(journal, lookups.state_of(self._places, old), state)
            value = telling.tell(told, journal, state, value, None, old, token, NO_KEY)
            changes.record(state, dict_, self, old)
            if self.trackparent and value is not None:
                self.hold(journal, lookups.state_of_member(self, value), state)
            dict_[self.key] = value
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    def _is_simple(self, state: Any, dict_: Any, old: Any) -> bool:
        """Whether nothing of an assignment can fail once its one listener has been told.

        Then there is nothing to be taken back.
        """
        return (
            self._set_hearing.is_quiet
            and not state.session_id
            and type(dict_) is dict
            and not attributes.is_object(old)
            and (state.modified or referring.instance_of(state) is not None)
        )

    def _assign_simply(
        self, told: tuple[Any, ...], state: Any, dict_: Any, value: Any, old: Any, token: Any
    ) -> None:
        member = (
            lookups.state_of_member(self, value)
            if self.trackparent and value is not None
            else None
        )
        telling.tell(told, None, state, value, member, old, token, NO_KEY)
        changes.record(state, dict_, self, old)
        if member is not None:
            self.hold(None, member, state)
        dict_[self.key] = value

    # room for one: to append is to assign
    append = set  # noqa: A003

    def delete(self, state: Any, dict_: Any) -> None:
        old = self._previous(state, dict_)
        # whether a reference was expired or never loaded is not recorded; an
        # instance with an identity is taken to have one in the store
        if (
            self.key not in dict_
            and old is not PASSIVE_NO_RESULT
            and not belonging.has_identity(state)
        ):
            raise self.layer.faults.no_value(self, state)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = Journal()
        mark = journal.mark()
        try:
            changes.note_slot(state, journal, dict_, self.key)
            journal.publish()
            self.fire_remove_event(state, dict_, old, self._remove_token)
            dict_.pop(self.key, None)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    def fire_remove_event(self, state: Any, dict_: Any, value: Any, initiator: Any) -> None:
        if self.trackparent and attributes.is_object(value):
            self.let_go(current(), self.layer.state_of(value), state)
        token = initiator or self._remove_token
        for fn in self.dispatch.remove:
            fn(state, value, token)
        changes.record(state, dict_, self, value)
