"""Telling all listeners, whatever one of them does."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import local
from typing import NamedTuple

from ...errors import ListenerFailedError, ListenerLoopError
from .event import ChangeEvent, full_name
from .listeners import Listener, listeners_of

__all__ = ["LIMIT", "deliver"]

LIMIT = 100
"""How many listeners can be running because of each other."""

_HAPPENED = {
    "set": "was set",
    "deleted": "was deleted",
    "rolled back": "was rolled back",
    "undone": "was undone",
    "redone": "was redone",
    "in place": "was changed in place",
}


class _Due(NamedTuple):
    """An event that some are yet to be told of.

    Attributes:
        event: the event.
        listeners: who is to be told: those who listened when it happened.
        chain: the events because of which it happened, the first of them first, and itself.
    """

    event: ChangeEvent
    listeners: list[Listener]
    chain: tuple[ChangeEvent, ...]


class _Running(local):
    """What is told at the moment, in each thread.

    Attributes:
        due: what has happened, in that order; ``None`` while nobody is being told.
        chain: the events that have led to what is told at the moment.
    """

    def __init__(self) -> None:
        self.due: deque[_Due] | None = None
        self.chain: tuple[ChangeEvent, ...] = ()


_running = _Running()


def deliver(events: Sequence[ChangeEvent]) -> None:
    """Tell who listens of each event.

    What a listener changes is told when all have been told of what was before: whoever
    listens hears of all changes in their order.

    Raises:
        ListenerFailedError: listeners raised; all others were told nevertheless.
        ListenerLoopError: listeners go on changing what they listen to.
    """
    failed: list[tuple[ChangeEvent, Exception]] = []
    due = [_taken_note(event, failed) for event in events]
    if _running.due is not None:
        _running.due.extend(due)
    else:
        _tell_all(deque(due), failed)
    if failed:
        raise _failed(failed)


def _taken_note(event: ChangeEvent, failed: list[tuple[ChangeEvent, Exception]]) -> _Due:
    """Have those take note who only do that; return who else is to be told."""
    chain = (*_running.chain, event)
    if len(chain) > LIMIT:
        raise _looping(list(chain))
    others = []
    for listener in listeners_of(event):
        if listener.coalesces:
            _tell(listener, event, failed)
        else:
            others.append(listener)
    return _Due(event, others, chain)


def _tell_all(due: deque[_Due], failed: list[tuple[ChangeEvent, Exception]]) -> None:
    _running.due = due
    try:
        while due:
            event, listeners, _running.chain = due.popleft()
            for listener in listeners:
                _tell(listener, event, failed)
    finally:
        _running.due, _running.chain = None, ()


def _tell(
    listener: Listener, event: ChangeEvent, failed: list[tuple[ChangeEvent, Exception]]
) -> None:
    try:
        listener.hear(event)
    except RecursionError:
        # whoever is told next would only do it all over again
        raise
    except Exception as failure:
        failed.append((event, failure))


def _failed(failed: list[tuple[ChangeEvent, Exception]]) -> ListenerFailedError:
    first = failed[0][0]
    what = dict.fromkeys(f"{full_name(event)} {_HAPPENED[event.kind]}" for event, _ in failed)
    why = dict.fromkeys(type(failure).__name__ for _, failure in failed)
    return ListenerFailedError(
        f"{', '.join(what)}, and stays so, but listeners raised {', '.join(why)}; have them "
        "handle it, or catch it here with except*",
        [failure for _, failure in failed],
        class_=type(first.obj),
        key=first.key,
    )


def _looping(events: list[ChangeEvent]) -> ListenerLoopError:
    event = events[-1]
    names = [full_name(each) for each in events]
    before = [place for place, name in enumerate(names[:-1]) if name == names[-1]]
    cycle = names[before[-1] :] if before else names[-5:]
    return ListenerLoopError(
        f"listeners go on changing what they listen to: {' -> '.join(cycle)}, {LIMIT} deep; "
        "have them change only what is not yet as they want it",
        class_=type(event.obj),
        key=event.key,
    )
