"""What values look like in a patch, and what others may write there."""

import json
from collections import Counter, defaultdict, deque
from copy import copy as copy_of
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
from ormolu import (
    MISSING,
    Change,
    Changes,
    ChangeSet,
    Codec,
    ObjectChange,
    Ref,
    Workspace,
    errors,
)

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
PAIRS = [
    (ChangeSet.to_json_patch, ChangeSet.from_json_patch),
    (ChangeSet.to_merge_patch, ChangeSet.from_merge_patch),
]


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


def test_null_in_a_record_that_is_there_is_none_if_that_can_be():
    there = Address("Rome", "00100", date(2020, 1, 1), "work")
    assert merge({"address": {"since": None}}, address=there).address.since is None
    assert merge({"address": {"sort": None}}, address=there).address.sort == "home"
    with pytest.raises(errors.PatchError, match="an Address needs a value of 'city'"):
        merge({"address": {"city": None}}, address=there)


class Opaque:
    """What nothing is known of."""


def test_a_patch_leaves_what_cannot_be_written_where_it_is():
    opaque = Opaque()
    ann = merge({"free": {"level": 2}}, free={"out": opaque, "level": 1, "raw": b"q"})
    assert ann.free == {"out": opaque, "level": 2, "raw": b"q"}
    work, ann = users(free={"out": opaque, "level": 1, "at": [opaque, 1]})
    patch = [
        {"op": "replace", "path": "/free/level", "value": 2},
        {"op": "add", "path": "/free/at/-", "value": 3},
        {"op": "move", "from": "/free/out", "path": "/free/in"},
    ]
    ChangeSet.from_json_patch(patch, work, ann).apply(work)
    assert ann.free == {"in": opaque, "level": 2, "at": [opaque, 1, 3]}
    for read, patch in (
        (ChangeSet.from_merge_patch, {"free": {"in": {"x": 1}}}),
        (ChangeSet.from_json_patch, [{"op": "add", "path": "/free/in/x", "value": 1}]),
    ):
        with pytest.raises(errors.PatchError, match=r"free.*cannot be written"):
            read(patch, work, ann)
    ChangeSet.from_merge_patch({"free": {"in": 1}}, work, ann).apply(work)
    assert ann.free["in"] == 1


def test_a_patch_is_of_no_part_of_what_is_written_as_a_whole():
    with pytest.raises(errors.PatchError, match=r"^free: what is there is \{'\$dict': .*replace"):
        merge({"free": {"b": 1}}, free={(1, 2): 3})
    assert merge({"free": {"b": 1}}, free=date(2024, 1, 1)).free == {"b": 1}
    assert merge({"free": {"$dict": [["b", 1]]}}, free={(1, 2): 3}).free == {"b": 1}
    work, ann = users(free={(1, 2): 3})
    patch = [{"op": "replace", "path": "/free", "value": {"b": 1}}]
    ChangeSet.from_json_patch(patch, work, ann).apply(work)
    assert ann.free == {"b": 1}


@pytest.mark.parametrize("key", [(1, 2), frozenset({1}), True, None, 2.5])
def test_keys_that_no_text_can_be(key):
    work, ann = users(free={key: 1})
    for value in ({"b": 1}, {}, {key: 2}, {1: 1, "a": 2}, {"$x": 1}):
        ann.free = value
        found = work.changes()
        copy, _ann = users(free={key: 1})
        for write, read in PAIRS:
            assert read(json.dumps(write(found)), copy) == found


@pytest.mark.parametrize("old", [date(2024, 1, 1), float("nan"), b"x", {1: 2, "a": 3}, {"$x": 1}])
@pytest.mark.parametrize("new", [{}, {"a": 1}, {"b": {"c": {}}}])
def test_what_has_a_tag_becomes_a_dictionary(old, new):
    for before, after in ((old, new), ({"in": old}, {"in": new}), ([old], [new])):
        work, ann = users(free=before)
        ann.free = after
        found = work.changes()
        copy, _ann = users(free=before)
        for write, read in PAIRS:
            assert read(json.dumps(write(found)), copy) == found


def test_dictionaries_of_other_classes():
    count, default = Counter({"a": 1}), defaultdict(int, {"a": 1})
    for there in (count, default):
        found = merge({"free": {"b": 2}}, free=there).free
        assert found == {"a": 1, "b": 2} and type(found) is type(there)
    assert default.default_factory is merge({"free": {"b": 2}}, free=default).free.default_factory
    for there in (count, default):
        work, ann = users(free=there)
        ann.free = copy_of(there)
        ann.free["c"] = 4
        found = work.changes()
        copy, ann = users(free=there)
        for write, read in PAIRS:
            assert read(json.dumps(write(found)), copy) == found


def test_a_deque_keeps_how_long_it_may_be():
    assert merge({"last": [7, 8, 9]}, last=deque([2, 3], maxlen=2)).last == deque([8, 9], maxlen=2)
    work, ann = users(last=deque([2], maxlen=2))
    patch = [{"op": "add", "path": "/last/-", "value": 5}]
    ChangeSet.from_json_patch(patch, work, ann).apply(work)
    assert ann.last == deque([2, 5]) and ann.last.maxlen == 2


def test_the_hour_that_comes_twice():
    later = datetime(2024, 10, 27, 2, 30, fold=1)
    assert (
        ChangeSet.from_json(
            ChangeSet(
                [ObjectChange(Ref("A", 1), "new", Changes({"x": Change(MISSING, later)}))]
            ).to_json()
        )["A", 1]
        .new_values["x"]
        .fold
    )
    work, ann = users()
    ann.seen = later
    copy, _ann = users()
    for write, read in PAIRS:
        assert read(json.dumps(write(work.changes())), copy)["User", 1].fields["seen"].new.fold


@dataclass
class Cat:
    name: str
    kind: Literal["cat"] = "cat"


@dataclass
class Dog:
    name: str
    kind: Literal["dog"] = "dog"


class CatModel(pydantic.BaseModel):
    kind: Literal["cat"]
    n: int


class DogModel(pydantic.BaseModel):
    kind: Literal["dog"]
    n: int


@ormolu.tracked
@dataclass(eq=False)
class Zoo:
    id: int
    one: Cat | Dog | None = None
    many: list[Cat | Dog] = field(default_factory=list)
    model: CatModel | DogModel | None = None
    models: list[CatModel | DogModel] = field(default_factory=list)


@pytest.mark.parametrize("there", [False, True])
def test_what_is_annotated_by_itself_tells_classes_apart(there):
    zoo = Zoo(1, Cat("a"), [Cat("a")], CatModel(kind="cat", n=1)) if there else Zoo(1)
    work = Workspace(key="id")
    work.attach(zoo)
    patch = {
        "one": {"name": "x", "kind": "dog"},
        "many": [{"name": "x", "kind": "dog"}, {"name": "y", "kind": "cat"}],
        "model": {"kind": "dog", "n": 2},
        "models": [{"kind": "dog", "n": 3}],
    }
    ChangeSet.from_merge_patch(patch, work, zoo).apply(work)
    assert zoo.one == Dog("x") and zoo.many == [Dog("x"), Cat("y")]
    assert zoo.model == DogModel(kind="dog", n=2) and zoo.models == [DogModel(kind="dog", n=3)]


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
            "no 'x' in /free, for what is there cannot be written: an Odd",
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


@dataclass
class Maybe:
    size: int | None
    name: str | None = None
    other: int | None = 3


@ormolu.tracked
@dataclass(eq=False)
class Holder:
    id: int
    maybe: Maybe | None = None
    many: list[Maybe] = field(default_factory=list)


@pytest.mark.parametrize("before", [None, Maybe(1, "x"), Maybe(None)])
@pytest.mark.parametrize("after", [Maybe(None), Maybe(2, None), Maybe(None, "y")])
def test_what_is_none_in_a_record_of_a_merge_patch(before, after):
    def holders():
        work = Workspace(key="id")
        holder = Holder(1, before, [before] if before else [])
        work.attach(holder)
        return work, holder

    codec = Codec(types=[Holder, Maybe])
    work, holder = holders()
    holder.maybe, holder.many = after, [after]
    found = work.changes()
    for write, read in PAIRS:
        copy, _holder = holders()
        assert read(json.dumps(write(found, codec=codec)), copy, codec=codec) == found
    holder.maybe = Maybe(1, other=None)
    if before is None:
        with pytest.raises(errors.PatchError, match="maybe/other is null"):
            work.changes().to_merge_patch(codec=codec)
