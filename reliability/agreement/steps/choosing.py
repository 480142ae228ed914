"""What the numbers of a step choose: instances, attributes, places, values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import attributes

from ..model import COLLECTIONS, REFERENCES
from ..world import World, value_of

__all__ = [
    "any_key",
    "choose",
    "likely",
    "likely_key",
    "place",
    "several_of",
    "state_and_values",
    "value_for",
]


def state_and_values(thing: Any) -> tuple[Any, dict[str, Any]]:
    return attributes.instance_state(thing), attributes.instance_dict(thing)


def any_key(world: World, thing: Any, number: int) -> str:
    keys = world.keys_of(thing)
    return keys[number % len(keys)]


def likely_key(world: World, thing: Any, number: int, chance: int) -> str:
    """Return the name of an attribute that is loaded, most of the time."""
    present = sorted(set(world.keys_of(thing)) & set(vars(thing)))
    return choose(present, number) if present and chance % 16 else any_key(world, thing, number)


def choose(options: Iterable[str], number: int) -> str:
    listed = list(options)
    return listed[number % len(listed)]


def place(items: Any, number: int) -> int:
    """Return a valid index, most of the time."""
    if not len(items) or number % 16 == 0:
        return number // 16 % 5 - 2
    return number // 16 % len(items)


def several_of(world: World, number: int) -> list[Any]:
    living = [thing for thing in world.things if thing is not None]
    chosen = [thing for place, thing in enumerate(living) if number >> place & 1]
    return chosen[::-1] if number & 64 else chosen


def likely(world: World, items: Iterable[Any], number: int) -> Any:
    """Return a member, most of the time; one that need not be there once in a while."""
    present = list(items)
    if not present or number % 16 == 0:
        return world.pick(number // 16)
    return present[number // 16 % len(present)]


def value_for(world: World, key: str, number: int) -> Any:
    if key in REFERENCES:
        return world.pick_or_none(number)
    if key not in COLLECTIONS:
        return value_of(number)
    several = several_of(world, number)
    kind = COLLECTIONS[key]
    if kind == "dict":
        return {thing.number: thing for thing in several}
    if kind == "custom":
        shelf = world.shelf()
        shelf.things.extend(several)
        return shelf
    return set(several) if kind == "set" else several
