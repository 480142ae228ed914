"""All that the layer knows of some instances, as values that can be compared."""

from __future__ import annotations

from typing import Any

from .world import World

__all__ = ["Labels", "Sight", "sight_of", "with_loaded"]

Sight = dict[str, Any]


class Labels:
    """Names for objects, the same in two worlds that have come about in the same way."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, Any]] = {}

    def of(self, found: Any) -> Any:
        """Return the name of an object, which is held from then on."""
        if isinstance(found, (int, str, bool, type(None), tuple)):
            return found
        if hasattr(found, "number"):
            return repr(vars(found)["number"])
        number, _ = self._known.setdefault(id(found), (len(self._known), found))
        return f"{type(found).__name__}-{number}"


def sight_of(world: World, labels: Labels) -> Sight:
    """Return what there is, by instance and by what it is about; nothing is called out."""
    seen: Sight = {}
    for thing in world.things:
        seen |= _sight_of_thing(world, thing, labels)
    identities = world.identities
    seen["identities"] = sorted(str(state.key[1]) for state in identities.all_states())
    seen["modified"] = sorted(str(state.key[1]) for state in identities._modified)
    return seen


def _sight_of_thing(world: World, thing: Any, labels: Labels) -> Sight:
    state = world.state_of(thing)
    manager = state.manager
    values = object.__getattribute__(thing, "__dict__")
    name = str(values["number"])
    committed = state._committed or {}
    seen: Sight = {
        f"{name} flags": (state.modified, state.expired, state._strong_obj is not None),
        f"{name} expired": sorted(state.expired_attributes),
        f"{name} callables": sorted(state.callables),
        f"{name} parents": sorted(_parents(state, manager)),
        f"{name} empty": sorted(state._empty or ()),
        f"{name} key": str(state.key),
    }
    for key, waiting in (state._pending or {}).items():
        parts = [
            list(map(labels.of, part)) for part in (waiting.added_items, waiting.deleted_items)
        ]
        if any(parts):
            seen[f"{name} pending {key}"] = parts
    for key in sorted(manager):
        if key in values:
            seen[f"{name}.{key}"] = _contents(values[key], labels)
        if key in committed:
            seen[f"{name} committed {key}"] = _contents(committed[key], labels)
    return seen


def _parents(state: Any, manager: Any) -> list[str]:
    return [
        key for key in manager if manager[key].impl.trackparent and manager[key].hasparent(state)
    ]


def _contents(value: Any, labels: Labels) -> Any:
    """Return a value, or a collection with its members and what it is tied to."""
    adapter = getattr(value, "_sa_adapter", None)
    tied: tuple[Any, ...] = ()
    if adapter is not None:
        tied = (labels.of(value), adapter.invalidated, adapter.empty)
    if isinstance(value, dict):
        return {key: labels.of(member) for key, member in value.items()}, tied
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, map(labels.of, value))), tied
    if isinstance(value, list) or hasattr(value, "things"):
        return list(map(labels.of, getattr(value, "things", value))), tied
    return labels.of(value)


def with_loaded(before: Sight, after: Sight, read: Sight) -> Sight:
    """Return what is expected of an operation that failed: what it had loaded may stay.

    A value that was read on the way is none that was changed; nor is an empty collection
    that was made for a read.

    Args:
        before: what there was.
        after: what there is now.
        read: what there is where those values have been read, and nothing else done.
    """
    expected = dict(before)
    loaded: dict[str, set[str]] = {}
    for found in after.keys() - before.keys():
        name, _, key = found.partition(".")
        if key and f"{name} committed {key}" not in after:
            same = _without_ties(after[found]) == _without_ties(read.get(found))
            expected[found] = after[found] if same else read.get(found)
            loaded.setdefault(name, set()).add(key)
    for name, keys in loaded.items():
        modified, _, held = before[f"{name} flags"]
        expected[f"{name} flags"] = (modified, after[f"{name} flags"][1], held)
        # a load may end the expiry of what it does not bring
        left = keys.union(after[f"{name} expired"])
        still = [key for key in before[f"{name} expired"] if key in left - keys]
        expected[f"{name} expired"] = still
    for found in after:
        if found.endswith(" empty"):
            expected[found] = sorted({*before[found], *after[found]})
    return expected


def _without_ties(contents: Any) -> Any:
    """Return the members of a collection, without the name that it happens to have."""
    return contents[0] if isinstance(contents, tuple) else contents
