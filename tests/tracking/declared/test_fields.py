"""Classes of several kinds, and the names that are given."""

import inspect
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar

import attrs
import pydantic
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking.declared import quoted
from tests.tracking.declared.looking import mutable, names

from ormolu.tracking.declared.fields import Field, shape_of


@dataclass
class Data:
    first: int
    rest: list[int]
    given: InitVar[int] = 0
    _: KW_ONLY
    key: str = ""
    made: int = field(init=False, default=0)
    shared: ClassVar[int] = 0


class Model(pydantic.BaseModel):
    first: int
    rest: list[int] = []
    size: pydantic.PositiveInt = 1
    shared: ClassVar[int] = 0

    @pydantic.computed_field
    @property
    def total(self) -> int:
        return sum(self.rest)


def test_a_dataclass_of_a_class_of_attrs_of_a_plain_class():
    class Plain:
        plain: int

    @attrs.define(slots=False)
    class Middle(Plain):
        middle: int

    @dataclass
    class Top(Middle):
        top: list

    class Last(Top):
        last: int

    assert shape_of(Middle).kind == "attrs"
    assert shape_of(Last).kind == "dataclass"
    assert names(Last) == ["plain", "middle", "top", "last"]
    assert mutable(Last) == ["top"]


def test_a_class_of_two_libraries_side_by_side():
    @attrs.define(slots=False)
    class A:
        x: int

    @dataclass
    class B:
        y: int

    class C(A, B):
        pass

    assert shape_of(C).kind == "attrs"
    assert names(C) == ["y", "x"]


def test_the_names_given_and_no_others():
    assert names(Data, ["rest", "first", "rest"]) == ["rest", "first"]
    assert names(Data, iter(("rest",))) == ["rest"]
    assert names(Data, []) == []
    assert names(Model, ("rest",)) == ["rest"]


def test_fields_left_out():
    assert names(Data, exclude=["rest", "made"]) == ["first", "key"]
    assert names(Data, ["rest", "made"], exclude=("made",)) == ["rest"]


def test_a_plain_class_of_which_nothing_is_said():
    class Point:
        def __init__(self):
            self.x = self.__y = 0

    shape = shape_of(Point, ["x", "__y"])
    assert list(shape.fields.values()) == [
        Field("x", True, "dict"),
        Field("_Point__y", True, "dict"),
    ]
    assert names(Point, ["x", "__y"], exclude=["__y"]) == ["x"]


def test_a_slot_that_a_library_does_not_know_of_can_be_given():
    @dataclass
    class Tight:
        __slots__ = ("_cache", "x")
        x: int

    assert names(Tight) == ["x"]
    assert names(Tight, ["x", "_cache"]) == ["x", "_cache"]


@settings(deadline=None, database=None, derandomize=True)
@given(st.data())
def test_what_is_left_out_and_what_is_given_make_up_all(data):
    some = data.draw(st.lists(st.sampled_from(names(Data)), unique=True))
    others = names(Data, exclude=some)
    assert sorted(names(Data, some) + others) == sorted(names(Data))
    assert names(Data, exclude=others) == [name for name in names(Data) if name in some]


def test_looking_at_a_class_leaves_it_as_it_was():
    for class_ in (Data, Model, quoted.Plain, quoted.Attrs):
        inspect.get_annotations(class_)  # of which 3.14 keeps a copy in the class
        before = dict(vars(class_))
        shape_of(class_)
        assert dict(vars(class_)) == before
