"""Several objects that are as they were, each as at a point of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..._kernel.sentinels import MISSING, NO_VALUE
from .. import concluding, verbs
from ..checkpoints import Checkpoint
from ..instances import held
from ..instances.following import telling_of
from ..instances.restoring import restore
from .backup import is_untouched

__all__ = ["Point", "go_back"]


class Point(NamedTuple):
    """How an object was.

    Attributes:
        obj: the object.
        checkpoint: its checkpoint; ``None`` for how it was made or committed last.
    """

    obj: Any
    checkpoint: Checkpoint[Any] | None = None

    def since(self) -> int:
        """Return how many checkpoints to pass over."""
        return 0 if self.checkpoint is None else self.checkpoint._place() + 1

    def rollback(self) -> None:
        """Have the object be as it was."""
        if self.checkpoint is None:
            verbs.roll_back_all(self.obj)
        else:
            self.checkpoint.rollback()


def go_back(points: Sequence[Point]) -> None:
    """Have all objects be as they were, with both sides of each relationship.

    What they hold of one another comes back when the fields that are keys have, and changes
    what others hold; where that is, in lists and dictionaries, comes back when all is there.

    Args:
        points: how each was.
    """
    changed = [point for point in points if not is_untouched(point.obj)]
    orders = [order for point in changed for order in _orders(point)]
    for point in changed:
        _restore_values(point)
    for point in points:
        point.rollback()
    with telling_of("rolled back"):
        for attribute, obj, kept in orders:
            attribute.restore_order(obj, kept)


def _orders(point: Point) -> list[tuple[Any, Any, Any]]:
    """Return the collections that an object held: the attribute, the object, the members."""
    state, since = held.find(point.obj), point.since()
    found = []
    for key, attribute in state.manager.items():
        if attribute.relates and attribute.is_many:
            kept, _ = state.baseline(key, since)
            if kept is not MISSING and kept is not NO_VALUE:
                found.append((attribute, point.obj, kept))
    return found


def _restore_values(point: Point) -> None:
    """Have all fields be as they were that hold no other tracked objects."""
    state = held.find(point.obj)
    values = {key: one for key, one in state.manager.items() if not one.relates}
    before = restore(state, point.obj, values, point.since())
    concluding.told(state, point.obj, before, "rolled back")
