"""Values that are the same, and values that only look like it."""

import pickle
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from ormolu import ChangeSet, Workspace, changes, tracked

numpy = pytest.importorskip("numpy")


@tracked
@dataclass(eq=False)
class Doc:
    id: int = 1
    value: Any = None
    values: list = field(default_factory=list)


def another(value):
    """The same, and not itself."""
    return pickle.loads(pickle.dumps(value))


def changed(old, new):
    doc = Doc(value=old, values=[old])
    assert doc.values
    doc.value, doc.values = new, [new]
    found = changes(doc)
    assert ("value" in found) is ("values" in found)
    return bool(found)


class Table:
    """A table as pandas has it: of two it says for each number whether it is the same."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __repr__(self):
        return f"Table({self.numbers})"

    def __eq__(self, other):
        return [one == other for one in self.numbers]

    __hash__ = None

    def equals(self, other):
        return isinstance(other, Table) and self.numbers == other.numbers


NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
SAME = [
    float("nan"),
    Decimal("nan"),
    Decimal("sNaN"),
    complex("nan+1j"),
    numpy.float64(1),
    numpy.float64("nan"),
    numpy.datetime64("NaT", "D"),
    numpy.array([1, float("nan")]),
    numpy.array([["a"], ["b"]]),
    numpy.array([None, 1], dtype=object),
    numpy.array([]),
    numpy.array([numpy.array([1, 2]), None], dtype=object),
    numpy.array([complex("nan+1j")]),
    Table([1, 2]),
    numpy.ma.array([1, 2], mask=[True, False]),
    numpy.ma.array([1, 2]),
    numpy.ma.array([1, 2], mask=[True, True]),
    {"a": float("nan")},
    {float("nan")},
]


@pytest.mark.parametrize("value", SAME, ids=repr)
def test_an_equal_value_is_no_change(value):
    assert not changed(value, another(value))
    assert changed(value, None)
    assert changed(None, value)


@pytest.mark.parametrize(
    "old, new",
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        (Decimal("1.0"), Decimal("1.00")),
        (NOON, NOON.astimezone(timezone(timedelta(hours=2)))),
        (numpy.float64(1.5), 1.5),
        (numpy.float32(1.5), numpy.float64(1.5)),
        (numpy.int8(3), 3),
        (numpy.bool_(True), True),
        (numpy.bool_(False), 0),
        (numpy.float64("nan"), float("nan")),
        (numpy.str_("a"), "a"),
        ({"a": [numpy.int64(1)]}, {"a": [1]}),
    ],
)
def test_what_is_equal_to_python_is_no_change(old, new):
    assert not changed(old, new)


@pytest.mark.parametrize(
    "old, new",
    [
        ([1], (1,)),
        (float("nan"), Decimal("nan")),
        (float("nan"), 1.0),
        (Decimal("nan1"), Decimal("nan2")),
        (complex("nan+1j"), complex("nan+2j")),
        (numpy.array([1, 2]), numpy.array([1, 3])),
        (numpy.array([1, 1]), 1),
        (numpy.array([1, 1]), numpy.array([[1, 1]])),
        (numpy.array([1]), numpy.array([1.0])),
        (numpy.array([1, 2]), [1, 2]),
        (numpy.array([complex("nan+1j")]), numpy.array([complex("nan+2j")])),
        (numpy.array([[1], None], dtype=object), numpy.array([[2], None], dtype=object)),
        (Table([1, 2]), Table([1, 3])),
        (Table([1]), 1),
        ({float("nan"), 1}, {float("nan"), 2}),
        ({float("nan")}, {Decimal("nan")}),
        (numpy.array(1), 1),
        (numpy.float32(0.1), 0.1),
        (numpy.float64("nan"), 1.0),
        (numpy.ma.array([1, 2], mask=[1, 0]), numpy.ma.array([1, 2], mask=[0, 1])),
        (numpy.ma.array([1, 2], mask=[1, 0]), numpy.ma.array([1, 2])),
        (numpy.ma.array([1, 2], mask=[1, 1]), numpy.ma.array([1, 2], mask=[1, 0])),
        (numpy.ma.array([1, 2], mask=[1, 0]), numpy.ma.array([1, 3], mask=[1, 0])),
    ],
)
def test_what_is_another_value_is_a_change(old, new):
    assert changed(old, new)
    assert changed(new, old)


def test_a_change_set_with_nan_is_as_any_other():
    def copy_of_all():
        work = Workspace(key="id")
        work.attach(Doc())
        return work

    work = copy_of_all()
    doc = work.objects[0]
    doc.value = float("nan")
    doc.values.append(Decimal("nan"))
    found = work.changes()
    for again in (ChangeSet.from_json(found.to_json()), another(found)):
        assert again == found
        copy = copy_of_all()
        again.apply(copy)
        assert copy.changes() == found
        # which would be a conflict, if a nan were not what it is expected to be
        again.inverted().apply(copy)
        assert not copy.changes()
    assert found != work.changes().inverted()


def test_columns_of_tables():
    class Column(Table):
        """One that is like an array as well, as those of pandas are."""

        dtype, shape = "int", (2,)

        def mask(self):
            return self

    assert not changed(Column([1, 2]), Column([1, 2]))
    assert changed(Column([1, 2]), Column([1, 3]))
