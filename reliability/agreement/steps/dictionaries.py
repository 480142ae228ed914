"""Changing dictionaries in place, and collections of a user's own."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm.base import NO_KEY
from sqlalchemy.orm.collections import collection_adapter

from ..model import COLLECTIONS
from ..repertoire import Repertoire
from ..world import World
from .choosing import choose, likely
from .peculiar import Peculiar

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation


@operation(3)
def dict_put(world: World, a: int, b: int, c: int) -> Any:
    """Set an item, in one of the ways."""
    held = world.pick(a).held
    other = world.pick(c)
    manner = b % 5
    if manner == 0:
        return held.setdefault(other.number, other)
    if manner == 1:
        held.update({other.number: other})
    elif manner == 2:
        held |= {other.number: other}
        return Peculiar.IN_PLACE
    elif manner == 3:
        held.set(other)
    else:
        held[other.number] = other
    return None


@operation(3)
def dict_take(world: World, a: int, b: int, c: int) -> Any:
    """Remove an item, in one of the ways."""
    held = world.pick(a).held
    chosen = likely(world, held.values(), c)
    name = chosen.number
    manner = b % 6
    if not held and c % 16:
        return None
    if manner == 0:
        return held.clear()
    if manner == 1:
        return held.popitem()
    if manner == 2:
        return held.pop(name, Peculiar.NOTHING_TAKEN)
    if manner == 3:
        return held.pop(name)
    if manner == 4:
        return held.remove(chosen)
    del held[name]
    return None


@operation(3)
def shelf_change(world: World, a: int, b: int, c: int) -> Any:
    """Place, take or swap on a collection of the user's own."""
    shelf = world.pick(a).shelf
    manner = b % 4
    if not shelf.things and c % 16:
        manner = 3
    if manner == 0:
        return shelf.take(likely(world, shelf.things, c))
    if manner == 1:
        return shelf.swap(likely(world, shelf.things, c), world.pick(c // 8))
    return shelf.place(world.pick(c))


@operation(2)
def adapter_change(world: World, a: int, b: int, c: int) -> Any:
    """Change a collection through its adapter."""
    adapter = collection_adapter(getattr(world.pick(a), choose(COLLECTIONS, b)))
    manner = b // 8 % 6
    if not len(adapter) and c % 16:
        manner = 0
    other = world.pick(c)
    if manner == 0:
        return adapter.append_with_event(other)
    if manner == 1:
        return adapter.remove_with_event(likely(world, adapter, c))
    if manner == 2:
        return adapter.clear_with_event()
    if manner == 3:
        return adapter.append_without_event(other)
    if manner == 4:
        return adapter.fire_append_event(other, None, NO_KEY)
    return [repr(item) for item in adapter]
