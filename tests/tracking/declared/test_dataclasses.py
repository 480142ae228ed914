"""What is found to be tracked of dataclasses."""

import dataclasses
import typing
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar

import pydantic
import pytest
from tests.tracking.declared import quoted
from tests.tracking.declared.looking import mutable, names, places

from ormolu.tracking.declared.fields import Field, Shape, shape_of


@dataclass
class Data:
    first: int
    rest: list[int]
    given: InitVar[int] = 0
    _: KW_ONLY
    key: str = ""
    made: int = field(init=False, default=0)
    shared: ClassVar[int] = 0


def test_a_dataclass():
    assert shape_of(Data) == Shape(
        kind="dataclass",
        fields={
            "first": Field("first", False, "dict"),
            "rest": Field("rest", True, "dict"),
            "key": Field("key", False, "dict"),
            "made": Field("made", False, "dict"),
        },
        births=("__init__",),
        holds_values="dict",
        weakly_referable=True,
    )


def test_a_dataclass_whose_annotations_are_texts():
    assert names(quoted.Data) == ["first", "rest", "key", "made"]
    assert mutable(quoted.Data) == ["rest"]


def test_a_subclass_of_a_dataclass_of_another_module():
    @dataclass
    class Sub(quoted.Data):
        Missing: "int" = 0

    assert mutable(Sub) == ["rest"]


def test_fields_come_in_the_order_of_dataclasses():
    @dataclass
    class A:
        x: int = 0
        y: int = 0

    @dataclass
    class B:
        z: int = 0
        y: list = field(default_factory=list)

    @dataclass
    class C(A, B):
        w: int = 0
        x: list = field(default_factory=list)

    assert names(C) == [found.name for found in dataclasses.fields(C)] == ["z", "y", "x", "w"]
    assert mutable(C) == ["x"]


def test_a_field_that_a_subclass_makes_a_class_variable_is_none():
    @dataclass
    class Sub(Data):
        key: ClassVar[str] = ""

    assert names(Sub) == ["first", "rest", "made"]

    class Plain(Data):
        first: ClassVar[int] = 3

    assert names(Plain) == ["rest", "key", "made"]


def test_what_an_undecorated_subclass_of_a_dataclass_adds_is_tracked_as_well():
    class Sub(Data):
        more: list
        key: list
        shared_too: ClassVar[int] = 0

    assert shape_of(Sub).kind == "dataclass"
    assert names(Sub) == ["first", "rest", "key", "made", "more"]
    assert mutable(Sub) == ["rest", "key", "more"]


def test_what_an_undecorated_mixin_annotates_is_tracked_as_well():
    class Mixin:
        mixed: int

    @dataclass
    class Sub(Mixin):
        x: int

    assert names(Sub) == ["mixed", "x"]


@pytest.mark.parametrize("frozen", [False, True])
def test_a_dataclass_with_slots(frozen):
    @dataclass(slots=True, frozen=frozen)
    class Tight:
        x: int
        y: list = field(default_factory=list)

    shape = shape_of(Tight)
    assert places(Tight) == {"x": "slot", "y": "slot"}
    assert (shape.holds_values, shape.weakly_referable) == ("slots", False)
    assert ("__setstate__" in shape.births) == frozen

    class Wide(Tight):
        z: int

    assert places(Wide) == {"x": "slot", "y": "slot", "z": "dict"}
    assert (shape_of(Wide).holds_values, shape_of(Wide).weakly_referable) == ("both", True)


def test_a_dataclass_with_slots_for_weak_references():
    @dataclass(slots=True, weakref_slot=True)
    class Tight:
        x: int

    assert shape_of(Tight).weakly_referable
    assert names(Tight) == ["x"]


def test_a_dataclass_without_fields():
    @dataclass
    class Empty:
        pass

    assert shape_of(Empty).fields == {}
    assert shape_of(Empty).holds_values == "dict"


def test_a_field_with_a_descriptor_of_the_users():
    class Converted:
        def __set_name__(self, owner, name):
            self.name = f"_{name}"

        def __get__(self, obj, owner=None):
            return 0 if obj is None else getattr(obj, self.name, 0)

        def __set__(self, obj, value):
            setattr(obj, self.name, int(value))

    @dataclass
    class Item:
        count: int = Converted()
        name: str = ""

    class Plain:
        count: int = Converted()

    assert places(Item) == {"count": "descriptor", "name": "dict"}
    assert shape_of(Item).holds_values == "dict"
    assert places(Plain) == {"count": "descriptor"}


def test_a_default_that_is_a_function_makes_no_field_of_a_library_a_method():
    @dataclass
    class Job:
        run: typing.Callable[[], int] = lambda: 0

    assert names(Job) == names(Job, ["run"]) == ["run"]


def test_a_dataclass_made_by_a_call():
    made = dataclasses.make_dataclass("Made", [("x", int), ("y", list), "z"])
    assert mutable(made) == ["y", "z"]


def test_post_init_is_a_birth_for_pydantic_calls_it_without_init():
    calls = []

    @dataclass
    class Inner:
        x: int

        def __init__(self, x):
            calls.append("__init__")

        def __post_init__(self):
            calls.append("__post_init__")

    class Outer(pydantic.BaseModel):
        inner: Inner

    Outer(inner={"x": 1})
    assert calls == ["__post_init__"]
    assert shape_of(Inner).births == ("__init__", "__post_init__")
