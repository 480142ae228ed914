"""What changed in one instance: the fields, their old values and their new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .._kernel.sentinels import MISSING, NO_VALUE
from .adoption import is_reference
from .differences import Difference, differences, render
from .snapshots import Snapshot
from .state import TrackedState

__all__ = ["Change", "Changes", "change_of", "changes_of", "old_value"]


class Change(NamedTuple):
    """What a field was, and is.

    Attributes:
        old: what it was; :data:`ormolu.MISSING` if there was nothing.
        new: what it is; :data:`ormolu.MISSING` if there is nothing any more.
    """

    old: Any
    new: Any


class Changes(Mapping[str, Change]):
    """The changes of an instance, by the name of the field; they stay as they are.

    Example:
        >>> changed = Changes({"name": Change("Ann", "Anna"), "tags": Change(["a"], ["a", "b"])})
        >>> changed["name"].old
        'Ann'
        >>> print(changed)
        name: 'Ann' -> 'Anna'
        tags[1]: (nothing) -> 'b'
        >>> list(changed)
        ['name', 'tags']
    """

    __slots__ = ("_changes",)

    def __init__(self, changes: Mapping[str, Change] | None = None) -> None:
        self._changes: dict[str, Change] = dict(changes or {})

    def __getitem__(self, key: str) -> Change:
        return self._changes[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __repr__(self) -> str:
        told = ", ".join(f"{key}: {_arrow(*change)}" for key, change in self.items())
        return f"<{type(self).__name__} {told}>" if told else f"<{type(self).__name__}: none>"

    def __str__(self) -> str:
        return "\n".join(f"{path}: {_arrow(*change)}" for path, change in self.paths().items())

    def paths(self) -> dict[str, Change]:
        """Return what changed within the fields, by the path that leads there.

        Example:
            >>> Changes({"meta": Change({"a": {"b": 1}}, {"a": {"b": 2}})}).paths()
            {'meta.a.b': Change(old=1, new=2)}
        """
        return {
            key + render(difference.path): Change(difference.old, difference.new)
            for key, change in self.items()
            for difference in self.within(key)
        }

    def within(self, key: str) -> list[Difference]:
        """Return what changed within one field; the paths begin at its value.

        Raises:
            KeyError: it has not changed.
        """
        old, new = self[key]
        return differences(old, new, is_reference)


def _arrow(old: Any, new: Any) -> str:
    return f"{_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    return "(nothing)" if value is MISSING else repr(value)


def old_value(state: TrackedState, key: str, current: Any, since: int = 0) -> Any:
    """Return what a field was, as it was then.

    Args:
        state: the state of the instance.
        key: the name of the field.
        current: what it is.
        since: how many checkpoints to pass over.
    """
    value, snapshot = state.baseline(key, since)
    if value is NO_VALUE:
        return MISSING
    present = current if value is MISSING else value
    if snapshot is None or snapshot.matches(present):
        return present
    return snapshot.thaw()


def change_of(state: TrackedState, key: str, current: Any, since: int = 0) -> Change | None:
    """Return how a field has changed, or ``None``; see :func:`old_value`."""
    value, snapshot = state.baseline(key, since)
    if value is NO_VALUE:
        return None if current is MISSING else Change(MISSING, current)
    if _is_same(value, snapshot, current):
        return None
    return Change(old_value(state, key, current, since), current)


def _is_same(value: Any, snapshot: Snapshot | None, current: Any) -> bool:
    if snapshot is not None:
        return current is not MISSING and snapshot.matches(current)
    return value is MISSING or value is current or not differences(value, current, is_reference)


def changes_of(state: TrackedState, instance: Any, since: int = 0) -> Changes:
    """Return all changes of an instance, in the order of its fields."""
    recorded = state.recorded(since)
    found: dict[str, Change] = {}
    for key, attribute in state.manager.items():
        if key in recorded:
            change = change_of(state, key, attribute.storage.get(instance), since)
            if change is not None:
                found[key] = change
    return Changes(found)
