"""What is found to be tracked of classes of attrs."""

import functools
from typing import ClassVar

import attr
import attrs
from tests.tracking.declared import quoted
from tests.tracking.declared.looking import mutable, names, places

from ormolu.tracking.declared.fields import shape_of


def test_a_class_of_attrs():
    @attrs.define
    class Point:
        x: int
        y: list[int] = attrs.field(factory=list)
        shared: ClassVar[int] = 0

        def __attrs_post_init__(self):
            pass

    shape = shape_of(Point)
    assert shape.kind == "attrs"
    assert places(Point) == {"x": "slot", "y": "slot"}
    assert mutable(Point) == ["y"]
    assert shape.births == ("__init__", "__setstate__")
    assert (shape.holds_values, shape.weakly_referable) == ("slots", True)


def test_a_class_of_attrs_whose_annotations_are_texts():
    assert names(quoted.Attrs) == ["first", "rest"]
    assert mutable(quoted.Attrs) == ["rest"]


def test_a_class_of_attrs_with_a_dictionary():
    @attrs.define(slots=False)
    class Point:
        x: int

    assert places(Point) == {"x": "dict"}
    assert shape_of(Point).births == ("__init__",)


def test_a_class_of_attrs_without_weak_references():
    @attrs.define(weakref_slot=False)
    class Point:
        x: int

    assert not shape_of(Point).weakly_referable


def test_a_class_of_attrs_in_the_old_style():
    @attr.s(these={"late": attr.ib()})
    class These:
        pass

    @attr.s
    class Old:
        typed = attr.ib(type=int)
        untyped = attr.ib()
        text = attr.ib(type="int")
        annotated: int = 0

    assert names(These) == mutable(These) == ["late"]
    assert names(Old) == ["typed", "untyped", "text"]
    assert mutable(Old) == ["untyped"]
    assert names(Old, ["annotated"]) == ["annotated"]


def test_fields_come_in_the_order_of_attrs():
    @attrs.define
    class Base:
        x: int
        y: int

    @attrs.define
    class Sub(Base):
        z: int
        x: list

    assert names(Sub) == [found.name for found in attrs.fields(Sub)] == ["y", "z", "x"]
    assert mutable(Sub) == ["x"]


def test_the_old_style_has_an_order_of_its_own():
    @attr.s
    class A:
        x = attr.ib()

    @attr.s
    class B:
        y = attr.ib()

    @attr.s
    class C(A, B):
        z = attr.ib()

    assert names(C) == [found.name for found in attrs.fields(C)] == ["x", "y", "z"]


def test_what_an_undecorated_subclass_of_attrs_adds_is_tracked_as_well():
    @attrs.define
    class Base:
        x: int

    class Sub(Base):
        y: int

    class Tight(Base):
        __slots__ = ("z",)

    assert places(Sub) == {"x": "slot", "y": "dict"}
    assert places(Tight) == {"x": "slot", "z": "slot"}


def test_what_attrs_keeps_for_itself_is_no_field():
    @attrs.define
    class Point:
        x: int

        @functools.cached_property
        def length(self):
            return abs(self.x)

    assert names(Point) == ["x"]


def test_the_init_that_attrs_leaves_to_be_called_is_a_birth():
    @attrs.define
    class Point:
        x: int

        def __init__(self, x):
            self.__attrs_init__(x)

    assert shape_of(Point).births == ("__init__", "__attrs_init__", "__setstate__")


def test_a_frozen_class_of_attrs():
    @attrs.frozen
    class Point:
        x: int
        y: list

    assert mutable(Point) == ["y"]
