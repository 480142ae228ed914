"""Savepoints of one object: back to a point in the middle of its changes."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ..core.faults.wording import an
from ..errors import CheckpointError
from .concluding import look_again, noted_on, settle, told, told_once
from .fields.recording import state_for
from .generics import T_co
from .instances import held
from .instances.changes import Changes, changes_of
from .instances.restoring import restore
from .instances.state import Level, TrackedState
from .targets import need_manager

__all__ = ["Checkpoint", "checkpoint"]

_T = TypeVar("_T")


def checkpoint(obj: _T) -> Checkpoint[_T]:
    """Remember how an object is, to come back to it; checkpoints can be nested.

    Args:
        obj: an instance of a tracked class.

    Returns:
        the checkpoint.  As a context manager, it is rolled back to by an exception, and
        released otherwise.

    Raises:
        UntrackedInstanceError: its class is not tracked.
        CheckpointError: the object is still being made.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import changes, checkpoint, tracked
        >>> @tracked
        ... @dataclass
        ... class Account:
        ...     balance: int
        >>> account = Account(10)
        >>> account.balance = 20
        >>> try:
        ...     with checkpoint(account):
        ...         account.balance = -5
        ...         raise ValueError("overdrawn")
        ... except ValueError:
        ...     account.balance
        20
    """
    manager = need_manager(obj)
    if held.is_being_made(obj):
        raise CheckpointError(
            f"this {manager.class_.__qualname__} is still being made, and what is assigned to "
            f"it until its __init__ is over is no change that could be taken back; make the "
            f"checkpoint afterwards",
            class_=manager.class_,
        )
    state = state_for(manager, obj)
    seen = state.recorded()
    point = Checkpoint(obj, state, state.begin_level())
    look_again(state, obj, seen)
    return point


class Checkpoint(Generic[T_co]):
    """A point in the changes of one object.

    Attributes:
        obj: the object.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import checkpoint, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        ...     size: int = 0
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> point = checkpoint(post)
        >>> post.size = 12
        >>> print(point.changes())
        size: 0 -> 12
        >>> point.rollback()
        >>> post
        Post(title='Hello, world', size=0)
        >>> point.release()
        >>> point.is_there()
        False
    """

    __slots__ = ("_mark", "_state", "obj")

    def __init__(self, obj: T_co, state: TrackedState, level: Level) -> None:
        self.obj = obj
        self._state = state
        self._mark = level.mark

    def __repr__(self) -> str:
        gone = "" if self.is_there() else ", gone"
        return f"<{type(self).__name__} of {an(type(self.obj).__qualname__)}{gone}>"

    def changes(self) -> Changes:
        """Return what has changed in the object since the checkpoint.

        Raises:
            CheckpointError: the checkpoint is gone.
        """
        return changes_of(self._state, self.obj, self._place() + 1)

    def rollback(self) -> None:
        """Have the object be as it was at the checkpoint, which stays; later ones are gone.

        Raises:
            CheckpointError: the checkpoint is gone.
            ListenerFailedError: listeners raised; it is rolled back nevertheless.
        """
        with told_once(self._state):
            told(self._state, self.obj, self._roll_back(), "rolled back")

    def release(self) -> None:
        """Let the checkpoint go, and those made after it; changes stay.

        Raises:
            CheckpointError: the checkpoint is gone already.
        """
        self._state.merge_levels(self._place())
        settle(self._state, self.obj)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self.is_there():
            if error is not None:
                error.add_note(
                    f"{an(type(self.obj).__qualname__)} did not go back to its checkpoint, which "
                    "is gone: the object was committed in the block, or an earlier one was "
                    "released or gone back to"
                )
            return
        with noted_on(error), told_once(self._state):
            before = {} if error is None else self._roll_back()
            self.release()
            told(self._state, self.obj, before, "rolled back")

    def _roll_back(self) -> dict[Any, Any]:
        since = self._place() + 1
        seen = self._state.recorded()
        before = restore(self._state, self.obj, self._state.manager, since)
        self._state.drop_levels(since)
        look_again(self._state, self.obj, seen)
        return before

    def is_there(self) -> bool:
        """Return whether the checkpoint is not gone."""
        return held.find(self.obj) is self._state and self._mark in self._marks()

    def _place(self) -> int:
        if not self.is_there():
            raise CheckpointError(
                f"this checkpoint of {an(type(self.obj).__qualname__)} is gone: it was released, "
                f"as at the end of its block, an earlier one was released or gone back to, or the "
                f"object was committed since, or rolled back with its workspace",
                class_=type(self.obj),
            )
        return self._marks().index(self._mark)

    def _marks(self) -> list[object]:
        return [level.mark for level in self._state.levels]
