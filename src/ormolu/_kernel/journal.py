"""Undoing a change that failed half-way.

One assignment can run through listeners, validators, loaders and the far side
of a relationship.  Whichever of them raises, everything has to be as it was.
While such an operation runs, each primitive change notes here how it is taken
back; an exception plays the notes backwards.

An operation looks for the journal of the one that it is part of, and opens one
where there is none::

    journal = current()
    opened = journal is None
    if journal is None:
        journal = open_journal()
    mark = len(journal)
    try:
        ...
    except BaseException:
        journal.undo(mark)
        raise
    finally:
        if opened:
            close_journal()

The journal is found through a context variable and not through a thread-local,
because a loader may switch to another greenlet or task of the same thread in
the middle of an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any

from .sentinels import MISSING

__all__ = ["Journal", "close_journal", "current", "open_journal", "put_back"]


class Journal(list[tuple[Any, ...]]):
    """How to take back what the running operation has changed so far.

    A list of steps, each a function that takes one change back and its
    arguments.  A list itself, and not an object that has one, because one is
    made for every operation.

    Attributes:
        failure: the ``id`` of the exception that an event of a removal ended
            with; the exception itself would tie journal and traceback in a knot.
    """

    failure: int = 0

    def note(self, undo: Callable[..., object], *args: Any) -> None:
        """Remember that ``undo(*args)`` takes back the change about to be made."""
        self.append((undo, *args))

    def undo(self, mark: int) -> None:
        """Take back all that was noted since there were ``mark`` steps.

        A step that itself raises (a user's collection may) does not keep the
        others from being taken back; the exception that the caller is about to
        raise again is the one that counts.
        """
        while len(self) > mark:
            undo, *args = self.pop()
            left = len(self)
            with suppress(Exception):
                undo(*args)
            # what a recorded method notes while it takes back is not to be
            # taken back itself
            del self[left:]


_current: ContextVar[Journal | None] = ContextVar("ormolu_journal", default=None)

current: Callable[[], Journal | None] = _current.get
"""Return the journal of the running operation, or ``None``."""

close_journal: Callable[[], object] = partial(_current.set, None)
"""End the outermost operation."""


def open_journal() -> Journal:
    """Return the journal of a new, outermost operation."""
    journal = Journal()
    _current.set(journal)
    return journal


def put_back(mapping: Any, key: Any, value: Any) -> None:
    """Give ``key`` the value it had, or none if that is ``MISSING``."""
    if value is MISSING:
        mapping.pop(key, None)
    else:
        mapping[key] = value
