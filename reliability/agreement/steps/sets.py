"""Changing sets in place."""

from __future__ import annotations

import operator
from typing import Any

from ..model import COLLECTIONS
from ..repertoire import Repertoire
from ..world import World
from .choosing import choose, likely, several_of

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation

_IN_PLACE_OF_SET = (operator.ior, operator.iand, operator.isub, operator.ixor)


def _set(world: World, a: int, b: int) -> Any:
    sets = [key for key, kind in COLLECTIONS.items() if kind == "set"]
    return getattr(world.pick(a), choose(sets, b))


@operation(5)
def set_add(world: World, a: int, b: int, c: int) -> None:
    """Add."""
    _set(world, a, b).add(world.pick(c))


@operation(3)
def set_take(world: World, a: int, b: int, c: int) -> Any:
    """Remove, discard, pop, clear."""
    items = _set(world, a, b)
    manner = b // 8 % 8
    if manner == 0:
        return items.clear()
    if not items and b % 64:
        return None
    if manner == 1:
        return items.pop()
    return (items.remove if manner % 2 else items.discard)(likely(world, items, c))


@operation(3)
def set_update(world: World, a: int, b: int, c: int) -> None:
    """Update by one of the methods."""
    names = (
        "update",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
    )
    getattr(_set(world, a, b), names[b // 8 % 4])(several_of(world, c))


@operation(2)
def set_in_place(world: World, a: int, b: int, c: int) -> None:
    """Update by an in-place operator, on the attribute."""
    thing = world.pick(a)
    change = _IN_PLACE_OF_SET[b // 8 % 4]
    thing.tags = change(thing.tags, set(several_of(world, c)))
