"""That nobody listens may be remembered; somebody who comes later is heard at once."""

import pytest

from ormolu import events
from ormolu.attributes import instance_state, register_attribute
from ormolu.instrumentation import register_class


@pytest.fixture
def point():
    class Point:
        pass

    class Pixel(Point):
        pass

    for class_ in (Point, Pixel):
        register_class(class_)
    register_attribute(Point, "x")
    made = Pixel()
    # twice, so that what is remembered is remembered
    made.x = 1
    made.x = 2
    instance_state(made)._expire(vars(made), set())
    made.x = 3
    return made


def heard(point, event, act, **options):
    seen = []

    def listener(*args):
        seen.append(args)
        return args[1]

    target = type(point).__mro__[1].x if event in ("set", "remove") else type(point)
    events.listen(target, event, listener, **options)
    act()
    first = len(seen)
    events.remove(target, event, listener)
    act()
    return first, len(seen)


def test_assignments(point):
    def act():
        point.x = 5

    assert heard(point, "set", act, propagate=True, retval=True) == (1, 1)
    assert heard(point, "set", act, propagate=True, retval=True) == (1, 1)


def test_removals(point):
    def act():
        point.x = 5
        del point.x

    assert heard(point, "remove", act, propagate=True) == (1, 1)


def test_expiry(point):
    def act():
        instance_state(point)._expire(vars(point), set())

    assert heard(point, "expire", act) == (1, 1)


def test_the_previous_value_is_loaded_from_when_somebody_wants_it(point):
    asked = []

    def load(state, keys, passive):
        asked.append(sorted(keys))
        for key in keys:
            state.dict[key] = 7

    type(point)._ormolu_manager.expired_attribute_loader = load
    state = instance_state(point)

    def write():
        state._commit_all(state.dict)
        state._expire(state.dict, set())
        point.x = 5
        return state.committed_state.get("x")

    previous = write()
    assert previous != 7
    seen = []

    def listener(target, value, old, token):
        seen.append(old)

    attribute = type(point).__mro__[1].x
    events.listen(attribute, "set", listener, active_history=True, propagate=True)
    assert write() == 7
    events.remove(attribute, "set", listener)
    assert write() == previous
    assert (asked, seen) == ([["x"]], [7])
