"""Reading, writing and deleting attributes, and asking for their history."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import attributes
from sqlalchemy.orm.attributes import PassiveFlag

from ..model import COLLECTIONS, REFERENCES, RELATIONS, SCALARS
from ..repertoire import Repertoire
from ..world import World, value_of
from .choosing import any_key, choose, likely_key, state_and_values, value_for

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation

PASSIVES = (
    PassiveFlag.PASSIVE_OFF,
    PassiveFlag.PASSIVE_RETURN_NO_VALUE,
    PassiveFlag.PASSIVE_NO_INITIALIZE,
    PassiveFlag.PASSIVE_NO_FETCH,
    PassiveFlag.PASSIVE_NO_FETCH_RELATED,
    PassiveFlag.PASSIVE_ONLY_PERSISTENT,
    PassiveFlag.PASSIVE_MERGE,
)


@operation(8)
def write_scalar(world: World, a: int, b: int, c: int) -> None:
    """Set a plain value."""
    setattr(world.pick(a), choose(SCALARS, b), value_of(c))


@operation(8)
def write_reference(world: World, a: int, b: int, c: int) -> None:
    """Set a reference to another instance, or to nothing."""
    setattr(world.pick(a), choose(REFERENCES, b), world.pick_or_none(c))


@operation(5)
def write_collection(world: World, a: int, b: int, c: int) -> None:
    """Replace a whole collection."""
    key = choose(COLLECTIONS, b)
    setattr(world.pick(a), key, value_for(world, key, c))


@operation()
def write_misfit(world: World, a: int, b: int, c: int) -> None:
    """Set a value of another kind than the attribute's."""
    key = choose(RELATIONS, b)
    values: tuple[Any, ...] = (None, 5, "text", [], {}, set(), [5], {"x": 5})
    # an object that is no instance of a registered class, in a list of one
    setattr(world.pick(a), key, values[c % len(values)])


@operation(3)
def write_any(world: World, a: int, b: int, c: int) -> None:
    """Set an attribute of the class or of a subclass that adds or hides some."""
    thing = world.pick(a)
    key = any_key(world, thing, b)
    setattr(thing, key, value_for(world, key, c))


@operation(5)
def delete(world: World, a: int, b: int, c: int) -> None:
    """Delete an attribute."""
    thing = world.pick(a)
    delattr(thing, likely_key(world, thing, b, c))


@operation(6)
def read(world: World, a: int, b: int, c: int) -> Any:
    """Read an attribute."""
    thing = world.pick(a)
    return getattr(thing, any_key(world, thing, b))


@operation(4)
def read_passively(world: World, a: int, b: int, c: int) -> Any:
    """Get an attribute with one of the passive flags."""
    thing = world.pick(a)
    state, values = state_and_values(thing)
    impl = state.manager[any_key(world, thing, b)].impl
    return impl.get(state, values, PASSIVES[c % len(PASSIVES)])


@operation(4)
def history(world: World, a: int, b: int, c: int) -> Any:
    """Get the history of an attribute with one of the passive flags."""
    thing = world.pick(a)
    passive = PASSIVES[c % len(PASSIVES)]
    parts = attributes.get_history(thing, any_key(world, thing, b), passive)
    return [sorted(map(repr, part or ())) for part in parts]


@operation()
def all_pending(world: World, a: int, b: int, c: int) -> Any:
    """Get all that was ever referred to, as a cascade does."""
    thing = world.pick(a)
    state, values = state_and_values(thing)
    impl = state.manager[choose(RELATIONS, b)].impl
    found = impl.get_all_pending(state, values, PASSIVES[c % len(PASSIVES)])
    return sorted(repr(other) for _, other in found)
