"""Values to be changed in place, and what is needed to compare them without ormolu."""

from __future__ import annotations

import dataclasses
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from types import SimpleNamespace
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ormolu.tracking.values.snapshots import take


@dataclasses.dataclass
class Part:
    """A dataclass like most."""

    name: Any
    inner: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Fixed:
    """One that has no dictionary and refuses assignments."""

    name: Any
    inner: Any = None


class Pair(NamedTuple):
    """A tuple with names."""

    first: Any
    second: Any


class Tags(list):
    """A list with attributes."""


class Person:
    """What is referred to, and is part of no value."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return type(other) is Person and other.name == self.name

    __hash__ = None


def never(obj):
    """Nothing is a reference."""
    return False


def is_person(obj):
    """Only persons are."""
    return type(obj) is Person


def snapshot_of(value):
    """The snapshot of a value of which nothing is a reference."""
    snapshot = take(value, never)
    assert snapshot is not None
    return snapshot


def alike(one, other):
    """Whether two values are equal, class by class.  Not for values that contain themselves."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple, deque)):
        if len(one) != len(other) or getattr(one, "maxlen", 0) != getattr(other, "maxlen", 0):
            return False
        if not all(map(alike, one, other)):
            return False
    elif isinstance(one, dict):
        if one.keys() != other.keys() or not all(alike(one[key], other[key]) for key in one):
            return False
        if isinstance(one, OrderedDict) and list(one) != list(other):
            return False
    elif isinstance(one, (Part, Fixed)):
        return alike(one.name, other.name) and alike(one.inner, other.inner)
    elif isinstance(one, SimpleNamespace):
        return alike(vars(one), vars(other))
    elif one != other:
        return False
    return not isinstance(one, Tags) or alike(vars(one), vars(other))


def parts_of(value):
    """All containers and objects in a value, each once."""
    found, todo = {}, [value]
    while todo:
        part = todo.pop()
        if id(part) in found or not isinstance(part, CONTAINERS):
            continue
        found[id(part)] = part
        todo += members_of(part)
    return list(found.values())


def members_of(part):
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, Fixed):
        return [part.name, part.inner]
    if isinstance(part, (Part, SimpleNamespace)):
        return list(vars(part).values())
    attributes = list(vars(part).values()) if isinstance(part, Tags) else []
    return attributes + (list(part) if isinstance(part, (list, tuple, set, deque)) else [])


quietly = settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

CONTAINERS = (list, tuple, dict, set, deque, bytearray, array, Part, Fixed, SimpleNamespace)

ATOMS = st.none() | st.integers(2, 9) | st.text("abc", max_size=2)
KEYS = st.sampled_from(["a", "b", "two words", 3, (4, 5)])


def _tags(members, mark):
    made = Tags(members)
    made.mark = mark
    return made


def _containers(inner):
    several, pairs = st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)
    return st.one_of(
        several,
        several.map(tuple),
        several.map(deque),
        several.map(lambda members: deque(members, 4)),
        st.builds(_tags, several, inner),
        pairs,
        pairs.map(OrderedDict),
        pairs.map(lambda members: defaultdict(list, members)),
        pairs.map(lambda members: SimpleNamespace(**{f"n{i}": x for i, x in enumerate(members)})),
        st.sets(KEYS, max_size=4),
        st.frozensets(KEYS, max_size=4),
        st.builds(Part, inner, inner),
        st.builds(Fixed, inner, inner),
        st.builds(Pair, inner, inner),
        st.binary(max_size=3).map(bytearray),
        st.lists(st.integers(0, 9), max_size=3).map(lambda members: array("i", members)),
        st.dictionaries(KEYS, st.integers(1, 3)).map(Counter),
    )


VALUES = st.recursive(ATOMS, _containers, max_leaves=12)


def change(data, value):
    """Do something to one of the containers in a value; what, Hypothesis says."""
    parts = [part for part in parts_of(value) if not isinstance(part, tuple)]
    if not parts:
        return
    part = data.draw(st.sampled_from(parts), label="changed")
    kind = next(class_ for class_ in _CHANGES if isinstance(part, class_))
    how = data.draw(st.sampled_from(_CHANGES[kind]), label="how")
    how(part, data.draw(VALUES, label="with"), data.draw(st.integers(0, 3), label="where"))


def _pop(part, new, where):
    if part:
        del part[where % len(part)]


def _replace(part, new, where):
    if part:
        part[where % len(part)] = new


def _set_key(part, new, where):
    part[["a", "b", 3, "new"][where]] = new


def _delete_key(part, new, where):
    if part:
        del part[list(part)[where % len(part)]]


def _turn(part, new, where):
    for key in list(part)[:where]:
        part[key] = part.pop(key)


def _set_attribute(part, new, where):
    object.__setattr__(part, ["name", "inner"][where % 2], new)


_SEQUENCE = [
    _pop,
    _replace,
    lambda part, new, where: part.append(new),
    lambda part, new, where: part.insert(where, new) if len(part) < 4 else None,
    lambda part, new, where: part.reverse(),
    lambda part, new, where: part.clear(),
]
_BYTES = [
    _pop,
    lambda part, new, where: part.append(where),
    lambda part, new, where: part.reverse(),
]
_CHANGES = {
    Tags: [*_SEQUENCE, lambda part, new, where: setattr(part, "mark", new)],
    list: _SEQUENCE,
    deque: [*_SEQUENCE, lambda part, new, where: part.rotate(where)],
    OrderedDict: [_set_key, _delete_key, _turn, lambda part, new, where: part.clear()],
    defaultdict: [_set_key, _delete_key, lambda part, new, where: part["missing"]],
    dict: [_set_key, _delete_key, _turn, lambda part, new, where: part.clear()],
    set: [
        lambda part, new, where: part.add(where),
        lambda part, new, where: part.discard(["a", "b", 3, (4, 5)][where]),
    ],
    bytearray: _BYTES,
    array: _BYTES,
    (Part, Fixed): [_set_attribute],
    SimpleNamespace: [
        lambda part, new, where: setattr(part, f"n{where}", new),
        lambda part, new, where: vars(part).pop(f"n{where}", None),
    ],
}
