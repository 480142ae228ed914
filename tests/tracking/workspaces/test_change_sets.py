"""Change sets as values: turned round, merged, pickled, written as JSON."""

import copy
import enum
import json
import math
import pickle
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import attrs
import pydantic
import pytest

from ormolu import MISSING, Change, Changes, ChangeSet, Codec, ObjectChange, Ref, errors


def changed(key, becomes=None, /, **fields):
    """A change of the Node of a key."""
    fields = {name: Change(*both) for name, both in fields.items()}
    after = None if becomes is None else Ref("Node", becomes)
    return ObjectChange(Ref("Node", key), "changed", Changes(fields), after)


def new(key, **fields):
    """The making of the Node of a key."""
    fields = {name: Change(MISSING, value) for name, value in fields.items()}
    return ObjectChange(Ref("Node", key), "new", Changes(fields))


def deleted(key, **fields):
    """The end of the Node of a key."""
    fields = {name: Change(value, MISSING) for name, value in fields.items()}
    return ObjectChange(Ref("Node", key), "deleted", Changes(fields))


THREE = ChangeSet([changed(1, x=(1, 2)), new(2, x=1), deleted(3, x=5)])


def test_as_a_mapping():
    assert list(THREE) == [Ref("Node", 1), Ref("Node", 2), Ref("Node", 3)]
    assert THREE["Node", 1] is THREE[Ref("Node", 1)] is THREE.changed[0]
    assert ("Node", 4) not in THREE
    assert THREE.get(("Node", 4)) is None
    assert [one.ref.key for one in (*THREE.new, *THREE.changed, *THREE.deleted)] == [2, 1, 3]
    assert bool(THREE) and not ChangeSet()


def test_equal_if_they_say_the_same():
    assert ChangeSet(THREE.values(), {"who": "me"}) == THREE
    assert ChangeSet([changed(1, x=(1, 2))]) != THREE


def test_as_text():
    assert str(THREE) == (
        "changed Node 1\n    x: 1 -> 2\nnew Node 2\n    x: 1\ndeleted Node 3\n    x: 5"
    )
    assert repr(THREE) == "<ChangeSet changed Node 1, new Node 2, deleted Node 3>"
    assert repr(ChangeSet()) == "<ChangeSet: none>"
    assert str(changed(1, 2)) == "changed Node 1, now Node 2"


def test_two_changes_of_one_object_are_refused():
    with pytest.raises(errors.PatchError, match=r"two changes of Node 1.*merged"):
        ChangeSet([changed(1, x=(1, 2)), changed(1, x=(2, 3))])


@pytest.mark.parametrize("given", [[3], 3, "ab", {Ref("Node", 1): 2}, [None]], ids=repr)
def test_what_are_no_changes(given):
    with pytest.raises(errors.ArgumentError, match="changes") as told:
        ChangeSet(given)
    assert "changes" in told.value.key


@pytest.mark.parametrize("given", [3, "who", [("who", "ann")], [], 0], ids=repr)
def test_what_says_nothing_about_changes(given):
    with pytest.raises(errors.ArgumentError, match="about has to be a dictionary") as told:
        ChangeSet([], given)
    assert told.value.key == "about"
    with pytest.raises(errors.ArgumentError):
        ChangeSet(about=given)


def test_the_names_of_objects():
    assert Ref("Node", 1) == Ref("Node", 1) != Ref("Node", True)
    assert Ref("Node", 1) != "Node 1"
    assert len({Ref("Node", 1), Ref("Node", 1), Ref("Node", number=1)}) == 2
    assert copy.deepcopy(Ref("Node", 1)) == Ref("Node", 1)
    with pytest.raises(AttributeError, match="does not change"):
        Ref("Node", 1).key = 2
    with pytest.raises(AttributeError, match="keeps"):
        del Ref("Node", 1).key


# -- turned round -----------------------------------------------------------------------------


def test_inverted():
    assert THREE.inverted() == ChangeSet([new(3, x=5), deleted(2, x=1), changed(1, x=(2, 1))])
    assert THREE.inverted().inverted() == THREE


def test_inverted_with_a_key_that_changed():
    both = ChangeSet([changed(1, 7, id=(1, 7)), changed(2, best=(None, [Ref("Node", 1)]))])
    turned = both.inverted()
    assert turned["Node", 7] == changed(7, 1, id=(7, 1))
    assert turned["Node", 2] == changed(2, best=([Ref("Node", 7)], None))
    assert turned.inverted() == both


# -- merged -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first, second, both",
    [
        (changed(1, x=(1, 2)), changed(1, x=(2, 3)), changed(1, x=(1, 3))),
        (changed(1, x=(1, 2)), changed(1, y=(1, 2)), changed(1, x=(1, 2), y=(1, 2))),
        (changed(1, x=(1, 2)), changed(1, x=(2, 1)), None),
        (changed(1, x=([1], [])), changed(1, x=([], [1])), None),
        (changed(1, x=(1, 2)), deleted(1, x=2, y=3), deleted(1, x=1, y=3)),
        (new(1, x=1, y=1), changed(1, x=(1, 2)), new(1, x=2, y=1)),
        (new(1, x=1), deleted(1, x=1), None),
        (deleted(1, x=1, y=1), new(1, x=2, y=1), changed(1, x=(1, 2))),
        (deleted(1, x=1), new(1, x=1), None),
        (deleted(1, x=1), new(1, x=1, y=2), changed(1, y=(MISSING, 2))),
    ],
)
def test_merged(first, second, both):
    other = changed(9, x=(1, 2))
    expected = [other] if both is None else [both, other]
    assert ChangeSet([first]) | ChangeSet([second, other]) == ChangeSet(expected)


def test_merged_says_more_of_what_it_is_about():
    both = ChangeSet([], {"who": "a", "why": "b"}) | ChangeSet([], {"who": "c"})
    assert both.about == {"who": "c", "why": "b"}


def test_merged_with_what_is_no_change_set():
    with pytest.raises(TypeError):
        THREE | {}


def test_merged_with_a_key_that_changed():
    first = ChangeSet([changed(1, 7, id=(1, 7), x=(1, 2))])
    second = ChangeSet([changed(7, x=(2, 3)), changed(2, best=(None, Ref("Node", 7)))])
    assert first | second == ChangeSet(
        [changed(1, 7, id=(1, 7), x=(1, 3)), changed(2, best=(None, Ref("Node", 1)))]
    )
    back = ChangeSet([changed(7, 1, id=(7, 1))])
    assert first | back == ChangeSet([changed(1, x=(1, 2))])
    further = ChangeSet([changed(7, 8, id=(7, 8))])
    assert (first | further)["Node", 1].becomes == Ref("Node", 8)


def test_a_new_object_whose_key_changes_is_new_under_the_last():
    first = ChangeSet([new(1, id=1), changed(2, best=(None, Ref("Node", 1)))])
    second = ChangeSet([changed(1, 7, id=(1, 7))])
    assert first | second == ChangeSet([new(7, id=7), changed(2, best=(None, Ref("Node", 7)))])


@pytest.mark.parametrize(
    "first, second, why",
    [
        (changed(1, x=(1, 2)), changed(1, x=(3, 4)), "x: expected 3, found 2, wanted 4"),
        (changed(1, x=([], [1])), changed(1, x=((1,), 4)), "x: expected (1,), found [1]"),
        (deleted(1, x=1), changed(1, x=(1, 2)), "it is changed after it was deleted"),
        (new(1, x=1), new(1, x=1), "it is new after it was new"),
        (changed(1, x=(1, 2)), deleted(1, x=1), "x: expected 1, found 2, wanted nothing"),
    ],
)
def test_what_does_not_go_on_from_there_is_a_conflict(first, second, why):
    with pytest.raises(errors.ConflictError) as caught:
        ChangeSet([first]).merged(ChangeSet([second]))
    assert why in str(caught.value)
    assert "in the order" in str(caught.value)
    assert caught.value.conflicts[0].ref == Ref("Node", 1)


# -- pickled and written ----------------------------------------------------------------------


class Colour(enum.Enum):
    RED = 1


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


Point = namedtuple("Point", "x, y")


@dataclass
class Place:
    at: Point
    names: list = field(default_factory=list)


@attrs.frozen
class Money:
    amount: Decimal


class Model(pydantic.BaseModel):
    x: int


class Words(list):
    pass


PLAIN = [None, True, 1, 1.5, "a", [1, [2]], {"a": {"b": None}}, 10**30, "\ud800", -0.0]
TAGGED = [
    (1, "a", (2,)),
    {1, 2},
    frozenset({1}),
    b"\x00\xff",
    bytearray(b"a"),
    1 + 2j,
    math.inf,
    {1: "a", (1, 2): "b"},
    {"$date": 1},
    {"$": 1, "b": 2},
    OrderedDict(b=1, a=2),
    deque([1, 2], 3),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    date(2024, 2, 29),
    time(12, 30),
    timedelta(days=-1, microseconds=5),
    Decimal("1.50"),
    Fraction(1, 3),
    UUID(int=5),
    Ref("Node", 1),
    Ref("Node", (1, "a")),
    Ref("Node", number=3),
]
TYPED = [
    Colour.RED,
    Rights.READ | Rights.WRITE,
    Place(Point(1, (2, 3)), ["x"]),
    Money(Decimal(1)),
    Model(x=1),
    Words("ab"),
]
CODEC = Codec(types=[Colour, Rights, Point, Place, Money, Model, Words])


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_what_json_has_is_written_as_it_is(value):
    assert Codec().encode(value) == value


@pytest.mark.parametrize("value", PLAIN + TAGGED + TYPED, ids=repr)
def test_what_is_written_is_read_again(value):
    both = ChangeSet(
        [changed(1, x=([value], {"a": value})), new((value_as_key(value),))], {"why": 1}
    )
    data = json.loads(json.dumps(both.to_json(CODEC)))
    again = ChangeSet.from_json(data, CODEC)
    assert again == both
    found = again["Node", 1].fields["x"].new["a"]
    assert type(found) is type(value)
    assert repr(found) == repr(value)
    assert again.about == {"why": 1}


def value_as_key(value):
    """The value, if it can be a key."""
    try:
        hash(value)
    except TypeError:
        return "key"
    return value


def test_nan_is_written_and_read():
    assert math.isnan(Codec().decode(Codec().encode(math.nan)))


def test_text_is_read_too():
    assert ChangeSet.from_json(json.dumps(THREE.to_json())) == THREE
    assert ChangeSet.from_json(json.dumps(THREE.to_json()).encode()) == THREE


def test_the_form_is_the_one_that_is_documented():
    both = ChangeSet(
        [
            changed(1, 7, id=(1, 7), x=(MISSING, (1,))),
            ObjectChange(Ref("Node", number=2), "new", Changes({"x": Change(MISSING, None)})),
        ],
        {"who": "me"},
    )
    assert both.to_json() == {
        "ormolu": "changes",
        "version": 1,
        "about": {"who": "me"},
        "changes": [
            {
                "class": "Node",
                "key": 1,
                "kind": "changed",
                "becomes": {"key": 7},
                "fields": {"id": {"old": 1, "new": 7}, "x": {"new": {"$tuple": [1]}}},
            },
            {"class": "Node", "number": 2, "kind": "new", "fields": {"x": {"new": None}}},
        ],
    }


def test_a_change_set_can_be_pickled():
    both = ChangeSet([changed(1, x=(MISSING, [Ref("Node", 2), Place(Point(1, 2))]))], {"who": 1})
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(both, protocol))
        assert again == both
        assert again.about == both.about
        assert again["Node", 1].fields["x"].old is MISSING
    assert copy.deepcopy(both) == both


def test_a_class_of_ones_own_can_be_written():
    codec = Codec(hooks={range: (lambda r: (r.start, r.stop), lambda pair: range(*pair))})
    data = codec.encode([range(1, 3)])
    assert data == [{"$range": {"$tuple": [1, 3]}}]
    assert codec.decode(data) == [range(1, 3)]


def test_what_cannot_be_written_says_where():
    both = ChangeSet([changed(1, x=(None, [Place(1)]))])
    with pytest.raises(errors.PatchError, match=r"Node 1, x: a Place cannot.*types=\[Place\]"):
        both.to_json()
    data = both.to_json(Codec(fallback=repr))
    assert data["changes"][0]["fields"]["x"]["new"] == [
        {"$text": ["Place", "Place(at=1, names=[])"]}
    ]
    with pytest.raises(errors.PatchError, match=r"nothing is known of \$text"):
        ChangeSet.from_json(data)


def test_what_contains_itself_cannot_be_written():
    knot = []
    knot.append(knot)
    with pytest.raises(errors.PatchError, match="a list contains itself"):
        Codec().encode({"a": knot})
    twice = [1]
    assert Codec().encode([twice, twice]) == [[1], [1]]


def test_what_is_nested_too_deeply_cannot_be_written():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(errors.PatchError, match="nested too deeply"):
        Codec().encode(deep)
    with pytest.raises(errors.PatchError, match="nested too deeply"):
        Codec().decode(deep)


def test_two_classes_of_one_name_are_refused():
    other = type("Place", (), {})
    with pytest.raises(errors.PatchError, match="two classes are named Place"):
        Codec(types=[Place, other])


def form(**parts):
    return {"ormolu": "changes", "version": 1, "changes": [], **parts}


def of(**parts):
    return form(changes=[{"class": "Node", "key": 1, "kind": "changed", "fields": {}, **parts}])


@pytest.mark.parametrize(
    "data, why",
    [
        ("[", "no JSON"),
        (b"\xff", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ([], "a change set is an object, not list"),
        ({}, "begins with"),
        (form(version=2), "version 1"),
        (form(version=True), "version 1"),
        (form(version=1.0), "version 1"),
        (form(changes=None), "changes are a list"),
        (form(about=1), "about is an object"),
        (form(changes=[1]), r"changes\[0\] is an object"),
        (of(kind="old"), r"changes\[0\].kind is one of new"),
        (of(**{"class": 1}), r"changes\[0\].class is the name"),
        (of(number=1), "has a"),
        *((of(number=one), 'has a "key", or a "number"') for one in ("x", 1.5, [1], True, 0)),
        *(
            (form(changes=[{"class": "Node", "number": one, "kind": "new", "fields": {}}]), why)
            for one, why in (("x", "number is a whole"), (1.5, "whole"), (True, "whole"))
        ),
        (of(key=None), 'has a "key", or a "number"'),
        (of(kind="new", becomes={"key": 2}), r"becomes is of what has changed, .* is new"),
        (of(kind="deleted", becomes={"key": 2}), r"becomes is of what has changed"),
        (of(kind="new", fields={"x": {"old": 1}}), r'fields.x is of .* new, so .* "new" value'),
        (of(kind="deleted", fields={"x": {"new": 1}}), r'deleted, so there is its "old" value'),
        (of(key=[]), r"changes\[0\].key has to be hashable"),
        (of(becomes={}), r"becomes has a"),
        (of(fields=[]), r"changes\[0\].fields is an object"),
        (of(fields={"x": {}}), r"fields.x has an"),
        (of(fields={"x": {"older": 1}}), r"fields.x has an"),
        (of(fields={"x": {"old": {"$date": 1}}}), r"fields.x: 1 is not what a \$date"),
        (of(fields={"x": {"old": {"$what": 1}}}), r"nothing is known of \$what"),
        (of(fields={"x": {"old": {"$a": 1, "b": 2}}}), r"'\$a' is no name"),
        (of(fields={"x": {"old": {"$ref": [1, 2]}}}), r"written as: a name of a class"),
        *(
            (of(fields={"x": {"old": {"$ref": ["Node", *rest]}}}), "a number instead of a key")
            for rest in ([1, 2], [None, 1, 2], [None, True], [None, "1"], [1, None])
        ),
        (of(fields={"x": {"old": {"$ref": ["Node", []]}}}), "unhashable"),
        (of(fields={"x": {"old": {"$ref": 1}}}), r"is not what a \$ref"),
        (of(fields={"x": {"old": {"$set": [[]]}}}), r"is not what a \$set"),
        (of(fields={"x": {"old": {"$bytes": "ä"}}}), r"is not what a \$bytes"),
        (of(fields={"x": {"old": {"$enum": ["Blue", "X"]}}}), r"no class 'Blue'.*types=\[Blue\]"),
        (of(fields={"x": {"old": {"$enum": ["Colour", "X"]}}}), r"is not what a \$enum"),
        (of(fields={"x": {"old": {"$object": ["Place", [{"y": 1}]]}}}), "not the fields of a Pl"),
        (of(fields={"x": {"old": {"$object": ["Colour", [{}]]}}}), "cannot be made of its fields"),
    ],
)
def test_what_is_not_of_the_form_says_where(data, why):
    with pytest.raises(errors.PatchError, match=why):
        ChangeSet.from_json(data, CODEC)


def test_what_has_taken_the_name_of_another_cannot_be_inverted():
    taken = Changes({"id": Change(1, 2)})
    found = ChangeSet(
        [
            ObjectChange(Ref("Tag", 2), "deleted", Changes({"id": Change(2, MISSING)})),
            ObjectChange(Ref("Tag", 1), "changed", taken, Ref("Tag", 2)),
        ]
    )
    with pytest.raises(errors.PatchError, match=r"Tag 1 has become Tag 2, which was deleted"):
        found.inverted()
