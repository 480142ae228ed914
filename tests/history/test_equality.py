"""Classes that say what equal, true, long or hashable is: the layer asks none of it."""

import copy

import pytest
from tests.core.conftest import commit, tie

from ormolu.attributes import (
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import collection
from ormolu.instrumentation import register_class
from ormolu.state import IdentityMap


def never(self, *args):
    raise AssertionError("the layer asked")


HOSTILE = {
    "eq": {"__eq__": never, "__ne__": never, "__hash__": never},
    "unhashable": {"__eq__": lambda self, other: True, "__hash__": None},
    "bool": {"__bool__": never},
    "false": {"__bool__": lambda self: False},
    "len": {"__len__": never},
    "empty": {"__len__": lambda self: 0},
    "all alike": {"__eq__": lambda self, other: True, "__hash__": lambda self: 1},
    "order": {"__lt__": never, "__gt__": never, "__le__": never, "__ge__": never},
}


def relatives(namespace, collection=list):
    Parent = type("Parent", (), dict(namespace))
    Child = type("Child", (), dict(namespace))
    tie(Parent, Child, collection)
    return Parent, Child


def identities(members):
    return [id(member) for member in members]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_relationship_asks_nothing_of_its_members(kind):
    """SQLAlchemy 0.4.1 #676 and 0.7.3 #2260: relationships called __eq__ of the instances."""
    Parent, Child = relatives(HOSTILE[kind])
    parent, other, one, two = Parent(), Parent(), Child(), Child()
    parent.children.append(one)
    two.parent = parent
    commit(parent, other, one, two)
    one.parent = other
    assert identities(parent.children) == [id(two)]
    assert identities(other.children) == [id(one)]
    history = get_history(parent, "children")
    assert identities(history.unchanged) == [id(two)]
    assert identities(history.deleted) == [id(one)]
    assert identities(get_history(one, "parent").deleted) == [id(parent)]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_replacement_asks_nothing_of_its_members(kind):
    """SQLAlchemy 0.6beta2: the history of a collection called __eq__ of the instances."""
    Parent, Child = relatives(HOSTILE[kind])
    parent, children = Parent(), [Child() for _ in range(3)]
    parent.children = children[:2]
    commit(parent, *children)
    parent.children = children[1:]
    history = get_history(parent, "children")
    assert [identities(part) for part in history] == [
        [id(children[2])],
        [id(children[1])],
        [id(children[0])],
    ]
    assert [id(child.parent) for child in children] == [
        id(None),
        id(parent),
        id(parent),
    ]


def test_members_that_are_all_alike_are_told_apart_in_a_list_of_ones_own():
    """SQLAlchemy 0.6.9 #2215: __eq__ and __hash__ of one's own merged different instances."""

    class Box:
        def __init__(self):
            self.inside = []

        @collection.appender
        def put(self, item):
            self.inside.append(item)

        @collection.remover
        def take(self, item):
            del self.inside[identities(self.inside).index(id(item))]

        @collection.iterator
        def each(self):
            return iter(self.inside)

    Parent, Child = relatives(HOSTILE["all alike"], Box)
    parent, one, two = Parent(), Child(), Child()
    one.parent = parent
    two.parent = parent
    assert identities(parent.children.each()) == [id(one), id(two)]
    two.parent = None
    assert identities(parent.children.each()) == [id(one)]


@pytest.mark.parametrize("kind", ["eq", "unhashable", "false", "empty", "all alike"])
def test_an_identity_map_asks_nothing_of_its_instances(kind):
    """SQLAlchemy 0.7.4 #2310: the truth of an instance was asked for while it was looked up."""
    Parent, _ = relatives(HOSTILE[kind])
    held, one, two = IdentityMap(), Parent(), Parent()
    held.make_persistent(one, 1)
    held.make_persistent(two, 2)
    assert held.get(1) is one
    assert held[2] is two
    assert 1 in held
    held.expunge(one)
    assert list(held) == [2]
    held.delete(two)
    held.commit()
    assert instance_state(two).detached


def test_a_change_inside_of_len_does_not_recurse():
    """SQLAlchemy 0.5.6 #1501: __len__ and __bool__ that changed state recursed for ever."""

    class Counting:
        asked = 0

        def __len__(self):
            type(self).asked += 1
            self.size = type(self).asked
            return 0

        __bool__ = __len__

    register_class(Counting)
    register_attribute(Counting, "size")
    counting = Counting()
    counting.size = 10
    commit(counting)
    counting.size = 11
    assert Counting.asked == 0
    assert len(counting) == 0
    assert get_history(counting, "size") == ([1], (), [10])


class Array:
    """Compares as arrays do: with something that has no truth."""

    def __init__(self, *values):
        self.values = values

    def __eq__(self, other):
        return Ambiguous()

    __hash__ = None


class Ambiguous:
    def __bool__(self):
        raise ValueError("the truth of an array is ambiguous")


def test_values_whose_equality_has_no_truth(point):
    """SQLAlchemy 1.0.7 #3469: what __eq__ of a value returned was asked for its truth."""
    first, second = Array(1), Array(2)
    p = point(first)
    commit(p)
    p.x = second
    assert [identities(part) for part in get_history(p, "x")] == [
        [id(second)],
        [],
        [id(first)],
    ]
    p.x = first
    assert identities(get_history(p, "x").sum()) == [id(first)] * 2
    assert p.x is instance_state(p).committed_state["x"] is first


def test_a_value_that_fails_to_compare(point):
    """traits 6.2.0 #1278 and attrs 19.3.0 #585: arrays as values made assignment fail."""

    class Raising:
        def __eq__(self, other):
            raise TypeError("not comparable")

        __hash__ = None

    first, second = Raising(), Raising()
    p = point()
    p.x = first
    commit(p)
    p.x = second
    p.x = first
    p.x = second
    assert instance_state(p).committed_state["x"] is first
    assert p.x is second


def test_instances_that_cannot_be_hashed_have_states_that_can(point):
    """SQLAlchemy 1.4.0 #6020: parents were kept by their own hash, which they need not have."""

    class Unhashable(point):
        __hash__ = None

        def __eq__(self, other):
            return isinstance(other, Unhashable)

    register_class(Unhashable)
    one, two = Unhashable(1), Unhashable(2)
    assert len({instance_state(one), instance_state(two)}) == 2
    one.x = 3
    twin = copy.copy(one)
    assert instance_state(twin) is not instance_state(one)
    assert (twin.x, two.x) == (3, 2)


def test_none_that_replaces_a_false_instance_is_a_change():
    """SQLAlchemy 0.9.5 #3060: None for what counted as nothing was no change."""
    Parent, Child = relatives(HOSTILE["false"])
    parent, child = Parent(), Child()
    set_committed_value(child, "parent", parent)
    child.parent = None
    assert instance_state(child).modified
    assert get_history(child, "parent").added == [None]
    assert get_history(child, "parent").deleted[0] is parent


@pytest.mark.parametrize("value", [0, False, "", (), 0.0, None])
def test_false_values_are_values(point, value):
    """SQLAlchemy 0.7.0b4 #2127: None that was set and no value at all looked the same."""
    p = point("something")
    commit(p)
    p.x = value
    assert p.x is value
    assert get_history(p, "x") == ([value], (), ["something"])
    commit(p)
    assert get_history(p, "x") == ((), [value], ())
    assert "x" not in instance_state(p).unloaded


def test_history_of_a_value_does_not_make_one(point):
    """SQLAlchemy 0.7.0b4 #2127: asking for the history of what was not there put None there."""
    p = point()
    assert get_history(p, "x") == ((), (), ())
    assert "x" not in instance_state(p).dict
    assert "x" in instance_state(p).unloaded
    assert not instance_state(p).modified
