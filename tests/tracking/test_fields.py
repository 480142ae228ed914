"""What is found to be tracked of classes of all kinds."""

import abc
import collections
import dataclasses
import functools
import inspect
import typing
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Any, ClassVar, Final, Generic, NamedTuple, Protocol, TypeVar

import attr
import attrs
import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking import quoted

from ormolu.tracking.fields import Field, Shape, shape_of

T = TypeVar("T")


def names(class_, *args, **kwargs):
    return list(shape_of(class_, *args, **kwargs).fields)


def mutable(class_):
    return [name for name, found in shape_of(class_).fields.items() if found.mutable]


def places(class_):
    return {name: found.place for name, found in shape_of(class_).fields.items()}


# -- dataclasses --------------------------------------------------------------------------


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


# -- attrs --------------------------------------------------------------------------------


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


# -- Pydantic -----------------------------------------------------------------------------


class Model(pydantic.BaseModel):
    first: int
    rest: list[int] = []
    size: pydantic.PositiveInt = 1
    shared: ClassVar[int] = 0

    @pydantic.computed_field
    @property
    def total(self) -> int:
        return sum(self.rest)


def test_a_pydantic_model():
    shape = shape_of(Model)
    assert shape.kind == "pydantic"
    assert list(shape.fields) == ["first", "rest", "size"]
    assert mutable(Model) == ["rest"]
    assert set(shape.births) == {"__init__", "__setstate__"}
    assert (shape.holds_values, shape.weakly_referable) == ("dict", True)


def test_a_pydantic_model_whose_annotations_are_texts():
    assert names(quoted.Model) == ["first", "children", "colour"]
    assert mutable(quoted.Model) == ["children"]


def test_what_pydantic_resolves_is_not_resolved_again():
    class Local(quoted.Enum):
        A = 1

    class Sub(quoted.Model):
        local: "Local"

    assert mutable(Sub) == ["children"]


def test_a_model_that_is_not_complete():
    class Waiting(pydantic.BaseModel):
        x: int
        late: "Undefined"  # noqa: F821

    assert names(Waiting) == ["x", "late"]
    assert mutable(Waiting) == ["late"]


def test_private_attributes_are_no_fields_and_made_after_init():
    class Sub(Model):
        _private: int = 3

    assert names(Sub) == names(Model)
    assert "model_post_init" in shape_of(Sub).births


def test_model_post_init_is_a_birth_where_it_is_ones_own():
    class Sub(Model):
        def model_post_init(self, context):
            self.first = 3

    class SubSub(Sub):
        pass

    assert "model_post_init" in shape_of(Sub).births
    assert "model_post_init" in shape_of(SubSub).births


def test_fields_come_in_the_order_of_pydantic():
    class Mixin(pydantic.BaseModel):
        z: int = 0
        first: int = 0

    class Sub(Model, Mixin):
        w: int
        rest: int

    assert names(Sub) == list(Sub.model_fields)
    assert mutable(Sub) == []


def test_a_generic_model_knows_what_it_is_of():
    class Box(pydantic.BaseModel, Generic[T]):
        held: T

    assert mutable(Box) == ["held"]
    assert mutable(Box[int]) == []
    assert mutable(Box[list]) == ["held"]


def test_a_mixin_of_a_model():
    class Mixin:
        mixed: int
        _kept: int = 0

    class Sub(Mixin, pydantic.BaseModel):
        x: int

    assert names(Sub) == list(Sub.model_fields)


def test_a_model_without_fields():
    class Empty(pydantic.BaseModel):
        pass

    assert names(Empty) == []
    assert names(pydantic.BaseModel) == []


def test_a_model_of_one_value():
    assert mutable(pydantic.RootModel[list[int]]) == ["root"]


def test_a_dataclass_of_pydantic_is_a_dataclass():
    @pydantic.dataclasses.dataclass
    class Point:
        x: int
        y: list[int]

        def __post_init__(self):
            pass

    shape = shape_of(Point)
    assert shape.kind == "dataclass"
    assert mutable(Point) == ["y"]
    assert shape.births == ("__init__", "__post_init__")


# -- plain classes ------------------------------------------------------------------------


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


@pytest.mark.parametrize("slots", ["x", ["x"], {"x": "documented"}, iter(["x"])], ids=repr)
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
    assert places_of(Square, ["cost", "edge"]) == ["descriptor", "dict"]


def places_of(class_, given):
    return [found.place for found in shape_of(class_, given).fields.values()]


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


# -- of several kinds ---------------------------------------------------------------------


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


# -- names and exclude --------------------------------------------------------------------


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
