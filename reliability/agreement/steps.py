"""What a program may do to instances of the layer alone, one function to an operation."""

from __future__ import annotations

import gc
import operator
import pickle
from collections.abc import Iterable
from enum import Enum
from typing import Any

from sqlalchemy.orm import attributes
from sqlalchemy.orm.attributes import PassiveFlag
from sqlalchemy.orm.base import NO_KEY
from sqlalchemy.orm.collections import collection_adapter

from .model import COLLECTIONS, REFERENCES, RELATIONS, SCALARS, Thing
from .repertoire import Repertoire
from .world import World, value_of

__all__ = ["STEPS", "WORLD", "Peculiar"]

WORLD = World
STEPS = Repertoire("raise_soon")
operation = STEPS.operation


class Peculiar(Enum):
    """What a step returns that stock is known to take otherwise."""

    IN_PLACE = "changed in place"
    NOTHING_TAKEN = "nothing was taken"
    TWINS = "one of twins was taken"


PASSIVES = (
    PassiveFlag.PASSIVE_OFF,
    PassiveFlag.PASSIVE_RETURN_NO_VALUE,
    PassiveFlag.PASSIVE_NO_INITIALIZE,
    PassiveFlag.PASSIVE_NO_FETCH,
    PassiveFlag.PASSIVE_NO_FETCH_RELATED,
    PassiveFlag.PASSIVE_ONLY_PERSISTENT,
    PassiveFlag.PASSIVE_MERGE,
)

_IN_PLACE_OF_SET = (operator.ior, operator.iand, operator.isub, operator.ixor)
_LISTENABLE = ("set", "append", "remove", "append_wo_mutation", "modified", "bulk_replace")


def _state_and_values(thing: Any) -> tuple[Any, dict[str, Any]]:
    return attributes.instance_state(thing), attributes.instance_dict(thing)


def _any_key(world: World, thing: Any, number: int) -> str:
    keys = world.keys_of(thing)
    return keys[number % len(keys)]


def _likely_key(world: World, thing: Any, number: int, chance: int) -> str:
    """Return the name of an attribute that is loaded, most of the time."""
    present = sorted(set(world.keys_of(thing)) & set(vars(thing)))
    return _choose(present, number) if present and chance % 16 else _any_key(world, thing, number)


def _choose(options: Iterable[str], number: int) -> str:
    listed = list(options)
    return listed[number % len(listed)]


def _place(items: Any, number: int) -> int:
    """Return a valid index, most of the time."""
    if not len(items) or number % 16 == 0:
        return number // 16 % 5 - 2
    return number // 16 % len(items)


def _several(world: World, number: int) -> list[Any]:
    living = [thing for thing in world.things if thing is not None]
    chosen = [thing for place, thing in enumerate(living) if number >> place & 1]
    return chosen[::-1] if number & 64 else chosen


def _likely(world: World, items: Iterable[Any], number: int) -> Any:
    """Return a member, most of the time; one that need not be there once in a while."""
    present = list(items)
    if not present or number % 16 == 0:
        return world.pick(number // 16)
    return present[number // 16 % len(present)]


def _value_for(world: World, key: str, number: int) -> Any:
    if key in REFERENCES:
        return world.pick_or_none(number)
    if key not in COLLECTIONS:
        return value_of(number)
    several = _several(world, number)
    kind = COLLECTIONS[key]
    if kind == "dict":
        return {thing.number: thing for thing in several}
    if kind == "custom":
        shelf = world.shelf()
        shelf.things.extend(several)
        return shelf
    return set(several) if kind == "set" else several


# -- instances -------------------------------------------------------------------------


@operation(3)
def make(world: World, a: int, b: int, c: int) -> Any:
    """Make an instance, with values."""
    values = {"name": value_of(b), "size": value_of(c)} if b % 2 else {}
    return world.make(a, **values)


@operation()
def drop(world: World, a: int, b: int, c: int) -> None:
    """Let go of an instance."""
    world.drop(a)


@operation()
def collect(world: World, a: int, b: int, c: int) -> None:
    """Collect garbage."""
    gc.collect()


@operation()
def pickled(world: World, a: int, b: int, c: int) -> Any:
    """Put a pickled and unpickled copy in the place of an instance."""
    thing = world.pick(a)
    world.pickled = pickle.dumps(thing)
    copied = pickle.loads(world.pickled)
    world.things[world.things.index(thing)] = copied
    return copied


# -- attributes ------------------------------------------------------------------------


@operation(8)
def write_scalar(world: World, a: int, b: int, c: int) -> None:
    """Set a plain value."""
    setattr(world.pick(a), _choose(SCALARS, b), value_of(c))


@operation(8)
def write_reference(world: World, a: int, b: int, c: int) -> None:
    """Set a reference to another instance, or to nothing."""
    setattr(world.pick(a), _choose(REFERENCES, b), world.pick_or_none(c))


@operation(5)
def write_collection(world: World, a: int, b: int, c: int) -> None:
    """Replace a whole collection."""
    key = _choose(COLLECTIONS, b)
    setattr(world.pick(a), key, _value_for(world, key, c))


@operation()
def write_misfit(world: World, a: int, b: int, c: int) -> None:
    """Set a value of another kind than the attribute's."""
    key = _choose(RELATIONS, b)
    values: tuple[Any, ...] = (None, 5, "text", [], {}, set(), [5], {"x": 5})
    # an object that is no instance of a registered class, in a list of one
    setattr(world.pick(a), key, values[c % len(values)])


@operation(3)
def write_any(world: World, a: int, b: int, c: int) -> None:
    """Set an attribute of the class or of a subclass that adds or hides some."""
    thing = world.pick(a)
    key = _any_key(world, thing, b)
    setattr(thing, key, _value_for(world, key, c))


@operation(5)
def delete(world: World, a: int, b: int, c: int) -> None:
    """Delete an attribute."""
    thing = world.pick(a)
    delattr(thing, _likely_key(world, thing, b, c))


@operation(6)
def read(world: World, a: int, b: int, c: int) -> Any:
    """Read an attribute."""
    thing = world.pick(a)
    return getattr(thing, _any_key(world, thing, b))


@operation(4)
def read_passively(world: World, a: int, b: int, c: int) -> Any:
    """Get an attribute with one of the passive flags."""
    thing = world.pick(a)
    state, values = _state_and_values(thing)
    impl = state.manager[_any_key(world, thing, b)].impl
    return impl.get(state, values, PASSIVES[c % len(PASSIVES)])


@operation(4)
def history(world: World, a: int, b: int, c: int) -> Any:
    """Get the history of an attribute with one of the passive flags."""
    thing = world.pick(a)
    passive = PASSIVES[c % len(PASSIVES)]
    parts = attributes.get_history(thing, _any_key(world, thing, b), passive)
    return [sorted(map(repr, part or ())) for part in parts]


@operation()
def all_pending(world: World, a: int, b: int, c: int) -> Any:
    """Get all that was ever referred to, as a cascade does."""
    thing = world.pick(a)
    state, values = _state_and_values(thing)
    impl = state.manager[_choose(RELATIONS, b)].impl
    found = impl.get_all_pending(state, values, PASSIVES[c % len(PASSIVES)])
    return sorted(repr(other) for _, other in found)


# -- the layer below the attributes ----------------------------------------------------


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
    state, values = _state_and_values(world.pick(a))
    impl = state.manager[_choose(COLLECTIONS, b)].impl
    passive = PassiveFlag.PASSIVE_NO_FETCH if c & 1 else PassiveFlag.PASSIVE_OFF
    other = world.pick(c // 2)
    if name == "remove" and impl.key in values:
        members = list(collection_adapter(values[impl.key]))
        if not members and c % 16:
            return
        other = _likely(world, members, c // 2)
    getattr(impl, name)(state, values, other, None, passive=passive)


@operation(2)
def set_committed(world: World, a: int, b: int, c: int) -> None:
    """Set a value as if it had been loaded."""
    thing = world.pick(a)
    key = _any_key(world, thing, b)
    value = _value_for(world, key, c)
    if COLLECTIONS.get(key) in ("dict", "custom"):
        value = _several(world, c)
    attributes.set_committed_value(thing, key, value)


@operation(2)
def flag(world: World, a: int, b: int, c: int) -> None:
    """Flag an attribute as modified."""
    thing = world.pick(a)
    attributes.flag_modified(thing, _likely_key(world, thing, b, c))


@operation()
def flag_whole(world: World, a: int, b: int, c: int) -> None:
    """Flag an instance as dirty."""
    attributes.flag_dirty(world.pick(a))


@operation()
def fresh_collection(world: World, a: int, b: int, c: int) -> Any:
    """Give an instance an empty collection."""
    adapter = attributes.init_collection(world.pick(a), _choose(COLLECTIONS, b))
    for thing in _several(world, c):
        adapter.append_without_event(thing)
    return len(adapter)


@operation(3)
def expire(world: World, a: int, b: int, c: int) -> None:
    """Expire an instance."""
    state, values = _state_and_values(world.pick(a))
    state._expire(values, set())


@operation(3)
def expire_some(world: World, a: int, b: int, c: int) -> None:
    """Expire some attributes, with what waits for them or without."""
    thing = world.pick(a)
    state, values = _state_and_values(thing)
    keys = [key for place, key in enumerate(world.keys_of(thing)) if (b * 256 + c) >> place & 1]
    state._expire_attributes(values, keys, no_loader=bool(c & 128))


@operation(3)
def commit(world: World, a: int, b: int, c: int) -> None:
    """Make the present values the committed ones."""
    state, values = _state_and_values(world.pick(a))
    state._commit_all(values)


@operation(2)
def commit_some(world: World, a: int, b: int, c: int) -> None:
    """Make the present values of some attributes the committed ones."""
    thing = world.pick(a)
    state, values = _state_and_values(thing)
    keys = [key for place, key in enumerate(world.keys_of(thing)) if (b * 256 + c) >> place & 1]
    state._commit(values, keys)


@operation()
def forget_key(world: World, a: int, b: int, c: int) -> None:
    """Take the value of an attribute away, as a loader does that lost it."""
    thing = world.pick(a)
    state, values = _state_and_values(thing)
    state._reset(values, _any_key(world, thing, b))


@operation(2)
def sets_of_names(world: World, a: int, b: int, c: int) -> Any:
    """Ask a state which attributes are loaded, changed, or neither."""
    state, _ = _state_and_values(world.pick(a))
    return [sorted(state.unmodified), sorted(state.unloaded), sorted(state.unloaded_expirable)]


@operation()
def load_turn(world: World, a: int, b: int, c: int) -> None:
    """Let loaders give other values from now on."""
    world.turn += 1 + a % 3


# -- lists -----------------------------------------------------------------------------


def _list(world: World, a: int, b: int) -> Any:
    lists = [key for key, kind in COLLECTIONS.items() if kind == "list"]
    return getattr(world.pick(a), _choose(lists, b))


@operation(6)
def list_append(world: World, a: int, b: int, c: int) -> None:
    """Append."""
    _list(world, a, b).append(world.pick(c))


@operation(3)
def list_remove(world: World, a: int, b: int, c: int) -> None:
    """Remove what may be there."""
    items = _list(world, a, b)
    if items or c % 16 == 0:
        items.remove(_likely(world, items, c))


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
    taken = items.pop() if c & 1 else items.pop(_place(items, c))
    return Peculiar.TWINS if twins else taken


def _has_twins(items: Any) -> bool:
    return len(set(items)) < len(items)


@operation(2)
def list_item(world: World, a: int, b: int, c: int) -> None:
    """Replace an item."""
    items = _list(world, a, b)
    if items or b % 16 == 0:
        items[_place(items, b)] = world.pick(c)


@operation(2)
def list_slice(world: World, a: int, b: int, c: int) -> Any:
    """Replace a slice, also one with a step."""
    items = _list(world, a, b)
    chosen = slice(b // 8 % 4, b // 32, (None, None, 1, 2, -1)[a % 5])
    several = _several(world, c)
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
        del items[_place(items, c // 2)]
    else:
        del items[c // 2 % 4 : c // 8 % 6 : c // 64 + 1 if c & 64 else None]
    return Peculiar.TWINS if twins else None


@operation(2)
def list_extend(world: World, a: int, b: int, c: int) -> None:
    """Extend, by the method or by ``+=`` on the attribute."""
    if b & 8:
        _list(world, a, b).extend(iter(_several(world, c)))
        return
    thing = world.pick(a)
    if b & 16:
        thing.children += _several(world, c)
    else:
        thing.tagged += _several(world, c)


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


# -- sets ------------------------------------------------------------------------------


def _set(world: World, a: int, b: int) -> Any:
    sets = [key for key, kind in COLLECTIONS.items() if kind == "set"]
    return getattr(world.pick(a), _choose(sets, b))


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
    return (items.remove if manner % 2 else items.discard)(_likely(world, items, c))


@operation(3)
def set_update(world: World, a: int, b: int, c: int) -> None:
    """Update by one of the methods."""
    names = (
        "update",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
    )
    getattr(_set(world, a, b), names[b // 8 % 4])(_several(world, c))


@operation(2)
def set_in_place(world: World, a: int, b: int, c: int) -> None:
    """Update by an in-place operator, on the attribute."""
    thing = world.pick(a)
    change = _IN_PLACE_OF_SET[b // 8 % 4]
    thing.tags = change(thing.tags, set(_several(world, c)))


# -- dictionaries and collections of the user's own ------------------------------------


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
    chosen = _likely(world, held.values(), c)
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
        return shelf.take(_likely(world, shelf.things, c))
    if manner == 1:
        return shelf.swap(_likely(world, shelf.things, c), world.pick(c // 8))
    return shelf.place(world.pick(c))


@operation(2)
def adapter_change(world: World, a: int, b: int, c: int) -> Any:
    """Change a collection through its adapter."""
    adapter = collection_adapter(getattr(world.pick(a), _choose(COLLECTIONS, b)))
    manner = b // 8 % 6
    if not len(adapter) and c % 16:
        manner = 0
    other = world.pick(c)
    if manner == 0:
        return adapter.append_with_event(other)
    if manner == 1:
        return adapter.remove_with_event(_likely(world, adapter, c))
    if manner == 2:
        return adapter.clear_with_event()
    if manner == 3:
        return adapter.append_without_event(other)
    if manner == 4:
        return adapter.fire_append_event(other, None, NO_KEY)
    return [repr(item) for item in adapter]


# -- classes and listeners -------------------------------------------------------------


@operation()
def add_class(world: World, a: int, b: int, c: int) -> Any:
    """Register a new subclass."""
    if len(world.model.classes) > 6:
        return None
    return world.model.add_class(a).__name__


@operation()
def drop_class(world: World, a: int, b: int, c: int) -> None:
    """Unregister a subclass that nothing uses."""
    world.drop_class(a)


@operation(2)
def listen(world: World, a: int, b: int, c: int) -> None:
    """Listen to an attribute in one of four manners."""
    if len(world.listening) > 24:
        return
    name = _LISTENABLE[b % len(_LISTENABLE)]
    world.listen(_choose((*SCALARS, *RELATIONS), a), name, c % 4)


@operation()
def unlisten(world: World, a: int, b: int, c: int) -> None:
    """Stop a listener."""
    world.fall_silent()


@operation(2)
def raise_soon(world: World, a: int, b: int, c: int) -> None:
    """Let one of the next call-outs raise."""
    world.fault_in = 1 + a % 3


@operation()
def parents(world: World, a: int, b: int, c: int) -> Any:
    """Ask whether one instance is the parent of another."""
    child, parent = world.pick(a), world.pick(c)
    state = attributes.instance_state(child)
    impl = attributes.instance_state(parent).manager[_choose(RELATIONS, b)].impl
    return isinstance(parent, Thing) and impl.hasparent(state)
