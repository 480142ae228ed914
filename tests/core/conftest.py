"""Classes to be tracked, made anew for each test."""

import sys
from types import SimpleNamespace

import pytest

from ormolu.attributes import instance_state, register_attribute
from ormolu.instrumentation import register_class


def commit(*instances):
    """Take what is there now as committed."""
    for instance in instances:
        state = instance_state(instance)
        state._commit_all(state.dict)


def tie(parent, child, collection=list, **options):
    """Register two classes, with ``children`` of the one and ``parent`` of the other."""
    register_class(parent)
    register_class(child)
    register_attribute(
        parent,
        "children",
        uselist=True,
        useobject=True,
        trackparent=True,
        typecallable=collection,
        backref="parent",
        **options,
    )
    register_attribute(child, "parent", useobject=True, trackparent=True, backref="children")


@pytest.fixture
def hurried():
    """Threads take turns far more often than they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def point():
    """A class with two plain attributes."""

    class Point:
        def __init__(self, x=None, y=None):
            if x is not None:
                self.x = x
            if y is not None:
                self.y = y

    register_class(Point)
    register_attribute(Point, "x")
    register_attribute(Point, "y")
    return Point


@pytest.fixture
def family():
    """Parents with children, tied together both ways; a function makes the classes."""

    def make(collection=list, **options):
        class Parent:
            pass

        class Child:
            def __init__(self, name=None):
                self.name = name

        tie(Parent, Child, collection, **options)
        register_attribute(Child, "name")
        return SimpleNamespace(Parent=Parent, Child=Child)

    return make
