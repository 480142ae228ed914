"""What is beneath the attributes: implementations, states, expiry, commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import attributes
from sqlalchemy.orm.attributes import PassiveFlag
from sqlalchemy.orm.collections import collection_adapter

from ..model import COLLECTIONS
from ..repertoire import Repertoire
from ..world import World
from .choosing import (
    any_key,
    choose,
    likely,
    likely_key,
    several_of,
    state_and_values,
    value_for,
)

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation


@operation(2)
def append_by_impl(world: World, a: int, b: int, c: int) -> None:
    """Append to a collection without loading it."""
    _by_impl(world, "append", a, b, c)


@operation(2)
def remove_by_impl(world: World, a: int, b: int, c: int) -> None:
    """Remove from a collection without loading it."""
    _by_impl(world, "remove", a, b, c)


@operation()
def pop_by_impl(world: World, a: int, b: int, c: int) -> None:
    """Remove from a collection, if it is there, without loading it."""
    _by_impl(world, "pop", a, b, c)


def _by_impl(world: World, name: str, a: int, b: int, c: int) -> None:
    state, values = state_and_values(world.pick(a))
    impl = state.manager[choose(COLLECTIONS, b)].impl
    passive = PassiveFlag.PASSIVE_NO_FETCH if c & 1 else PassiveFlag.PASSIVE_OFF
    other = world.pick(c // 2)
    if name == "remove" and impl.key in values:
        members = list(collection_adapter(values[impl.key]))
        if not members and c % 16:
            return
        other = likely(world, members, c // 2)
    getattr(impl, name)(state, values, other, None, passive=passive)


@operation(2)
def set_committed(world: World, a: int, b: int, c: int) -> None:
    """Set a value as if it had been loaded."""
    thing = world.pick(a)
    key = any_key(world, thing, b)
    value = value_for(world, key, c)
    if COLLECTIONS.get(key) in ("dict", "custom"):
        value = several_of(world, c)
    attributes.set_committed_value(thing, key, value)


@operation(2)
def flag(world: World, a: int, b: int, c: int) -> None:
    """Flag an attribute as modified."""
    thing = world.pick(a)
    attributes.flag_modified(thing, likely_key(world, thing, b, c))


@operation()
def flag_whole(world: World, a: int, b: int, c: int) -> None:
    """Flag an instance as dirty."""
    attributes.flag_dirty(world.pick(a))


@operation()
def fresh_collection(world: World, a: int, b: int, c: int) -> Any:
    """Give an instance an empty collection."""
    adapter = attributes.init_collection(world.pick(a), choose(COLLECTIONS, b))
    for thing in several_of(world, c):
        adapter.append_without_event(thing)
    return len(adapter)


@operation(3)
def expire(world: World, a: int, b: int, c: int) -> None:
    """Expire an instance."""
    state, values = state_and_values(world.pick(a))
    state._expire(values, set())


@operation(3)
def expire_some(world: World, a: int, b: int, c: int) -> None:
    """Expire some attributes, with what waits for them or without."""
    thing = world.pick(a)
    state, values = state_and_values(thing)
    keys = [key for place, key in enumerate(world.keys_of(thing)) if (b * 256 + c) >> place & 1]
    state._expire_attributes(values, keys, no_loader=bool(c & 128))


@operation(3)
def commit(world: World, a: int, b: int, c: int) -> None:
    """Make the present values the committed ones."""
    state, values = state_and_values(world.pick(a))
    state._commit_all(values)


@operation(2)
def commit_some(world: World, a: int, b: int, c: int) -> None:
    """Make the present values of some attributes the committed ones."""
    thing = world.pick(a)
    state, values = state_and_values(thing)
    keys = [key for place, key in enumerate(world.keys_of(thing)) if (b * 256 + c) >> place & 1]
    state._commit(values, keys)


@operation()
def forget_key(world: World, a: int, b: int, c: int) -> None:
    """Take the value of an attribute away, as a loader does that lost it."""
    thing = world.pick(a)
    state, values = state_and_values(thing)
    state._reset(values, any_key(world, thing, b))


@operation(2)
def sets_of_names(world: World, a: int, b: int, c: int) -> Any:
    """Ask a state which attributes are loaded, changed, or neither."""
    state, _ = state_and_values(world.pick(a))
    return [sorted(state.unmodified), sorted(state.unloaded), sorted(state.unloaded_expirable)]


@operation()
def load_turn(world: World, a: int, b: int, c: int) -> None:
    """Let loaders give other values from now on."""
    world.turn += 1 + a % 3
