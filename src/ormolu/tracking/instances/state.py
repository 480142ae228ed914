"""The state of a tracked instance: the core's, with what was looked at, and checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, ClassVar

from ..._kernel.sentinels import MISSING
from ...core.layer import Layer
from ...core.state import InstanceState
from ..layer import TRACKED
from ..values.snapshots import Snapshot, is_atom
from .held import drop

__all__ = ["Level", "TrackedState"]


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Level:
    """What was recorded between two checkpoints.

    Attributes:
        committed: the values that fields had before they were assigned, by name.
        snapshots: what values were that may have been changed in place since, by name.
        unset: fields that the model had not counted as set.
        mark: tells it from others, also after something of it was forgotten.
    """

    __slots__ = ("committed", "mark", "snapshots", "unset")

    def __init__(
        self,
        committed: Mapping[str, Any],
        snapshots: Mapping[str, Snapshot],
        unset: AbstractSet[str],
        mark: object = None,
    ) -> None:
        self.committed = committed
        self.mark = mark or object()
        self.snapshots = snapshots
        self.unset = unset

    def without(self, key: str) -> Level:
        """Return the same with nothing recorded of a field."""
        return Level(
            {name: value for name, value in self.committed.items() if name != key},
            {name: kept for name, kept in self.snapshots.items() if name != key},
            self.unset - {key},
            self.mark,
        )

    def followed_by(self, later: Level) -> Level:
        """Return both in one; what a field was first is what counts."""
        new = {k: kept for k, kept in later.snapshots.items() if k not in self.committed}
        return Level(
            {**later.committed, **self.committed},
            {**new, **self.snapshots},
            self.unset | (later.unset - self.committed.keys()),
        )


_EMPTY = Level(_NOTHING, _NOTHING, frozenset())


class TrackedState(InstanceState):
    """What is known of one tracked instance that was changed, or may have been.

    Attributes:
        snapshots: what values were when they were read first; they may have been changed
            in place since.
        unset: fields that the model did not count as set before they were assigned.
        levels: what was recorded up to each checkpoint, the oldest first.
        previous: the changes that were committed last.
        related: the tracked objects that the instance holds, where it has slots only.
        making: notes that the instance is still being made; ``None`` afterwards.
        listeners: those that are told of changes of this instance.
        told: what the values were that listeners were told of since the last commit, by name.
    """

    # of each that is in the table; a dictionary for it alone would be larger than the rest
    __slots__ = ("place",)

    layer: ClassVar[Layer] = TRACKED

    # what few instances have is made when there is something to be kept in it
    snapshots: Mapping[str, Snapshot] = _NOTHING
    unset: AbstractSet[str] = frozenset()
    levels: tuple[Level, ...] = ()
    previous: Any = None
    related: dict[str, Any] | None = None
    making: Any = None
    listeners: tuple[Any, ...] = ()
    told: Mapping[str, Snapshot | None] = _NOTHING
    place: int

    def keep_snapshot(self, key: str, snapshot: Snapshot) -> None:
        """Remember what the value of a field is like."""
        self.snapshots = {**self.snapshots, key: snapshot}

    def drop_snapshot(self, key: str) -> None:
        """Forget it again."""
        if key in self.snapshots:
            self.snapshots = {k: kept for k, kept in self.snapshots.items() if k != key}

    def keep_told(self, key: str, snapshot: Snapshot | None) -> None:
        """Remember what the value of a field was when listeners were told of it."""
        self.told = {**self.told, key: snapshot}

    def be_made(self) -> None:
        """Record what is assigned from now on, and nothing of what was before."""
        if self.making is not None:
            self.making = None
            self.begin_anew(None)

    def _cleanup(self, ref: object, drop: Any = drop) -> None:
        drop(self)

    def all_levels(self, since: int = 0) -> Iterator[Level]:
        """Yield what was recorded, from a checkpoint on; the oldest first.

        Args:
            since: how many checkpoints to pass over.
        """
        yield from self.levels[since:]
        yield self.top()

    def baseline(self, key: str, since: int = 0) -> tuple[Any, Snapshot | None]:
        """Return what a field was: the object, and its content if that may have changed.

        Args:
            key: the name of the field.
            since: how many checkpoints to pass over.

        Returns:
            the object, ``MISSING`` if it was never assigned since, ``NO_VALUE`` if there was
            none; and the snapshot, or ``None``.
        """
        if len(self.levels) <= since:
            committed = self._committed
            value = MISSING if committed is None else committed.get(key, MISSING)
            return value, self.snapshots.get(key)
        snapshot = None
        for level in self.all_levels(since):
            snapshot = snapshot or level.snapshots.get(key)
            value = level.committed.get(key, MISSING)
            if value is not MISSING:
                return value, snapshot
        return MISSING, snapshot

    def recorded(self, since: int = 0) -> set[str]:
        """Return the fields that were assigned, or may have been changed in place."""
        keys = {*(self._committed or ()), *self.snapshots}
        for level in self.levels[since:]:
            keys.update(level.committed, level.snapshots)
        return keys

    def forget(self, key: str, since: int = 0) -> None:
        """Record nothing any more of a field."""
        before, later = self.levels[:since], self.levels[since:]
        top = self.top().without(key)
        self.levels = (*before, *(level.without(key) for level in later))
        self.record_in(top)

    # -- checkpoints -----------------------------------------------------------------------

    def begin_level(self) -> Level:
        """Record apart from now on; return what was recorded so far."""
        so_far = self.top()
        self.levels = (*self.levels, so_far)
        self.record_in(_EMPTY)
        return so_far

    def drop_levels(self, since: int) -> None:
        """Record nothing of what was after a checkpoint, which stays.

        Args:
            since: how many checkpoints there are up to it.
        """
        self.levels = self.levels[:since]
        self.record_in(_EMPTY)

    def merge_levels(self, since: int) -> None:
        """Record as if some checkpoints had never been made.

        Args:
            since: how many there are before them.
        """
        merged, *later = self.all_levels(since)
        for level in later:
            merged = merged.followed_by(level)
        self.levels = self.levels[:since]
        self.record_in(merged)

    def begin_anew(self, previous: Any) -> None:
        """Record nothing, and have no checkpoints.

        Args:
            previous: the changes that were committed last.
        """
        self.levels = ()
        self.told = _NOTHING
        self._commit_all({})
        self.record_in(_EMPTY)
        self.previous = previous

    def commit_fields(self, keys: Iterable[str], previous: Any) -> None:
        """Record nothing any more of some fields.

        Args:
            keys: their names.
            previous: the changes of them, which are committed now.
        """
        for key in keys:
            self.forget(key)
            self.told = {told: one for told, one in self.told.items() if told != key}
        self.previous = previous

    def top(self) -> Level:
        """Return what was recorded since the last checkpoint."""
        return Level(self._committed or _NOTHING, self.snapshots, self.unset)

    def top_copy(self) -> Level:
        """Return the same, whatever is recorded later."""
        return Level(dict(self._committed or _NOTHING), self.snapshots, self.unset)

    def record_in(self, level: Level) -> None:
        """Go on from what was recorded since the last checkpoint."""
        self._committed = dict(level.committed) or None
        self.snapshots = level.snapshots
        self.unset = level.unset
        self.modified = bool(level.committed) or any(one.committed for one in self.levels)

    # -- memory ----------------------------------------------------------------------------

    def is_blank(self) -> bool:
        """Return whether nothing is known of the instance."""
        known = self._committed or self.snapshots or self.levels or self.previous
        return not (known or self.manager.relates or self.is_heard())

    def tells_nothing(self) -> bool:
        """Return whether a commit would change nothing of what is known of the instance."""
        return not (self._committed or self.snapshots or self.levels or self.previous)

    def is_heard(self) -> bool:
        """Return whether somebody listens to this instance."""
        return any(listener.function() is not None for listener in self.listeners)

    def leads_nowhere(self) -> bool:
        """Return whether nothing of what is known could lead back to the instance."""
        if self.is_heard() or self.related:
            return False
        values = [value for level in self.all_levels() for value in level.committed.values()]
        if self.previous is not None:
            values.extend(value for change in self.previous.values() for value in change)
        taken = [value for level in self.all_levels() for value in level.snapshots.values()]
        taken.extend(filter(None, self.told.values()))
        return all(map(is_atom, values)) and all(snapshot.closed for snapshot in taken)
