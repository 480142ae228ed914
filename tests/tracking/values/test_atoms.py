"""Which values cannot change, and refer to nothing that could."""

import collections
import datetime
import decimal
import enum
import fractions
import functools
import math
import pathlib
import re
import types
import uuid

import pytest
from tests.naming import named
from tests.tracking.values.conftest import Fixed, Pair, Part

from ormolu._kernel.sentinels import MISSING
from ormolu.tracking.values.snapshots import is_atom


class Color(enum.Enum):
    RED = 1


class Bits(enum.Flag):
    ONE = 1
    TWO = 2


class Text(str):
    """A string that may have attributes."""


ATOMS = [
    None,
    True,
    1,
    1.5,
    1j,
    "a",
    b"a",
    range(3),
    int,
    Part,
    enum.EnumType,
    ...,
    NotImplemented,
    math,
    is_atom,
    lambda: None,
    MISSING,
    Color.RED,
    Bits.ONE | Bits.TWO,
    decimal.Decimal(1),
    fractions.Fraction(1, 2),
    datetime.date.min,
    datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    datetime.time.min,
    datetime.timedelta(1),
    datetime.UTC,
    uuid.UUID(int=1),
    pathlib.PurePosixPath("a"),
    pathlib.PureWindowsPath("a"),
    pathlib.Path("a"),
    re.compile("a"),
    (),
    (1, ("a", (Color.RED, frozenset({(2,)})))),
    frozenset(),
    Pair(1, (2, 3)),
]
OTHERS = [
    [],
    {},
    set(),
    bytearray(),
    collections.deque(),
    object(),
    Part(1),
    Fixed(1),
    Text("a"),
    ([],),
    (1, (2, (3, {}))),
    Pair(1, []),
    frozenset({Fixed(1)}),
    frozenset({Text("a")}),
    types.SimpleNamespace(),
    [].append,
    functools.partial(print),
    memoryview(b"a"),
    slice(1),
]


@pytest.mark.parametrize("value", ATOMS, ids=named)
def test_what_cannot_change_is_an_atom(value):
    assert is_atom(value)
    assert is_atom((value, [][:0] or 1))


@pytest.mark.parametrize("value", OTHERS, ids=named)
def test_what_can_change_or_is_not_known_is_no_atom(value):
    assert not is_atom(value)
    assert not is_atom((1, value))


def test_a_tuple_nested_beyond_all_recursion_is_an_atom():
    value, other = (1,), ([],)
    for _ in range(100_000):
        value, other = (value,), (other,)
    answers = is_atom(value), is_atom(other)
    assert answers == (True, False)


def test_a_tuple_with_more_paths_than_could_be_walked_is_an_atom():
    value = (1,)
    for _ in range(200):
        value = (value, value)
    answer = is_atom(value)
    assert answer


def test_a_class_is_forgotten_when_nobody_else_uses_it():
    import gc
    import weakref

    from ormolu.tracking.values.snapshots import take

    class Passing(list):
        pass

    take([Passing()], lambda obj: False)
    ref = weakref.ref(Passing)
    del Passing
    gc.collect()
    assert ref() is None
