"""Savepoints of a whole graph."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from ...core.faults.wording import an
from ...errors import CheckpointError
from ..checkpoints import checkpoint
from ..concluding import noted_on
from ..instances import held
from ..listening.batches import batch
from .backup import all_or_nothing, is_untouched, touched
from .members import Member, Members
from .rolling_back import Point, go_back
from .settled import Settled

__all__ = ["GraphCheckpoint"]


def _need(point: Point) -> None:
    """Refuse a point that an object cannot go back to.

    Raises:
        CheckpointError: the object was committed or rolled back by itself since.
    """
    if point.checkpoint is not None:
        point.checkpoint._place()  # which says so
    elif not is_untouched(point.obj) and held.find(point.obj).previous is not None:
        raise CheckpointError(
            f"this checkpoint of {an(type(point.obj).__qualname__)} is gone: the object was "
            "committed by itself since",
            class_=type(point.obj),
        )


class GraphCheckpoint:
    """A point in the changes of all objects of a workspace.

    Made by :meth:`ormolu.Workspace.checkpoint`.  As a context manager, it is rolled back to
    by an exception, and released otherwise.  Objects that come later are rolled back to
    how they came, and are not held any more.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import Workspace, tracked
        >>> @tracked
        ... @dataclass
        ... class Account:
        ...     balance: int
        >>> one, other = Account(10), Account(0)
        >>> work = Workspace()
        >>> work.attach(one, other)
        >>> point = work.checkpoint()
        >>> one.balance, other.balance = 0, 10
        >>> point.rollback()
        >>> one.balance, other.balance
        (10, 0)
        >>> point.release()
    """

    __slots__ = ("_kept", "_members", "_open", "_points", "_settled")

    def __init__(self, members: Members, open_: list[GraphCheckpoint]) -> None:
        self._members = members
        self._open = open_
        self._kept: dict[int, Member] = members.kept()
        self._points: dict[int, Point] = {}
        self._settled = Settled()
        for member in members:
            self.take_in(member.obj)
        open_.append(self)

    def __repr__(self) -> str:
        gone = "" if self in self._open else ", gone"
        return f"<{type(self).__name__} of {len(self._points)} object(s){gone}>"

    def take_in(self, obj: Any) -> None:
        """Remember also how this object is."""
        if id(obj) not in self._points:
            # there may be many that are not changed; a checkpoint would give each a state
            known = held.find(obj) is not None
            self._points[id(obj)] = Point(obj, checkpoint(obj) if known else None)

    def pass_over(self, obj: Any, member: Member | None) -> None:
        """Leave an object as it is by now, for it was committed by itself.

        Args:
            obj: the object.
            member: what it is by now; ``None`` if it is gone.
        """
        self._points.pop(id(obj), None)
        self._kept.pop(id(obj), None)
        self._settled.note(obj, gone=member is None)
        if member is not None:
            self._kept[id(obj)] = member

    def rollback(self) -> None:
        """Have all objects be as they were at the checkpoint, which stays.

        Raises:
            CheckpointError: it is gone, or one of the objects was committed or rolled back
                by itself since; nothing was changed.
        """
        self._need()
        points = list(self._points.values())
        for point in points:
            _need(point)
        with (
            batch(),  # listeners are told when all is done
            self._members.all_or_none(),
            all_or_nothing([touched(point.obj) for point in points]),
            self._settled.standing(self._members, as_committed=False),
        ):
            self._members.restore(self._kept)
            # what came later may have been made with others, which had it not at this point
            go_back(points[::-1])
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
            if point.checkpoint is not None and point.checkpoint.is_there():
                point.checkpoint.release()

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
            if error is not None:
                error.add_note(
                    "the workspace did not go back to its checkpoint, which is gone: it was "
                    "committed or rolled back in the block"
                )
            return
        try:
            if error is not None:
                self._roll_back_after(error)
        finally:
            if self in self._open:
                self.release()

    def _roll_back_after(self, error: BaseException) -> None:
        # what has ended the block is what has to be known first
        try:
            with noted_on(error):
                self.rollback()
        except Exception as failure:
            error.add_note(f"the checkpoint of the workspace was not rolled back to: {failure}")
