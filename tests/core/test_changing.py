"""What classes have is changed by one thread at a time."""

from functools import partial

import pytest
from tests.core.threads import at_once

from ormolu import events
from ormolu.attributes import (
    register_attribute,
    set_committed_value,
    unregister_attribute,
)
from ormolu.core.changing import Derived, alone
from ormolu.instrumentation import manager_of_class, register_class, unregister_class
from ormolu.state import InstanceState

pytestmark = pytest.mark.starts_threads

THREADS = 4
ROUNDS = 150


def together(work):
    """Run ``work(number)`` in some threads at once, again and again."""

    def again(number):
        for _ in range(ROUNDS):
            work(number)

    at_once(*(partial(again, number) for number in range(THREADS)))


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("event", ["load", "class_instrument", "set"])
def test_no_listener_is_lost(event):
    class Point:
        pass

    register_class(Point)
    register_attribute(Point, "x")
    target = Point.x if event == "set" else Point

    def listen_for_a_moment(_number):
        def listener(*_args):
            """Hear nothing."""

        events.listen(target, event, listener)
        assert events.contains(target, event, listener)
        events.remove(target, event, listener)

    together(listen_for_a_moment)
    unregister_class(Point)


@pytest.mark.usefixtures("hurried")
def test_no_attribute_is_lost():
    class Base:
        pass

    class Derived(Base):
        pass

    register_class(Base)
    register_class(Derived)

    def register_and_use(number):
        owner = Base if number % 2 else Derived
        key = f"x{number}"
        register_attribute(owner, key)
        assert key in manager_of_class(Derived)._all_key_set
        unregister_attribute(owner, key)
        assert key not in manager_of_class(Derived)._all_key_set

    together(register_and_use)
    assert manager_of_class(Derived)._all_key_set == set()


def test_what_is_derived_is_computed_once_and_again_when_it_is_dropped():
    class Square:
        side = 2

        @Derived
        def area(self):
            """Its area."""
            return self.side**2

    square = Square()
    assert square.area == 4
    square.side = 3
    assert square.area == 4
    del square.__dict__["area"]
    assert square.area == 9
    assert Square.area.__doc__ == "Its area."


def test_a_change_may_make_another():
    @alone
    def outer():
        return inner() + 1

    @alone
    def inner():
        return 1

    assert outer() == 2


@pytest.mark.parametrize("ask", ["unmodified_intersection", "unloaded"])
def test_an_attribute_that_goes_while_what_is_expired_is_loaded(ask):
    class Point:
        pass

    def load(state, keys, passive):
        for key in keys:
            set_committed_value(state.obj(), key, "loaded")

    manager = register_class(Point, expired_attribute_loader=load)
    for key in ("x", "extra"):
        register_attribute(Point, key)

    class Between(InstanceState):
        """One in whose middle another thread takes an attribute away."""

        def unmodified_intersection(self, keys):
            found = super().unmodified_intersection(keys)
            unregister_attribute(Point, "extra")
            return found

        @property
        def unloaded(self):
            found = super().unloaded
            unregister_attribute(Point, "extra")
            return found

    point = Point.__new__(Point)
    state = manager.setup_instance(point, Between(point, manager))
    if ask == "unloaded":
        assert state._unloaded_non_object == {"x"}
    else:
        state._expire(state.dict, set())
        assert point.x == "loaded"
