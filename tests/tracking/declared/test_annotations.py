"""Of which annotations the values may change in place."""

import collections.abc
import dataclasses
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import sys
import typing
import uuid
import zoneinfo
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Final, Generic, Literal, NewType, Optional, TypeVar, Union

import pydantic
import pytest
import typing_extensions
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tracking.declared import quoted

from ormolu.tracking.declared.annotations import Scope, is_mutable, own_annotations, qualifier


class Colour(enum.Enum):
    RED = 1


class Flags(enum.IntFlag):
    A = 1


class Mine:
    pass


class Proto(typing.Protocol):
    x: int


T = TypeVar("T")
Bound = TypeVar("Bound", bound=int)
BoundText = TypeVar("BoundText", bound="int")
Constrained = TypeVar("Constrained", str, bytes)
Loose = TypeVar("Loose", str, list)


class Box(Generic[T]):
    pass


CONSTANT = [
    *(None, type(None), int, str, float, bool, bytes, complex, range),
    *(date, datetime, time, timedelta, timezone, zoneinfo.ZoneInfo),
    *(decimal.Decimal, fractions.Fraction, uuid.UUID, ipaddress.IPv4Address),
    *(pathlib.PurePath, pathlib.PureWindowsPath, pathlib.Path, re.Pattern, re.Pattern[str]),
    *(Colour, Flags, Literal["a", 1], typing_extensions.Literal[2], typing.LiteralString),
    *(type, type[Mine], typing.Type, typing.Type[Mine]),
    *(typing.Callable, typing.Callable[[list], list], collections.abc.Callable[..., list]),
    *(NewType("UserId", int), NewType("Other", "int"), Bound, BoundText, Constrained),
    *(typing.AnyStr, tuple[()], typing.Tuple[()], tuple[int, ...], tuple[int, *tuple[str, ...]]),
    *(frozenset[str], typing.FrozenSet[str], Final[int], typing_extensions.ReadOnly[int]),
    *(pydantic.PositiveInt, pydantic.StrictStr, pydantic.conint(gt=3)),
]
MUTABLE = [
    *(list, dict, set, bytearray, collections.deque, memoryview, list[int], dict[str, int]),
    *(Any, object, Mine, Proto, Box, Box[int], T, Loose, Final, Annotated[list, 1]),
    *(tuple, frozenset, typing.Tuple, typing.FrozenSet, tuple[list, ...], tuple[int, Mine]),
    *(typing.Sequence[int], typing.Iterable, typing.Hashable, NewType("Names", list)),
    *("nowhere", "1 / 0", "int[", "tuple[int, nowhere]", typing.ForwardRef("nowhere"), ""),
    *(3, [], {}, ..., typing.NamedTuple("Pair", [("x", int)])),
]


def mutable(annotation, class_=Mine):
    return is_mutable(annotation, Scope(class_))


@pytest.mark.parametrize("annotation", CONSTANT, ids=repr)
def test_values_that_nobody_can_change(annotation):
    assert not mutable(annotation)
    if qualifier(annotation, Scope(Mine)) not in ("Final", "ReadOnly"):  # which are outermost
        assert not mutable(Optional[annotation])
        assert mutable(Union[annotation, list])


@pytest.mark.parametrize("annotation", MUTABLE, ids=repr)
def test_values_that_may_change_in_place(annotation):
    assert mutable(annotation)


def test_a_subclass_of_a_constant_may_have_attributes_of_its_own():
    assert mutable(type("Celsius", (float,), {}))


def test_a_class_of_that_name_but_not_that_module():
    assert mutable(type("Decimal", (), {"__module__": "mine"}))
    assert mutable(type("ReadOnly", (Box,), {"__module__": "mine"}))

    class Final(Generic[T]):
        pass

    assert mutable(Final[int])


def test_an_annotation_that_raises_at_every_look_is_of_what_may_change():
    class Awkward:
        def __getattribute__(self, name):
            raise RuntimeError(name)

        def __hash__(self):
            raise RuntimeError

        def __eq__(self, other):
            raise RuntimeError

    assert mutable(Awkward())
    assert mutable(Optional["nowhere"])  # noqa: F821
    assert qualifier(Awkward(), Scope(Mine)) == ""


WRAPPINGS = [
    lambda parts: Union[tuple(parts)],
    lambda parts: tuple[tuple(parts)],
    lambda parts: tuple[parts[0], ...],
    lambda parts: frozenset[parts[0]],
    lambda parts: Annotated[parts[0], "said of it"],
    lambda parts: Optional[parts[0]],
    lambda parts: NewType("New", parts[0]),
    lambda parts: TypeVar("V", bound=parts[0]) if parts[0] is not None else None,
]
LEAVES = {int: False, None: False, Colour: False, list: True, Any: True, Mine: True}


@st.composite
def annotations(draw, depth=3):
    """An annotation, and whether one of the leaves that are left in it is mutable."""
    if depth == 0 or draw(st.booleans()):
        leaf = draw(st.sampled_from(list(LEAVES)))
        return leaf, LEAVES[leaf]
    wrapping = draw(st.sampled_from(WRAPPINGS))
    used = 3 if wrapping in WRAPPINGS[:2] else 1
    parts = draw(st.lists(annotations(depth=depth - 1), min_size=used, max_size=used))
    return wrapping([part for part, _ in parts]), any(expected for _, expected in parts)


@settings(deadline=None, database=None, derandomize=True)
@given(annotations())
def test_a_composition_is_mutable_if_one_of_its_parts_is(case):
    annotation, expected = case
    assert mutable(annotation) is expected


@st.composite
def texts(draw, depth=3):
    """The same as a text."""
    if depth == 0 or draw(st.booleans()):
        leaves = {"int": False, "None": False, "list": True, "nowhere": True}
        leaf = draw(st.sampled_from(list(leaves)))
        return leaf, leaves[leaf]
    (one, _), (two, _) = parts = [draw(texts(depth=depth - 1)) for _ in range(2)]
    inner = one if "'" in one else f"'{one}'"
    forms = [f"tuple[{one}, {two}]", f"Union[{one}, {two}]", f"tuple[{inner}, {two}]"]
    return draw(st.sampled_from(forms)), any(expected for _, expected in parts)


@settings(deadline=None, database=None, derandomize=True)
@given(texts())
def test_a_text_says_what_its_parts_say(case):
    text, expected = case

    def mutable(text):
        return is_mutable(text, Scope(quoted.Plain))  # which has Union

    assert mutable(text) is expected
    assert mutable(repr(text)) is expected  # quoted again by __future__
    assert mutable(typing.ForwardRef(text)) is expected


@settings(deadline=None, database=None, derandomize=True)
@given(st.text() | st.sampled_from(["__import__", "(" * 500, "x" * 10000, "lambda: 0", "\0"]))
def test_no_text_makes_it_raise(text):
    assert isinstance(mutable(text), bool)
    assert isinstance(qualifier(text, Scope(Mine)), str)


# -- texts, in their module ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        **dict.fromkeys(("number", "maybe", "quoted", "half", "nested", "numbered"), False),
        "date": False,  # and not the None that the class has under that name
        **dict.fromkeys(("missing", "missing_in", "itself", "broken"), True),
    }.items(),
)
def test_a_text_is_evaluated_by_itself_with_the_names_of_its_module(name, expected):
    assert mutable(own_annotations(quoted.Plain)[name], quoted.Plain) is expected


@pytest.mark.parametrize("name", ["shared", "shared_too", "quoted_shared"])
def test_a_class_variable_is_seen_whatever_is_in_the_brackets(name):
    annotation = own_annotations(quoted.Plain)[name]
    assert qualifier(annotation, Scope(quoted.Plain)) == "ClassVar"


def test_the_names_of_the_class_itself_can_be_used():
    class Outer:
        class Inner(enum.Enum):
            A = 1

        x: "Inner"
        y: "Optional[Inner]"

    scope = Scope(Outer)
    assert not any(is_mutable(text, scope) for text in own_annotations(Outer).values())


def test_a_class_of_no_module_that_is_there():
    class Lost:
        __module__ = "no.such.module"

    assert not mutable("int", Lost)
    assert mutable("Colour", Lost)
    Lost.__module__ = None
    assert not mutable("int", Lost)


def test_evaluating_leaves_nothing_behind():
    before = set(vars(quoted))
    assert not mutable("(left := int)", quoted.Plain)
    assert set(vars(quoted)) == before


def test_the_annotations_of_a_base_are_not_those_of_a_subclass():
    class Base:
        x: int

    class Sub(Base):
        pass

    assert own_annotations(Base) == {"x": int}
    assert own_annotations(Sub) == {}
    assert own_annotations(object) == {}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        *((typing.ClassVar, "ClassVar"), (typing.ClassVar[int], "ClassVar")),
        *((dataclasses.InitVar, "InitVar"), (dataclasses.InitVar[int], "InitVar")),
        *((Final, "Final"), (Final[int], "Final"), ("typing.Final[nowhere]", "Final")),
        *((int, "int"), ("nowhere.ClassVar[x]", "ClassVar"), ("' ClassVar[x]'", "ClassVar")),
    ],
    ids=repr,
)
def test_the_outermost_of_an_annotation(annotation, expected):
    assert qualifier(annotation, Scope(Mine)) == expected


# -- type aliases -------------------------------------------------------------------------


def test_an_alias_of_typing_extensions():
    assert not mutable(typing_extensions.TypeAliasType("Id", int))
    assert mutable(typing_extensions.TypeAliasType("Ids", list[int]))
    pair = typing_extensions.TypeAliasType("Pair", tuple[T, T], type_params=(T,))
    assert mutable(pair)
    assert not mutable(pair[int])
    assert mutable(pair[list])


ALIASES = """
type Id = int
type Tree = tuple[Tree, ...] | int
type Json = dict[str, Json] | int
type Late = tuple[Undefined, int]
type Pair[V] = tuple[V, V]
type Deep[V] = tuple[V, Deep[list[V]]] | None
class Box[V: int, W]:
    bound: V
    free: W
    text: "V"
    pairs: Pair[V]
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is of 3.12")
def test_aliases_and_type_parameters_of_the_language():
    names = {}
    exec(ALIASES, names)
    for name, expected in {
        **{"Id": False, "Tree": False, "Json": True, "Late": True},
        **{"Pair": True, "Pair[int]": False, "Pair[list]": True, "Deep[int]": True},
    }.items():
        assert mutable(eval(name, names)) is expected, name
    box = names["Box"]
    said = {name: mutable(kind, box) for name, kind in own_annotations(box).items()}
    assert said == {"bound": False, "free": True, "text": False, "pairs": False}
