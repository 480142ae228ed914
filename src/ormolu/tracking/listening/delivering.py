"""Telling all listeners, whatever one of them does."""

from __future__ import annotations

from collections.abc import Sequence
from threading import local

from ...errors import ListenerFailedError, ListenerLoopError
from .event import ChangeEvent, full_name
from .listeners import listeners_of

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


class _Running(local):
    """The events of which listeners are being told, in each thread."""

    def __init__(self) -> None:
        self.events: list[ChangeEvent] = []


_running = _Running()


def deliver(events: Sequence[ChangeEvent]) -> None:
    """Tell who listens of each event.

    Raises:
        ListenerFailedError: listeners raised; all others were told nevertheless.
        ListenerLoopError: listeners go on changing what they listen to.
    """
    failed: list[tuple[ChangeEvent, Exception]] = []
    for event in events:
        failed += [(event, failure) for failure in _deliver(event)]
    if failed:
        raise _failed(failed)


def _deliver(event: ChangeEvent) -> list[Exception]:
    running = _running.events
    if len(running) >= LIMIT:
        raise _looping([*running, event])
    failures: list[Exception] = []
    running.append(event)
    try:
        for listener in listeners_of(event):
            try:
                listener.hear(event)
            except RecursionError:
                # whoever is told next would only do it all over again
                raise
            except Exception as failure:
                failures.append(failure)
    finally:
        running.pop()
    return failures


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
