"""The first assignment of a field since the last commit, which goes the shortest way there is."""

import gc
import sys
import traceback
from dataclasses import dataclass, field

import pytest

from ormolu import changes, commit, has_changed, on_change, rollback, tracked
from ormolu._backend import backend


class Answer:
    """Is equal to whatever it is compared with, or says that it cannot be compared."""

    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    __hash__ = None


@tracked
@dataclass
class Point:
    x: int = 0
    y: object = 0
    tags: list = field(default_factory=list)


def test_an_assignment_that_is_refused_records_nothing():
    """What stands on the class in the meantime need not take values."""
    point = Point()
    Point.x = property(lambda self: 1)
    try:
        with pytest.raises(AttributeError):
            point.x = 2
    finally:
        Point.x = 0
    assert not has_changed(point)
    point.x = 3
    assert changes(point)["x"] == (0, 3)


def test_a_second_assignment_of_a_field_that_was_refused_first():
    point = Point()
    point.y = 1
    Point.x = property(lambda self: 1)
    try:
        with pytest.raises(AttributeError):
            point.x = 2
    finally:
        Point.x = 0
    assert dict(changes(point)) == {"y": (0, 1)}


@pytest.mark.parametrize(
    "old", [(1, [2]), Answer(False), {1}, Point()], ids=lambda old: type(old).__name__
)
def test_old_values_that_could_change_are_kept_as_they_were(old):
    point = Point(y=old)
    point.y = None
    assert changes(point)["y"].new is None
    rollback(point)
    assert point.y is old


@pytest.mark.parametrize("answer", [True, 1, "yes", ValueError("no")], ids=str)
def test_new_values_are_compared_as_they_wish(answer):
    point = Point()
    point.y = Answer(answer)
    assert has_changed(point, "y") is (answer is not True)
    assert bool(changes(point)) is (answer is not True)


def test_changes_are_told_in_the_order_of_the_fields():
    point = Point()
    point.y = 1
    point.x = 1
    assert list(changes(point)) == ["x", "y"]
    assert list(changes(point).keys()) == ["x", "y"]
    assert list(changes(point).values()) == [(0, 1), (0, 1)]
    assert "x" in changes(point)
    assert "tags" not in changes(point)


def test_changes_stay_as_they_are():
    point = Point()
    point.x = 1
    told = changes(point)
    point.x = 2
    assert dict(told) == {"x": (0, 1)}


def test_a_field_is_recorded_anew_after_a_commit():
    point = Point()
    point.x = 1
    commit(point)
    point.x = 2
    assert dict(changes(point)) == {"x": (1, 2)}


def test_a_listener_is_told_of_the_first_assignment():
    point, heard = Point(), []
    on_change(point, call=lambda event: heard.append((event.key, event.old, event.new)))
    point.x = 1
    assert heard == [("x", 0, 1)]


def test_an_instance_in_the_place_of_one_that_is_gone_is_not_taken_for_it():
    for number in range(200):
        point = Point(number)
        assert not has_changed(point)
        point.x = -1
        assert dict(changes(point)) == {"x": (number, -1)}
        del point


def test_instances_that_are_made_while_another_is():
    class Inner(Point):
        pass

    @tracked
    class Outer:
        a: object = None
        b: object = None

        def __init__(self):
            self.a = Inner(1)
            self.b = 2
            self.a.x = 3

    outer = Outer()
    assert not has_changed(outer)
    assert dict(changes(outer.a)) == {"x": (1, 3)}


def test_an_instance_whose_making_fails_may_go_on_to_be_used():
    kept = []

    @tracked
    class Failing:
        x: int = 0

        def __init__(self):
            self.x = 1
            kept.append(self)
            raise LookupError

    with pytest.raises(LookupError) as caught:
        Failing()
    frames = traceback.extract_tb(caught.tb)
    generated = [frame.line for frame in frames if frame.filename.startswith("<ormolu generated")]
    assert generated == ["return original_init(self)"]
    kept[0].x = 2
    assert dict(changes(kept[0])) == {"x": (1, 2)}


@pytest.mark.skipif(backend() != "native", reason="the pure core asks for the dictionary")
@pytest.mark.skipif(sys.version_info >= (3, 14), reason="unknown how values are kept there")
def test_the_values_of_an_instance_stay_where_reads_are_fast():
    """Not in a dictionary, which CPython makes for who asks."""
    Point(1, tags=[])  # from the first one the class learns which names there are
    point = Point(1, tags=["a"])
    point.tags.append("b")
    point.x = 2
    point.tags = ["c"]
    assert not any(type(held) is dict for held in gc.get_referents(point))
    assert vars(point) == {"x": 2, "y": 0, "tags": ["c"]}
    assert list(vars(point)) == ["x", "y", "tags"]
    point.tags = ["d"]
    assert vars(point)["tags"] == point.tags == ["d"]


def test_a_value_that_comes_later_than_others():
    class Late:
        a: list
        b: int

    tracked(Late)
    for _ in range(3):
        late = Late()
        late.b = 1
        late.extra = 2
        late.a = [3]
        assert list(vars(late).items()) == [("b", 1), ("extra", 2), ("a", [3])]
        del late.a
        assert "a" not in vars(late)
        with pytest.raises(AttributeError):
            late.a  # noqa: B018 - it raises
        late.a = [4]
        assert late.a == [4]
