"""What values look like in a patch, and what others may write there."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

import attrs
import pydantic
import pytest

import ormolu
from ormolu import ChangeSet, Codec, Ref, Workspace, errors

pytest.importorskip("jsonpatch")


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Rights(IntFlag):
    READ = 1
    WRITE = 2


class Odd(Enum):
    ONE = (1,)


@dataclass
class Address:
    city: str
    zip: str
    since: date | None = None
    sort: str = "home"
    label: str = field(init=False, default="none")


@attrs.define
class Size:
    width: int = attrs.field(validator=attrs.validators.gt(0))
    height: int = 1
    area: int = attrs.Factory(lambda self: self.width * self.height, takes_self=True)


class Place(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(validate_assignment=True)
    lat: float
    lon: float = 0
    marks: list[str] = pydantic.Field(default_factory=list)


class Spot(pydantic.BaseModel):
    lat: float


@ormolu.tracked
@dataclass(eq=False)
class User:
    id: int
    name: str = "?"
    address: Address | None = None
    others: list[Address] = field(default_factory=list)
    by_name: dict[str, Address] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    fixed: frozenset[int] = frozenset()
    last: deque[int] = field(default_factory=deque)
    pair: tuple[int, date] | None = None
    days: tuple[date, ...] = ()
    color: Color = Color.RED
    level: Level | None = None
    rights: Rights = Rights.READ
    born: date | None = None
    seen: datetime | None = None
    at: time | None = None
    price: Decimal = Decimal("1.5")
    part: Fraction | None = None
    uuid: UUID | None = None
    place: Place | None = None
    spot: Spot | None = None
    size: Size | None = None
    kind: Literal["a", "b"] = "a"
    free: Any = None
    either: list[int] | set[int] = field(default_factory=list)


def users(**values):
    work = Workspace(key="id")
    ann = User(1, "Ann", **values)
    work.attach(ann)
    return work, ann


def merge(patch, codec=None, **values):
    """What a field is after a patch of one user."""
    work, ann = users(**values)
    ChangeSet.from_merge_patch(json.dumps(patch), work, ann, codec=codec).apply(work)
    return ann


HOME = Address("Rome", "00100")


@pytest.mark.parametrize(
    "key, data, value",
    [
        ("address", {"city": "Oslo", "zip": "1"}, Address("Oslo", "1")),
        ("address", {"city": "Oslo", "zip": "1", "sort": None}, Address("Oslo", "1")),
        ("others", [{"city": "Oslo", "zip": "1"}], [Address("Oslo", "1")]),
        ("by_name", {"x": {"city": "Oslo", "zip": "1"}}, {"x": Address("Oslo", "1")}),
        ("tags", ["a", "b"], {"a", "b"}),
        ("fixed", [1, 2], frozenset({1, 2})),
        ("last", [1, 2], deque([1, 2])),
        ("pair", [1, "2024-02-29"], (1, date(2024, 2, 29))),
        ("days", ["2024-02-29"], (date(2024, 2, 29),)),
        ("color", "blue", Color.BLUE),
        ("level", 2, Level.HIGH),
        ("rights", 3, Rights.READ | Rights.WRITE),
        ("born", "2024-02-29", date(2024, 2, 29)),
        ("born", {"$date": "2024-02-29"}, date(2024, 2, 29)),
        ("seen", "2024-02-29T10:00:00", datetime(2024, 2, 29, 10)),
        ("at", "10:30", time(10, 30)),
        ("price", "2.50", Decimal("2.50")),
        ("part", "1/3", Fraction(1, 3)),
        ("uuid", str(UUID(int=7)), UUID(int=7)),
        ("place", {"lat": 1.5}, Place(lat=1.5)),
        ("size", {"width": 2, "height": 3, "area": 6}, Size(2, 3)),
        ("kind", "b", "b"),
        ("free", {"a": [1, "2024-02-29"]}, {"a": [1, "2024-02-29"]}),
        ("either", [1], [1]),
        ("either", {"$set": [1]}, {1}),
    ],
)
def test_plain_data_are_read_as_what_the_field_is_annotated_as(key, data, value):
    found = getattr(merge({key: data}), key)
    assert (type(found), found) == (type(value), value)
    members = [*found] if isinstance(found, (list, tuple)) else []
    assert list(map(type, members)) == [type(one) for one in (value if members else [])]


def test_a_record_is_merged_with_what_is_there():
    ann = merge({"address": {"city": "Oslo"}}, address=Address("Rome", "00100", date(2020, 1, 1)))
    assert ann.address == Address("Oslo", "00100", date(2020, 1, 1))
    ann = merge({"by_name": {"x": {"city": "Oslo"}}}, by_name={"x": HOME, "y": HOME})
    assert ann.by_name == {"x": Address("Oslo", "00100"), "y": HOME}


def test_null_is_none_in_a_record_that_is_there():
    ann = merge({"address": {"sort": None}}, address=Address("Rome", "00100", sort="work"))
    assert ann.address.sort is None


def test_what_is_there_says_more_than_the_annotation():
    @dataclass
    class Abroad(Address):
        country: str = "?"

    ann = merge({"address": {"city": "Oslo"}}, address=Abroad("Rome", "1", country="Italy"))
    assert ann.address == Abroad("Oslo", "1", country="Italy")
    ann = merge({"free": ["b"]}, free={"a"})
    assert ann.free == {"b"}
    ann = merge({"free": "2024-01-01"}, free=date(2024, 2, 29))
    assert ann.free == date(2024, 1, 1)
    ann = merge({"tags": ["b"]}, tags=["a"])
    assert ann.tags == ["b"]


def test_models_count_what_is_given():
    assert merge({"place": {"lat": 1}}).place.model_fields_set == {"lat", "lon", "marks"}


@pytest.mark.parametrize(
    "patch, why",
    [
        ({"address": {"city": "Oslo"}}, "^User 1, address: an Address needs a value of 'zip'"),
        ({"address": {"cit": "Oslo"}}, "has no field 'cit', did you mean 'city'"),
        ({"others": [{"zip": "1"}]}, "^User 1, others: 0: an Address needs a value of 'city'"),
        (
            {"address": {"city": "O", "zip": "1", "since": "x"}},
            "address: since: 'x' cannot be a d",
        ),
        ({"born": "soon"}, "^User 1, born: 'soon' cannot be a date: "),
        ({"color": "green"}, "^User 1, color: 'green' cannot be a Color"),
        ({"level": 7}, "^User 1, level: 7 cannot be a Level"),
        ({"tags": [[]]}, r"^User 1, tags: 0: \[\] cannot be a str"),
        ({"place": {"lat": "north"}}, r"^User 1, place: Place.lat cannot be 'north': "),
        ({"spot": {"lat": "north"}}, r"^User 1, spot: Spot.lat cannot be 'north': "),
        ({"place": {}}, "needs a value of 'lat'"),
        ({"size": {"width": 0, "area": 0}}, "^User 1, size: no Size can be made of .*must be > 0"),
        ({"address": {"$date": "2024-01-01", "city": "x"}}, "has no field '\\$date'"),
        ({"free": {"$date": "2024-01-01", "city": "x"}}, "'\\$date' is no name"),
    ],
)
def test_what_cannot_be_what_is_expected(patch, why):
    work, ann = users()
    with pytest.raises(errors.PatchError, match=why):
        ChangeSet.from_merge_patch(patch, work, ann)
    assert not work.changes()


def test_operations_reach_into_records_and_sets():
    work, ann = users(address=Address("Rome", "00100"), tags={"b", "a"})
    patch = [
        {"op": "replace", "path": "/address/city", "value": "Oslo"},
        {"op": "remove", "path": "/tags/0"},
        {"op": "add", "path": "/tags/-", "value": "c"},
        {"op": "replace", "path": "/color", "value": "blue"},
        {"op": "add", "path": "/others/-", "value": {"city": "x", "zip": "1"}},
    ]
    ChangeSet.from_json_patch(patch, work, ann).apply(work)
    assert ann.address == Address("Oslo", "00100")
    assert (ann.tags, ann.color, ann.others) == ({"b", "c"}, Color.BLUE, [Address("x", "1")])


def test_what_an_operation_removes_from_a_record_is_as_by_default():
    work, ann = users(address=Address("Rome", "00100", sort="work"))
    patch = [{"op": "remove", "path": "/address/sort"}]
    ChangeSet.from_json_patch(patch, work, ann).apply(work)
    assert ann.address.sort == "home"
    with pytest.raises(errors.PatchError, match="needs a value of 'zip'"):
        ChangeSet.from_json_patch([{"op": "remove", "path": "/address/zip"}], work, ann)


@pytest.mark.parametrize(
    "operation, why",
    [
        ({"op": "replace", "path": "/nam", "value": 1}, "there is no 'nam'; there are id, name, "),
        ({"op": "remove", "path": "/address/cit"}, "no 'cit' in /address; there are city, zip"),
        ({"op": "remove", "path": "/tags/7"}, "no '7' in /tags, which has 1 members"),
        ({"op": "remove", "path": "/name/x"}, "no 'x' in /name, which is 'Ann'"),
        ({"op": "test", "path": "/name", "value": "Bob"}, "what is there is 'Ann'"),
        ({"op": "move", "from": "/nam", "path": "/name"}, "there is no 'nam'"),
        (
            {"op": "replace", "path": "/free/x", "value": 1},
            "'free', for it cannot be written: .*O",
        ),
        ({"op": "turn", "path": "/name"}, "turn"),
        ({"op": "add", "path": "/name"}, "value"),
        ({"op": "add", "path": "name", "value": 1}, "start"),
    ],
)
def test_an_operation_that_does_not_apply_says_what_is_there(operation, why):
    work, ann = users(address=HOME, tags={"a"}, free=Odd.ONE, others=[HOME] * 1000)
    first = {"op": "replace", "path": "/name", "value": "Ann"}
    with pytest.raises(errors.PatchError, match=f"^operation 2 of the patch, .*{why}") as caught:
        ChangeSet.from_json_patch([first, operation], work, ann)
    assert len(str(caught.value)) < 700


# -- there and back ---------------------------------------------------------------------------

CODECS = [None, Codec(types=[User, Address, Color, Level, Rights, Place, Size])]
PAIRS = [
    (ChangeSet.to_json_patch, ChangeSet.from_json_patch),
    (ChangeSet.to_merge_patch, ChangeSet.from_merge_patch),
]
BEFORE = {
    "address": HOME,
    "tags": {"a"},
    "color": Color.RED,
    "level": Level.LOW,
    "size": Size(1),
    "place": Place(lat=1),
    "last": deque([1]),
    "days": (date(2024, 1, 1),),
    "free": {"x": {HOME.city}},
}
AFTER = {
    "address": [Address("Oslo", "1", date(2024, 1, 1)), None],
    "tags": [{"b"}, ["b"], set()],
    "color": [Color.BLUE, "blue"],
    "level": [Level.HIGH, 2],
    "size": [Size(2)],
    "place": [Place(lat=2, marks=["x"])],
    "last": [deque([2]), deque([2], 3)],
    "days": [(date(2024, 1, 2),), ["2024-01-02"]],
    "born": [date(2024, 1, 2)],
    "price": [Decimal("2.5"), 2],
    "free": [{"x": {"Oslo"}}, {"x": ["Oslo"]}, [1], {"$x": 1}],
    "either": [{1}, [1]],
    "name": ["Bob"],
}


@pytest.mark.parametrize("codec", CODECS, ids=["no codec", "codec"])
@pytest.mark.parametrize("write, read", PAIRS)
@pytest.mark.parametrize("key, value", [(key, one) for key in AFTER for one in AFTER[key]])
def test_a_patch_says_exactly_what_has_changed(codec, write, read, key, value):
    work, ann = users(**BEFORE)
    setattr(ann, key, value)
    found = work.changes()
    patch = json.dumps(write(found, codec=codec))
    copy, _ann = users(**BEFORE)
    assert read(patch, copy, codec=codec) == found
    patch = json.dumps(write(found, Ref("User", 1), codec=codec))
    copy, ann = users(**BEFORE)
    again = read(patch, copy, ann, codec=codec)
    assert again == found
    again.apply(copy)
    now = getattr(ann, key)
    assert (type(now), now) == (type(value), value)


def test_with_the_classes_known_texts_are_plain():
    work, ann = users()
    ann.born, ann.level = date(2024, 1, 2), Level.HIGH
    with pytest.raises(errors.PatchError, match=r"^User 1, level: .*Codec"):
        work.changes().to_merge_patch()
    ann.level = None
    assert work.changes().to_merge_patch() == {"User": {"1": {"born": {"$date": "2024-01-02"}}}}
    codec = Codec(types=[User])
    assert work.changes().to_merge_patch(codec=codec) == {"User": {"1": {"born": "2024-01-02"}}}


def test_a_hook_is_asked_first():
    codec = Codec(hooks={Address: (lambda a: [a.city, a.zip], lambda pair: Address(*pair))})
    ann = merge({"address": {"$Address": ["Oslo", "1"]}}, codec, address=HOME)
    assert ann.address == Address("Oslo", "1")
