"""Changing lists in place."""

from __future__ import annotations

from typing import Any

from ..model import COLLECTIONS
from ..repertoire import Repertoire
from ..world import World
from .choosing import choose, likely, place, several_of
from .peculiar import Peculiar

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation


def _list(world: World, a: int, b: int) -> Any:
    lists = [key for key, kind in COLLECTIONS.items() if kind == "list"]
    return getattr(world.pick(a), choose(lists, b))


@operation(6)
def list_append(world: World, a: int, b: int, c: int) -> None:
    """Append."""
    _list(world, a, b).append(world.pick(c))


@operation(3)
def list_remove(world: World, a: int, b: int, c: int) -> None:
    """Remove what may be there."""
    items = _list(world, a, b)
    if items or c % 16 == 0:
        items.remove(likely(world, items, c))


@operation(2)
def list_insert(world: World, a: int, b: int, c: int) -> None:
    """Insert somewhere."""
    _list(world, a, b).insert(b // 8 % 5 - 2, world.pick(c))


@operation(2)
def list_pop(world: World, a: int, b: int, c: int) -> Any:
    """Pop from somewhere."""
    items = _list(world, a, b)
    if not items and c % 16:
        return None
    twins = _has_twins(items)
    taken = items.pop() if c & 1 else items.pop(place(items, c))
    return Peculiar.TWINS if twins else taken


def _has_twins(items: Any) -> bool:
    return len(set(items)) < len(items)


@operation(2)
def list_item(world: World, a: int, b: int, c: int) -> None:
    """Replace an item."""
    items = _list(world, a, b)
    if items or b % 16 == 0:
        items[place(items, b)] = world.pick(c)


@operation(2)
def list_slice(world: World, a: int, b: int, c: int) -> Any:
    """Replace a slice, also one with a step."""
    items = _list(world, a, b)
    chosen = slice(b // 8 % 4, b // 32, (None, None, 1, 2, -1)[a % 5])
    several = several_of(world, c)
    if chosen.step is not None and c % 16:
        size = len(range(*chosen.indices(len(items))))
        several = [world.pick(c + place) for place in range(size)]
    twins = _has_twins(items)
    items[chosen] = several
    return Peculiar.TWINS if twins else None


@operation(2)
def list_delete(world: World, a: int, b: int, c: int) -> Any:
    """Delete an item or a slice."""
    items = _list(world, a, b)
    twins = _has_twins(items)
    if c & 1 and (items or c % 16 == 1):
        del items[place(items, c // 2)]
    else:
        del items[c // 2 % 4 : c // 8 % 6 : c // 64 + 1 if c & 64 else None]
    return Peculiar.TWINS if twins else None


@operation(2)
def list_extend(world: World, a: int, b: int, c: int) -> None:
    """Extend, by the method or by ``+=`` on the attribute."""
    if b & 8:
        _list(world, a, b).extend(iter(several_of(world, c)))
        return
    thing = world.pick(a)
    if b & 16:
        thing.children += several_of(world, c)
    else:
        thing.tagged += several_of(world, c)


@operation()
def list_other(world: World, a: int, b: int, c: int) -> Any:
    """Clear, reverse, sort, multiply, copy."""
    items = _list(world, a, b)
    manner = c % 5
    if manner == 0:
        twins = _has_twins(items)
        items.clear()
        return Peculiar.TWINS if twins else None
    if manner == 1:
        items.reverse()
    elif manner == 2:
        items.sort(key=repr)
    elif manner == 3:
        items *= c // 8 % 3
        return Peculiar.IN_PLACE
    return items.copy() if manner == 4 else None
