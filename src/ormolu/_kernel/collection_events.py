"""Members of a collection that come and go: what is recorded of it, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import changes, lookups, running, telling
from .attributes import AttributeImpl
from .hearing import Hearing
from .journal import Journal, current, open_journal
from .sentinels import MISSING, OP_APPEND, OP_REMOVE

__all__ = ["CollectionEvents"]


class CollectionEvents(AttributeImpl):
    """The part of an attribute with a collection that adapters call when they change it."""

    __slots__ = ("_append_hearing", "_append_token", "_remove_token")

    def __init__(
        self,
        class_: Any,
        key: str,
        callable_: Callable[..., Any] | None,
        dispatch: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(class_, key, callable_, dispatch, **kwargs)
        self._append_token: Any = self._token(OP_APPEND)
        self._remove_token: Any = self._token(OP_REMOVE)
        self._own_append_token = self._append_token
        self._append_hearing: Any = Hearing(self._places, dispatch, "append")

    def fire_append_event(
        self, state: Any, dict_: Any, value: Any, initiator: Any, key: Any
    ) -> Any:
        """Record that ``value`` is coming in; return the member listeners leave."""
        return self.come_in(running.current(), state, dict_, value, initiator, key)

    def come_in(
        self,
        journal: Journal | None,
        state: Any,
        dict_: Any,
        value: Any,
        initiator: Any,
        key: Any,
    ) -> Any:
        """Do the same as part of the operation that ``journal`` is of, or as one of its own."""
        told = self._append_hearing.to_tell()
        token = initiator or self._append_token
        recorded = changes.is_recorded(state, self.key)
        if journal is None and recorded and self._append_hearing.is_quiet and not state.session_id:
            return self._come_in_simply(told, state, dict_, value, token, key)
        opened = journal is None
        if journal is None:
            journal = Journal()
        mark = journal.mark()
        try:
            if not recorded:
                changes.note_slot(state, journal, dict_, self.key)
            value = telling.tell(told, journal, state, value, None, MISSING, token, key)
            changes.record_members(state, dict_, self)
            if self.trackparent and value is not None:
                # where it is the last step there is nothing to take it back for
                self.hold(None if opened else journal, lookups.state_of_member(self, value), state)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()
        return value

    def _come_in_simply(
        self, told: tuple[Any, ...], state: Any, dict_: Any, value: Any, token: Any, key: Any
    ) -> Any:
        """Do the same where the collection is known to have changed already.

        Nothing can fail once the one listener has been told.
        """
        member = (
            lookups.state_of_member(self, value)
            if self.trackparent and value is not None
            else None
        )
        value = telling.tell(told, None, state, value, member, MISSING, token, key)
        if state._tracked_values is not None:
            changes.record_members(state, dict_, self)
        if member is not None:
            self.hold(None, member, state)
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
        journal = current()
        if journal is not None:
            changes.note_slot(state, journal, dict_, self.key)
        changes.record_members(state, dict_, self)

    def fire_remove_event(
        self, state: Any, dict_: Any, value: Any, initiator: Any, key: Any
    ) -> None:
        """Record that ``value`` is going."""
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = journal.mark()
        try:
            if not changes.is_recorded(state, self.key):
                changes.note_slot(state, journal, dict_, self.key)
            if self.trackparent and value is not None:
                self.let_go(journal, self.layer.state_of(value), state)
            token = initiator or self._remove_token
            for fn in self.dispatch.remove:
                fn(state, value, token, key=key)
            changes.record_members(state, dict_, self)
        except BaseException as error:
            journal.failure = id(error)
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()
