"""Many changes as one of each attribute: from what it was first to what it is at last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._kernel.sentinels import MISSING
from ..instances.adoption import is_reference, manager_of
from ..values.differences import Item, Step
from ..values.snapshots import take
from .event import ChangeEvent, Kind, copied, is_same

__all__ = ["Coalescing"]


class Coalescing:
    """Takes in events, and gives out one for each object and attribute that differs.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import tracked
        >>> @tracked
        ... @dataclass
        ... class Point:
        ...     x: int
        >>> point, coalescing = Point(3), Coalescing()
        >>> for old, new in [(0, 1), (1, 2), (2, 3)]:
        ...     coalescing.collect(ChangeEvent(point, "x", old, new))
        >>> [str(event) for event in coalescing.take()]
        ['x: 0 -> 3']
    """

    __slots__ = ("_first",)

    def __init__(self) -> None:
        self._first: dict[tuple[int, str], _First] = {}

    def collect(self, event: ChangeEvent) -> None:
        """Take in an event, as soon as it has happened."""
        place = (id(event.obj), event.key)
        first = self._first.get(place)
        if first is None:
            self._first[place] = _First(event)
        elif event.kind != "in place" or first.kind != "set":
            first.kind = event.kind

    def leave_out(self, objects: Iterable[Any]) -> None:
        """Give out nothing of what has happened to some objects up to now."""
        numbers = set(map(id, objects))
        self._first = {at: one for at, one in self._first.items() if at[0] not in numbers}

    def take(self) -> list[ChangeEvent]:
        """Return one event for each attribute that has changed, and begin anew."""
        collected, self._first = self._first, {}
        events = [first.until_now() for first in collected.values()]
        return [event for event in events if event is not None]


class _First:
    """What an attribute was before the first of its changes.

    Attributes:
        kind: what has happened to it, up to now.
    """

    __slots__ = ("attribute", "content", "key", "kind", "obj", "value")

    def __init__(self, event: ChangeEvent) -> None:
        self.obj, self.key = event.obj, event.key
        self.attribute: Any = manager_of(self.obj)[self.key]
        self.kind: Kind = event.kind
        self.value, was = event.old, event.old
        if event.kind == "in place":
            self.value = self.attribute.present(self.obj)
            was = _as_it_was(self.value, event.steps, event.old)
        # it may be changed in place from now on, whoever has it
        self.content = None if was is MISSING else take(was, is_reference)

    def until_now(self) -> ChangeEvent | None:
        """Return all changes as one event, or ``None`` if nothing is different."""
        new, old = self.attribute.present(self.obj), self.value
        if self.content is not None and not self.content.matches(old):
            old = self.content.thaw()
        if is_same(old, new):
            return None
        then = copied(take(new, is_reference))
        return ChangeEvent(self.obj, self.key, old, new, self.kind, _then=then)


def _as_it_was(value: Any, steps: tuple[Step, ...], old: Any) -> Any:
    """Return a value as it was before a container in it changed.

    Args:
        value: what it is.
        steps: how to get to the container.
        old: what that was.
    """
    snapshot = take(value, is_reference) if steps else None
    if snapshot is None:
        return old
    spot = copied = snapshot.thaw()
    *way, last = (step.key for step in steps if isinstance(step, Item))
    for key in way:
        spot = spot[key]
    spot[last] = old
    return copied
