"""Undoing a change that failed half-way.

One assignment can run through listeners, validators, loaders and the far side
of a relationship.  Whichever of them raises, everything has to be as it was.
While such an operation runs, each primitive change notes here how it is taken
back; an exception plays the notes backwards.

The journal of a running operation is found through a context variable and not
through a thread-local, because a loader may switch to another greenlet or task
of the same thread in the middle of an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

__all__ = ["Journal", "begin", "current"]


class Journal:
    """How to take back what the running operation has changed so far."""

    __slots__ = ("depth", "steps")

    def __init__(self) -> None:
        self.depth: int = 0
        self.steps: list[tuple[Any, ...]] = []

    def note(self, undo: Callable[..., object], *args: Any) -> None:
        """Remember that ``undo(*args)`` takes back the change about to be made."""
        self.steps.append((undo, args))

    def done(self) -> None:
        """End the innermost operation, which succeeded."""
        self.depth -= 1
        if self.depth == 0:
            _current.set(None)

    def failed(self, mark: int) -> None:
        """End the innermost operation and take back all it did since ``mark``.

        A step that itself raises (a user's collection may) does not keep the
        others from being taken back; the exception that the caller is about to
        raise again is the one that counts.
        """
        steps = self.steps
        while len(steps) > mark:
            undo, args = steps.pop()
            try:
                undo(*args)
            except Exception:  # noqa: S112 - see above
                continue
        self.done()


_current: ContextVar[Journal | None] = ContextVar("ormolu_journal", default=None)

current: Callable[[], Journal | None] = _current.get


def begin() -> Journal:
    """Start an operation, inside of the running one if there is one.

    Every call is paired with :meth:`Journal.done` or :meth:`Journal.failed`;
    the mark for the latter is ``len(journal.steps)`` right after this call.
    """
    journal = _current.get()
    if journal is None:
        journal = Journal()
        _current.set(journal)
    journal.depth += 1
    return journal
