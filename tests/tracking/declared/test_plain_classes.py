"""What is found to be tracked of classes that no library has made."""

import abc
import collections
import functools
import typing
from typing import Any, ClassVar, Final, Generic, NamedTuple, Protocol, TypeVar

import pytest
from tests.naming import named
from tests.tracking.declared import quoted
from tests.tracking.declared.looking import mutable, names, places

from ormolu import changes, rollback, tracked
from ormolu.tracking.declared.fields import shape_of

T = TypeVar("T")


def test_a_plain_class():
    class Point:
        x: int
        y: list = []
        shared: ClassVar[int] = 0
        CONSTANT: Final = 3
        LIMIT: Final[int] = 3
        once: Final[int]
        __dunder__: int
        __private: int
        _kept: Any

        def __init__(self):
            self.unsaid = 0

    shape = shape_of(Point)
    assert shape.kind == "plain"
    assert list(shape.fields) == ["x", "y", "once", "_Point__private", "_kept"]
    assert mutable(Point) == ["y", "_kept"]
    assert shape.births == ("__init__",)
    assert (shape.holds_values, shape.weakly_referable) == ("dict", True)


def test_a_plain_class_whose_annotations_are_texts():
    shared = {"shared", "shared_too", "quoted_shared"}
    expected = [name for name in quoted.Plain.__annotations__ if name not in shared]
    assert names(quoted.Plain) == expected


def test_plain_classes_come_bases_first():
    class Base:
        x: int
        y: int
        gone: int

    class Other:
        z: int

    class Sub(Base, Other):
        w: int
        x: list
        gone: ClassVar[int]

    assert names(Sub) == ["z", "x", "y", "w"]
    assert mutable(Sub) == ["x"]


def test_slots():
    class Point:
        __slots__ = ("__dict__", "__weakref__", "_kept", "__private", "x")
        x: int

    shape = shape_of(Point)
    assert list(shape.fields) == ["x", "_kept", "_Point__private"]
    assert mutable(Point) == ["_kept", "_Point__private"]
    assert (shape.holds_values, shape.weakly_referable) == ("slots", True)


@pytest.mark.parametrize("slots", ["x", ["x"], {"x": "documented"}, iter(["x"])], ids=named)
def test_slots_said_in_other_ways(slots):
    Point = type("Point", (), {"__slots__": slots})
    assert places(Point) == {"x": "slot"}
    assert not shape_of(Point).weakly_referable


def test_inherited_slots():
    class Base:
        __slots__ = ("__x", "y")

    class Sub(Base):
        __slots__ = ("__x", "__weakref__")

    class Wide(Sub):
        z: int

    assert names(Sub) == ["_Base__x", "y", "_Sub__x"]
    assert shape_of(Sub).weakly_referable
    assert shape_of(Wide).holds_values == "both"


def test_the_private_names_of_a_class_with_underscores():
    class __Point:
        __slots__ = ("__x",)

    class ___:
        __slots__ = ("__x",)

    for class_ in (__Point, ___):
        assert names(class_) == [name for name in vars(class_) if name.endswith("__x")]


def test_an_annotation_without_a_slot_is_of_what_nobody_can_assign():
    class Mixin:
        __slots__ = ()
        absent: int
        present: int

    class Point(Mixin):
        __slots__ = ("present",)

    assert names(Point) == ["present"]


def test_a_class_attribute_in_the_place_of_a_slot():
    class Base:
        __slots__ = ("x",)

    class Sub(Base):
        x = 3

    assert places(Sub) == {"x": "dict"}


def test_what_the_class_computes_is_no_field():
    class Base(abc.ABC):
        area: int
        cost: int
        label: str
        run: typing.Callable[[], int]
        edge: int

    class Square(Base):
        edge: int

        @property
        def area(self):
            return self.edge**2

        @property
        def cost(self):
            return self._cost

        @cost.setter
        def cost(self, value):
            self._cost = value

        @functools.cached_property
        def label(self):
            return str(self.edge)

        def run(self):
            return 0

    assert names(Square) == ["edge"]
    assert places(Square, ["cost", "edge"]) == {"cost": "descriptor", "edge": "dict"}


def test_a_class_that_implements_a_protocol():
    class Sized(Protocol):
        size: int
        name: str

    class Thing(Sized):
        def __init__(self):
            self.size = 0

    assert names(Thing) == ["size", "name"]


def test_generic_classes():
    class Box(Generic[T]):
        held: T
        count: int

    class Numbers(Box[int]):
        total: int

    assert mutable(Box) == ["held"]
    assert names(Numbers) == ["held", "count", "total"]


def test_a_subclass_of_a_named_tuple_has_fields_of_its_own():
    class Pair(NamedTuple):
        x: int
        y: int

    class Noted(Pair):
        note: str

    class Counted(collections.namedtuple("Bare", "x")):
        x: int
        count: int

    assert names(Noted) == ["note"]
    assert names(Counted) == ["count"]


def test_a_method_that_a_subclass_annotates_as_a_value():
    class Base:
        later: int

        def name(self):
            return ""

        @property
        def size(self):
            return 0

    class Sub(Base):
        name: str
        size: int

        def later(self):
            return 0

    assert names(Sub) == ["name"]


def test_subclasses_of_what_is_built_in():
    class Names(list):
        origin: str

    class Failure(Exception):
        code: int

    assert names(Names) == ["origin"]
    assert names(Failure) == ["code"]


def test_setstate_is_a_birth():
    class Point:
        x: int

        def __setstate__(self, state):
            self.x = state

    class Without(Point):
        __setstate__ = None

    assert shape_of(Point).births == shape_of(type("Sub", (Point,), {})).births
    assert shape_of(Point).births == ("__setstate__",)
    assert shape_of(Without).births == ()


def test_where_values_are_is_found_beneath_what_ormolu_has_put_there():
    class Tracked:
        __module__ = "ormolu.tracking.somewhere"

        def __get__(self, obj, owner=None):
            return self

        def __set__(self, obj, value):
            pass

    class Tight:
        __slots__ = ("x",)

    class Point:
        x: int

    Tight.x = Point.x = Tracked()
    assert places(Tight) == places(type("Sub", (Tight,), {})) == {"x": "slot"}
    assert places(Point) == {"x": "dict"}


def test_what_ormolu_has_put_on_a_class_is_no_field():
    class Point:
        __slots__ = ("_ormolu_state", "x")
        _ormolu_other: int

    assert names(Point) == ["x"]


def test_a_class_is_not_asked_for_what_it_does_not_declare():
    @tracked("level")
    class Settings:
        def __init__(self):
            object.__setattr__(self, "extra", {})
            self.level = 1

        def __setattr__(self, name, value):
            object.__setattr__(self, name, value)

        def __getattr__(self, name):
            return self.extra[name]

    settings = Settings()
    settings.level = 2
    assert dict(changes(settings)) == {"level": (1, 2)}
    rollback(settings)
    assert settings.level == 1
