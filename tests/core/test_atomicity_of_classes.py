"""Whatever is called while a class is registered or unregistered may raise; then nothing is done.

The calls are found by counting them: a metaclass, factories, listeners and functions with
signatures of their own are called, and in one try after the other each of them raises.
"""

import inspect

import pytest

from ormolu.attributes import register_attribute, unregister_attribute
from ormolu.events import listen, remove
from ormolu.instrumentation import manager_of_class, register_class, unregister_class


class Boom(Exception):
    """Raised by what is made to fail."""


class Calls:
    """Counts calls, and has one of them raise."""

    def __init__(self):
        self.count = self.fails_at = 0

    def __call__(self):
        self.count += 1
        if self.count == self.fails_at:
            raise Boom


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def classes(calls):
    """A base and a subclass with something of their own in each place that is called."""

    class Meta(type):
        def __setattr__(cls, name, value):
            calls()
            super().__setattr__(name, value)

        def __delattr__(cls, name):
            calls()
            super().__delattr__(name)

    class Base(metaclass=Meta):
        note = "of the class"

        def __init__(self, x=1):
            self.x = x

    class Sub(Base):
        pass

    class Own(list):
        def __init__(self, *args):
            calls()
            super().__init__(*args)

    class Listener:
        @property
        def __signature__(self):
            calls()
            return inspect.Signature([inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)])

        def __call__(self, *args):
            return None

    def told(*args):
        calls()

    for event in ("class_instrument", "attribute_instrument"):
        listen(Base, event, told)
    yield Base, Sub, Own, Listener()
    for event in ("class_instrument", "attribute_instrument"):
        remove(Base, event, told)


def sight_of(class_):
    """All that registration changes on a class."""
    manager = vars(class_).get("_ormolu_manager")
    members = {key: value for key, value in vars(class_).items() if key != "_ormolu_manager"}
    members.pop("__doc__", None)
    if manager is None:
        return members, None
    listeners = {
        key: [list(attribute.dispatch.of(event)) for event in ("set", "remove", "append")]
        for key, attribute in manager.items()
    }
    registered = (dict(manager), dict(manager.local_attrs), dict(manager.originals))
    expired = list(manager.dispatch.of("expire"))
    return members, (*registered, listeners, expired, manager._finalized)


def nothing(Base, Sub, Own, heard):
    """Begin with classes that nobody has registered."""


def registered(Base, Sub, Own, heard):
    register_class(Base)
    register_class(Sub)
    register_attribute(Base, "x")
    register_attribute(Sub, "y")
    register_attribute(Base, "note")


def one_registered(Base, Sub, Own, heard):
    register_class(Base)
    register_attribute(Base, "x")


OPERATIONS = {
    "register": (nothing, lambda Base, Sub, Own, heard: register_class(Base)),
    "register a subclass": (one_registered, lambda Base, Sub, Own, heard: register_class(Sub)),
    "attribute": (registered, lambda Base, Sub, Own, heard: register_attribute(Base, "z")),
    "attribute of a plain subclass": (
        one_registered,
        lambda Base, Sub, Own, heard: register_attribute(Base, "z"),
    ),
    "attribute again": (registered, lambda Base, Sub, Own, heard: register_attribute(Base, "x")),
    "collection": (
        registered,
        lambda Base, Sub, Own, heard: register_attribute(
            Base, "z", uselist=True, useobject=True, typecallable=Own
        ),
    ),
    "listen to a class": (
        registered,
        lambda Base, Sub, Own, heard: listen(Base, "expire", heard, propagate=True),
    ),
    "listen to an attribute": (
        registered,
        lambda Base, Sub, Own, heard: listen(Base.x, "set", heard, propagate=True),
    ),
    "unregister an attribute": (
        registered,
        lambda Base, Sub, Own, heard: unregister_attribute(Base, "note"),
    ),
    "unregister a subclass": (registered, lambda Base, Sub, Own, heard: unregister_class(Sub)),
    "unregister": (
        one_registered,
        lambda Base, Sub, Own, heard: unregister_class(Base, force=True),
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_all_or_nothing(classes, calls, name):
    prepare, operation = OPERATIONS[name]
    Base, Sub = classes[:2]
    prepare(*classes)
    failures = 0
    while True:
        before = sight_of(Base), sight_of(Sub)
        calls.count, calls.fails_at = 0, failures + 1
        try:
            operation(*classes)
        except Boom:
            calls.fails_at = 0
            assert (sight_of(Base), sight_of(Sub)) == before, f"call {failures + 1}"
            failures += 1
            continue
        break
    calls.fails_at = 0
    assert failures
    assert (sight_of(Base), sight_of(Sub)) != before
    register_class(Base)
    register_class(Sub)
    register_attribute(Base, "later")
    assert manager_of_class(Sub)["later"] is Base.later
    assert Sub(3).x == 3
