"""Savepoints of a whole graph."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from ...errors import CheckpointError
from .. import held, verbs
from ..checkpoints import Checkpoint, checkpoint
from ..listening.batches import batch
from .backup import all_or_nothing, is_untouched, touched
from .members import Member, Members

__all__ = ["GraphCheckpoint"]


class _Untouched:
    """A point of an object of which nothing was recorded then: to go back is to roll back.

    There may be many of them; a checkpoint of each would give each a state.
    """

    __slots__ = ("obj",)

    def __init__(self, obj: Any) -> None:
        self.obj = obj

    def is_there(self) -> bool:
        """Return whether the object was not committed since."""
        return is_untouched(self.obj) or held.find(self.obj).previous is None

    def rollback(self) -> None:
        """Have the object be as it was."""
        if not self.is_there():
            raise CheckpointError(
                f"this checkpoint of a {type(self.obj).__qualname__} is gone: the object was "
                "committed by itself since",
                class_=type(self.obj),
            )
        verbs.rollback(self.obj)

    def release(self) -> None:
        """Do nothing: there is nothing that was recorded apart."""


class GraphCheckpoint:
    """A point in the changes of all objects of a workspace.

    Made by :meth:`ormolu.Workspace.checkpoint`.  As a context manager, it is rolled back to
    by an exception, and released otherwise.  Objects that come later are rolled back to
    how they came, and are not held any more.
    """

    __slots__ = ("_kept", "_members", "_open", "_points")

    def __init__(self, members: Members, open_: list[GraphCheckpoint]) -> None:
        self._members = members
        self._open = open_
        self._kept: dict[int, Member] = members.kept()
        self._points: dict[int, Checkpoint | _Untouched] = {}
        for member in members:
            self.take_in(member.obj)
        open_.append(self)

    def take_in(self, obj: Any) -> None:
        """Remember also how this object is."""
        if id(obj) not in self._points:
            known = held.find(obj) is not None
            self._points[id(obj)] = checkpoint(obj) if known else _Untouched(obj)

    def pass_over(self, obj: Any, member: Member | None) -> None:
        """Leave an object as it is by now, for it was committed by itself.

        Args:
            obj: the object.
            member: what it is by now; ``None`` if it is gone.
        """
        self._points.pop(id(obj), None)
        self._kept.pop(id(obj), None)
        if member is not None:
            self._kept[id(obj)] = member

    def rollback(self) -> None:
        """Have all objects be as they were at the checkpoint, which stays.

        Raises:
            CheckpointError: it is gone, or one of the objects was committed or rolled back
                by itself since; nothing was changed.
        """
        self._need()
        points = self._points.values()
        for gone in [point for point in points if not point.is_there()]:
            gone.rollback()  # which says so
        with (
            batch(),  # listeners are told when all is done
            self._members.all_or_none(),
            all_or_nothing([touched(point.obj) for point in points]),
        ):
            self._members.restore(self._kept)
            # what came later may have been made with others, which had it not at this point
            for point in reversed(points):
                point.rollback()
        self._drop_later()

    def release(self) -> None:
        """Let the checkpoint go, and those made after it; changes stay.

        Raises:
            CheckpointError: it is gone already.
        """
        self._need()
        self._drop_later()
        self._open.remove(self)
        for point in self._points.values():
            if point.is_there():
                point.release()

    def _drop_later(self) -> None:
        del self._open[self._open.index(self) + 1 :]

    def _need(self) -> None:
        if self not in self._open:
            raise CheckpointError(
                "this checkpoint of a workspace is gone: the workspace was committed or rolled "
                "back since, or an earlier checkpoint released"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self not in self._open:
            return  # committed or rolled back meanwhile
        if error is not None:
            self.rollback()
        self.release()
