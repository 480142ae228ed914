"""Values that an instance keeps in itself, and what happens to them in the middle of a write."""

import gc
import weakref

import pytest

from ormolu.attributes import get_history, register_attribute
from ormolu.instrumentation import register_class


@pytest.fixture
def point_class():
    class Point:
        pass

    register_class(Point)
    for key in ("x", "y", "z"):
        register_attribute(Point, key)
    return Point


def values(point):
    return {key: value for key, value in vars(point).items() if not key.startswith("_")}


def test_values_are_the_same_before_and_after_somebody_asks_for_the_dictionary(point_class):
    point = point_class()
    point.x, point.y, point.z = 1, 2, 3
    del point.y
    point.x = 4
    assert (point.x, point.z) == (4, 3)
    assert list(values(point)) == ["x", "z"]
    point.y = 5
    del point.x
    assert list(values(point)) == ["z", "y"]
    assert get_history(point, "x").added == [None]


@pytest.mark.parametrize("end", ["write", "delete"])
def test_what_goes_may_ask_for_the_dictionary_and_write(point_class, end):
    point = point_class()
    seen = []

    class Curious:
        def __del__(self):
            seen.append(values(point))
            point.y = "written"

    point.x = Curious()
    if end == "write":
        point.x = 2
    else:
        del point.x
    assert seen == [{"x": 2} if end == "write" else {}]
    assert point.y == "written"
    assert get_history(point, "y").added == ["written"]


def test_another_dictionary_is_the_one_that_is_written_to(point_class):
    point = point_class()
    point.x = 1
    vars(point)["y"] = 2
    point.__dict__ = {**vars(point), "z": 3}
    point.x = 4
    del point.y
    assert values(point) == {"x": 4, "z": 3}


def test_instances_that_hold_each_other_are_collected(point_class):
    point = point_class()
    point.x = [point]
    reference = weakref.ref(point)
    del point
    gc.collect()
    assert reference() is None
