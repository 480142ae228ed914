"""What cannot be tracked is refused with the cause and the way out."""

import array
import collections
import dataclasses
import enum
import re
import typing

import attrs
import pydantic
import pytest
import typing_extensions

from ormolu import errors
from ormolu.tracking.declared.fields import shape_of


def refused(error, *parts):
    """Expect an error of ormolu's whose message has all of ``parts``."""
    pattern = "".join(f"(?=.*{re.escape(part)})" for part in parts)
    assert issubclass(error, errors.OrmoluError)
    return pytest.raises(error, match=f"(?s){pattern}")


class Point:
    width: int
    height: int


class Tight:
    __slots__ = ("width",)


@dataclasses.dataclass
class Data:
    width: int
    height: int = 0

    @property
    def area(self):
        return self.width * self.height


@attrs.define
class Attrs:
    width: int


class Model(pydantic.BaseModel):
    width: int
    _private: int = 0


@pytest.mark.parametrize("thing", [5, "Point", None, Point(), list[int], typing.List[int]])
def test_what_is_no_class(thing):
    with refused(errors.NotAClassError, repr(thing), "give the class itself"):
        shape_of(thing)


@pytest.mark.parametrize("class_", [object, int, list, array.array, re.Pattern, type])
def test_a_class_that_cannot_be_changed(class_):
    with refused(errors.NotAClassError, class_.__name__, "derived from it") as caught:
        shape_of(class_, ["x"])
    assert caught.value.class_ is class_


class Pair(typing.NamedTuple):
    x: int


class Roomless(tuple):
    __slots__ = ()


class Without:
    __slots__ = ()
    x: int


@pytest.mark.parametrize(
    ("class_", "parts"),
    [
        (enum.Enum("Colour", "RED"), ["Colour", "Enum", "has one as an attribute"]),
        (enum.IntFlag("Flags", "A"), ["Flags", "Enum"]),
        (type("Sized", (typing.Protocol,), {}), ["Sized", "Protocol", "implement"]),
        (type("Sized", (typing_extensions.Protocol,), {}), ["Sized", "Protocol"]),
        (typing.TypedDict("Said", {"x": int}), ["Said", "TypedDict", "make it a dataclass"]),
        (typing_extensions.TypedDict("Said", {"x": int}), ["Said", "TypedDict"]),
        (Pair, ["Pair", "tuples", "make it a dataclass"]),
        (collections.namedtuple("Bare", "x"), ["Bare", "tuples"]),
        (Roomless, ["Roomless", "tuples"]),
        (Without, ["Without", "__slots__", "name the attributes there"]),
    ],
    ids=str,
)
def test_a_class_whose_instances_never_change(class_, parts):
    for names in (None, ["x"]):
        with refused(errors.UntrackableClassError, *parts) as caught:
            shape_of(class_, names)
        assert isinstance(caught.value, TypeError)
        assert caught.value.class_ is class_


def test_a_plain_class_of_which_nothing_is_known():
    class Bare:
        shared: typing.ClassVar[int] = 0

        def __init__(self):
            self.x = 0

    for options in ({}, {"names": []}, {"names": ["x"], "exclude": ["x"]}):
        with refused(errors.UntrackableClassError, "Bare", '@tracked("x", "y")', "annotate"):
            shape_of(Bare, **options)
    with refused(errors.UntrackableClassError, "Point"):
        shape_of(Point, exclude=["width", "height"])


@pytest.mark.parametrize("option", ["names", "exclude"])
@pytest.mark.parametrize("class_", [Point, Data, Model])
def test_one_text_in_the_place_of_names(class_, option):
    for given in ("width", 5):
        with refused(errors.RegistrationError, class_.__name__, repr(given), "brackets"):
            shape_of(class_, **{option: given})


@pytest.mark.parametrize("option", ["names", "exclude"])
@pytest.mark.parametrize("name", [5, None, "", "two words", "class", "1st", b"x", {}, "ﬁeld"])
def test_a_name_that_cannot_follow_a_dot(name, option):
    with refused(errors.InvalidKeyError, "Point", repr(name), "identifier"):
        shape_of(Point, **{option: ["width", name]})


@pytest.mark.parametrize("name", ["__dict__", "__class__", "_ormolu_state", "____"])
def test_a_name_that_others_use(name):
    with refused(errors.ReservedNameError, f"Point.{name}", "choose another one") as caught:
        shape_of(Point, ["width", name])
    assert caught.value.key == name


@pytest.mark.parametrize("class_", [Data, Attrs, Model, Tight])
def test_a_name_that_is_nearly_that_of_a_field(class_):
    with refused(errors.UnknownFieldError, class_.__name__, "'widht'", "did you mean 'width'?"):
        shape_of(class_, ["widht"])


@pytest.mark.parametrize("class_", [Data, Attrs, Model, Tight, Point])
def test_a_field_to_be_left_out_that_there_is_not(class_):
    with refused(errors.UnknownFieldError, "'widht'", "did you mean 'width'?") as caught:
        shape_of(class_, exclude=["widht"])
    assert isinstance(caught.value, AttributeError)
    assert (caught.value.class_, caught.value.key) == (class_, "widht")


def test_a_field_that_is_left_out_twice_over():
    with refused(errors.UnknownFieldError, "'height'", "its fields are 'width'"):
        shape_of(Data, ["width"], exclude=["height"])


@pytest.mark.parametrize(
    ("class_", "way_out"),
    [(Data, "has to be annotated"), (Model, "has to be annotated"), (Tight, "in __slots__")],
)
def test_a_name_like_none(class_, way_out):
    with refused(errors.UnknownFieldError, "'zzz'", "its fields are 'width'", way_out):
        shape_of(class_, ["zzz"])


def test_what_pydantic_keeps_apart_cannot_be_tracked():
    with refused(errors.UnknownFieldError, "'_private'"):
        shape_of(Model, ["_private"])


@pytest.mark.parametrize("name", ["shared", "given", "_"])
def test_what_instances_of_a_dataclass_do_not_have(name):
    @dataclasses.dataclass
    class Item:
        shared: typing.ClassVar[int]
        given: dataclasses.InitVar[int]
        _: dataclasses.KW_ONLY
        x: int

    with refused(errors.UnknownFieldError, "Item", repr(name), "its fields are 'x'"):
        shape_of(Item, ["x", name])


def test_a_property_that_nobody_can_set():
    class Square:
        edge: int

        @property
        def area(self):
            return self.edge**2

    class Said:
        area: int

    @dataclasses.dataclass
    class Implemented(Data, Said):
        pass

    for class_ in (Square, Data, Implemented):
        with refused(errors.UnknownFieldError, "area", "a property without a setter"):
            shape_of(class_, ["area"])
