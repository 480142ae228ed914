"""Undo and redo of what happens to a graph of objects."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from ...errors import OrmoluError, TimelineError
from ..arguments import need
from ..listening.batches import batch
from ..uncopied import Uncopied
from ..workspaces.workspace import Workspace
from .absorbing import absorb, forget
from .graphs import Roots, Workplace
from .memory import Memory
from .steps import Edit

__all__ = ["Step", "Timeline"]


class Step(NamedTuple):
    """What one :meth:`Timeline.undo` takes back.

    Attributes:
        name: what it is called, or ``None``.
        objects: the objects that were changed, or came or went.
    """

    name: str | None
    objects: tuple[Any, ...]


class _Done(NamedTuple):
    name: str | None
    edit: Edit
    at: float

    def step(self) -> Step:
        return Step(self.name, tuple(one.obj for one in self.edit.objects.values()))


class Timeline(Uncopied):
    """Undo and redo, for a workspace, or for objects and all that they refer to.

    Each :meth:`mark` makes one step of what was done since the one before it, whoever did
    it; :meth:`record` makes one of what is done within a block.  A step is about values, in
    place as well, and about objects that come and go, on both sides of each relationship.

    To undo is to change back: :func:`ormolu.changes` tells of it like of any other change.
    What was committed can be undone; a rollback is an edit like others.  Values are put back
    past validators, which took them before.

    What the callbacks of a commit change is no step, and is not taken back with one: where
    they have changed a field, redoing the step before leads to what it is since.  The key of
    an object that was new is left alone from then on.  That holds for the timeline of a
    workspace; one of objects does not know of commits.

    It holds the objects of its steps strongly.

    Args:
        what: a workspace, or objects.
        limit: how many steps are kept; the oldest go first.
        coalesce: for how many seconds edits of one and the same field, marked with the same
            name, go on being one step; 0 for never.
        clock: tells the time in seconds.

    Raises:
        UntrackedInstanceError: one of the objects is not tracked.
        TimelineError: the limit is less than one, or there is nothing to watch.
        ArgumentError: it is no number, nor are the seconds.

    Example:
        >>> from dataclasses import dataclass, field
        >>> from ormolu import Timeline, tracked
        >>> @tracked
        ... @dataclass
        ... class Page:
        ...     title: str
        ...     tags: list[str] = field(default_factory=list)
        >>> page = Page("One")
        >>> timeline = Timeline(page)
        >>> with timeline.record("rename"):
        ...     page.title = "Two"
        ...     page.tags.append("renamed")
        >>> timeline.undo().name, page
        ('rename', Page(title='One', tags=[]))
        >>> timeline.redo().name, page
        ('rename', Page(title='Two', tags=['renamed']))
    """

    _refusal = TimelineError
    _instead = "make another of the objects that it is about"

    def __init__(
        self,
        *what: Any,
        limit: int = 100,
        coalesce: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        need(limit, int, "limit", "a number of steps")
        need(coalesce, (int, float), "coalesce", "a number of seconds")
        if not what:
            raise TimelineError("a timeline of nothing has no steps; give a workspace, or objects")
        if limit < 1:
            raise TimelineError(f"a timeline of {limit} steps keeps nothing; give a larger limit")
        workspace = len(what) == 1 and isinstance(what[0], Workspace)
        self._memory = Memory(Workplace(what[0]) if workspace else Roots(what))
        if workspace:
            what[0]._timelines.add(self)
        self._limit = limit
        self._coalesce = coalesce
        self._clock = clock
        self._done: list[_Done] = []
        self._undone: list[_Done] = []
        # what is to become a step: since the last mark, and in each block within another
        self._open = [Edit([])]
        self._absorbing = 0  # in how many of them what is done is done by a commit
        self._sealed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._done)} step(s), {len(self._undone)} undone>"

    # -- what there is ---------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo, or something was done since the last."""
        return bool(self._done) or self._is_pending()

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo, and nothing was done since."""
        return bool(self._undone) and not self._is_pending()

    @property
    def undo_name(self) -> str | None:
        """The name of the step that :meth:`undo` would take back; ``None`` if it has none."""
        return self._done[-1].name if self._done and not self._is_pending() else None

    @property
    def redo_name(self) -> str | None:
        """The name of the step that :meth:`redo` would do again; ``None`` if it has none."""
        return self._undone[-1].name if self.can_redo else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that can be undone, the oldest first."""
        return tuple(one.step() for one in self._done)

    def _is_pending(self) -> bool:
        """Return whether something was done since the last step."""
        if self._absorbing == len(self._open):
            return bool(self._open[-1])
        return bool(self._open[-1].then(self._memory.look(learn=False)))

    # -- recording -------------------------------------------------------------------------

    def mark(self, name: str | None = None) -> Step | None:
        """Make a step of what was done since the last one.

        Within :meth:`record` it becomes part of that step.

        Args:
            name: what to call it.

        Returns:
            the step; ``None`` if nothing was done, or the step is not finished.
        """
        self._look()
        if len(self._open) > 1:
            return None
        edit, self._open = self._open[0], [Edit([])]
        return self._add(name, edit)

    def _look(self, *, strict: bool = True) -> None:
        """Take in what was done since the last look.

        Args:
            strict: whether an object that cannot be watched is an error.
        """
        edit = self._memory.look(strict=strict)
        if self._absorbing == len(self._open):
            absorb(edit, *self._edits())
        else:
            self._open[-1] = self._open[-1].then(edit)

    def _edits(self) -> tuple[list[Edit], list[Edit]]:
        """Return what can be undone, the last first, and what can be done again."""
        done = [*(one.edit for one in self._done), *self._open]
        return done[::-1], [one.edit for one in reversed(self._undone)]

    def seal(self) -> None:
        """Have the next edit begin a step of its own, whatever it could go on with."""
        self._sealed = True

    @contextmanager
    def record(self, name: str | None = None) -> Iterator[None]:
        """Make one step of what is done within a block; if that raises, take it back.

        Blocks within one another make one step, with the name of the outermost.

        Args:
            name: what to call it.

        Raises:
            ClaimedError: at the end, an object refers to one of another workspace.  What can
                be seen is a step nevertheless.
            WorkspaceError: it refers to one that cannot come in for another reason.
        """
        self.mark()
        self._open.append(Edit([]))
        try:
            yield
        except BaseException as error:
            self._take_back(error)
            raise
        try:
            self._look()
        finally:
            edit = self._open.pop()
            if len(self._open) > 1:
                self._open[-1] = self._open[-1].then(edit)
            else:
                self._add(name, edit)

    def _take_back(self, error: BaseException) -> None:
        """Undo what was done in a block that has ended with an exception."""
        self._look(strict=False)
        edit = self._open.pop()
        try:
            with batch():
                self._memory.put(edit, 0)
                edit.tell(0)
        except Exception as failure:  # what has ended the block is what has to be known first
            error.add_note(f"what the step had done was not taken back, or not told: {failure}")

    def _add(self, name: str | None, edit: Edit) -> Step | None:
        if not edit:
            return None
        self._undone.clear()
        at = self._clock()
        if self._goes_on(name, edit, at):
            edit = self._done.pop().edit.then(edit)
        self._sealed = False
        done = _Done(name, edit, at)
        if edit:
            self._done.append(done)
            del self._done[: -self._limit]
        return done.step()

    def _goes_on(self, name: str | None, edit: Edit, at: float) -> bool:
        """Return whether an edit goes on with the one before it."""
        if not self._coalesce or self._sealed or not self._done:
            return False
        last = self._done[-1]
        places = edit.places()
        return (
            name == last.name
            and at - last.at <= self._coalesce
            and len(places) == 1
            and places == last.edit.places()
            and not any(edit.appearances(0))
            and not any(last.edit.appearances(0))
        )

    @contextmanager
    def _commit(self, stored: Callable[[], list[Any]], key: str | None) -> Iterator[None]:
        """Absorb what a commit does.

        Args:
            stored: returns the objects that are not new any more since it began.
            key: the name of the field that is the key.
        """
        if self._absorbing:
            yield
            return
        self._look()
        self._absorbing = len(self._open)
        try:
            yield
        finally:
            with suppress(OrmoluError):  # the next look raises it again
                self._look()
            self._absorbing = 0
            if key is not None:
                self._forget(stored(), key)

    def _forget(self, objects: list[Any], key: str) -> None:
        done, undone = self._edits()
        forget([*done, *undone], objects, key)
        self._done[:] = [one for one in self._done if one.edit]
        self._undone[:] = [one for one in self._undone if one.edit]

    # -- back and forth --------------------------------------------------------------------

    def undo(self) -> Step:
        """Take the last step back; what was done since is a step as well.

        Returns:
            the step.

        Raises:
            TimelineError: there is none, or a step is being recorded.
            ListenerFailedError: listeners raised; it is undone nevertheless.
            Exception: whatever refuses to be put back; all is then as it was.
        """
        self._refuse_in_group("undo")
        self.mark()
        if not self._done:
            raise TimelineError("there is nothing to undo; can_undo tells")
        return self._go(self._done, self._undone, 0)

    def redo(self) -> Step:
        """Do the step again that was undone last.

        Returns:
            the step.

        Raises:
            TimelineError: there is none, something else was done since, or a step is being
                recorded.
            ListenerFailedError: listeners raised; it is done again nevertheless.
            Exception: whatever refuses to be put back; all is then as it was.
        """
        self._refuse_in_group("redo")
        self.mark()
        if not self._undone:
            raise TimelineError(
                "there is nothing to redo, for nothing was undone or something else was done "
                "since; can_redo tells"
            )
        return self._go(self._undone, self._done, 1)

    def _go(self, source: list[_Done], target: list[_Done], side: int) -> Step:
        edit = source[-1].edit
        with batch():
            self._memory.put(edit, side)
            target.append(source.pop())
            self._sealed = True
            edit.tell(side)
        return target[-1].step()

    def clear(self) -> None:
        """Forget all steps; what was done stays done."""
        self._refuse_in_group("clear")
        self._look()
        self._open = [Edit([])]
        self._done.clear()
        self._undone.clear()

    def _refuse_in_group(self, what: str) -> None:
        if len(self._open) > 1:
            raise TimelineError(
                f"{what}() was called while a step is being recorded; call it after the block, "
                "or raise in it to take it back"
            )
