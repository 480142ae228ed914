"""Undoing a change that failed half-way.

One assignment can run through listeners, validators, loaders and the far side
of a relationship.  Whichever of them raises, everything has to be as it was.
While such an operation runs, each primitive change notes here how it is taken
back; an exception plays the notes backwards.

An operation is given the journal of the one that it is part of, or looks for it, and
makes one where there is none::

    journal = current()
    opened = journal is None
    if journal is None:
        journal = Journal()
    mark = journal.mark()
    try:
        ...
    except BaseException:
        journal.undo(mark)
        raise
    finally:
        if opened:
            journal.close()

A journal is published before the operation calls out, so that what happens there finds
it; nobody else has to.  It is found through a context variable and not through a
thread-local, because a loader may switch to another greenlet or task of the same thread
in the middle of an operation.  A context can be copied meanwhile, and go on in a task or a
thread that the operation knows nothing of: there the journal is not that of anything running.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from . import running
from .running import current
from .sentinels import MISSING

__all__ = ["Journal", "atomically", "current", "noted_as_made", "open_journal", "put_back"]


class Journal:
    """How to take back what the running operation has changed so far.

    Attributes:
        steps: each is a function that takes one change back, and its arguments.
        failure: the ``id`` of the exception that an event of a removal ended
            with; the exception itself would tie journal and traceback in a knot.
        published: in which thread :func:`current` finds it; 0 for none.
        made: the ``id`` of each state that was made in the course of it, if any was.
    """

    __slots__ = ("failure", "made", "published", "steps")

    def __init__(self) -> None:
        self.steps: list[tuple[Any, ...]] = []
        self.failure: int = 0
        self.published: int = 0
        self.made: set[int] | None = None

    def publish(self) -> None:
        """Be found by what is called from now on, as part of this operation."""
        if not self.published:
            self.published = running.publish(self)

    def close(self) -> None:
        """End the operation."""
        if self.published:
            self.published = 0
            # whoever has copied the context goes on holding this
            self.steps.clear()
            try:
                running.withdraw(self)
            except MemoryError:
                return  # what is done is done: it is found no more, anyway

    def note(self, undo: Callable[..., object], *args: Any) -> None:
        """Remember that ``undo(*args)`` takes back the change about to be made."""
        self.steps.append((undo, *args))

    def note_step(self, step: tuple[Any, ...]) -> None:
        """Remember a function and its arguments; see :meth:`note`."""
        self.steps.append(step)

    def mark(self) -> int:
        """Return where the operation is, to come back to with :meth:`undo`."""
        return len(self.steps)

    def note_made(self, state: Any) -> None:
        """Remember that an instance was made: its values are nobody's but its maker's.

        A listener may raise an error that it has just made, or keep a record of what it
        refused.
        """
        if self.made is None:
            self.made = set()
        self.made.add(id(state))

    def covers(self, state: Any) -> bool:
        """Return whether values of an instance are taken back if this operation fails."""
        return self.made is None or id(state) not in self.made

    def forget(self, step: int) -> None:
        """Have the change noted as the ``step``-th stay, whatever happens now."""
        del self.steps[step]

    def undo(self, mark: int) -> None:
        """Take back all that was noted since there were ``mark`` steps.

        A step that itself raises (a user's collection may) does not keep the
        others from being taken back; the exception that the caller is about to
        raise again is the one that counts.
        """
        steps = self.steps
        while len(steps) > mark:
            undo, *args = steps.pop()
            left = len(steps)
            with suppress(Exception):
                undo(*args)
            # what a recorded method notes while it takes back is not to be
            # taken back itself
            del steps[left:]


def open_journal() -> Journal:
    """Return the journal of a new, outermost operation, published."""
    journal = Journal()
    journal.publish()
    return journal


def atomically(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do all of an operation, or nothing of it; return what it returns.

    Args:
        operation: notes in the published journal how its steps are taken back.
        args: what it is called with.
        kwargs: the same.
    """
    journal = current()
    opened = journal is None
    if journal is None:
        journal = open_journal()
    mark = journal.mark()
    try:
        return operation(*args, **kwargs)
    except BaseException:
        journal.undo(mark)
        raise
    finally:
        if opened:
            journal.close()


def noted_as_made(state: Any) -> Any:
    """Note in the operation that is running, if any is, that an instance was made.

    Args:
        state: that of the instance, which is returned.
    """
    journal = current()
    if journal is not None:
        journal.note_made(state)
    return state


def put_back(mapping: Any, key: Any, value: Any) -> None:
    """Give ``key`` the value it had, or none if that is ``MISSING``."""
    if value is MISSING:
        mapping.pop(key, None)
    else:
        mapping[key] = value
