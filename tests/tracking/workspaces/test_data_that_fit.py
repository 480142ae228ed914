"""Data in a patch that cannot be what a field is annotated as are refused."""

from collections import Counter, OrderedDict, defaultdict
from dataclasses import InitVar, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Generic, Literal, NamedTuple, TypedDict, TypeVar

import attrs
import pydantic
import pytest
import typing_extensions
from typing_extensions import TypeAliasType

import ormolu
from ormolu import ChangeSet, Codec, Workspace, errors

T = TypeVar("T")


class Mixed(Enum):
    ONE = 1
    TWO = "two"


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Pair(NamedTuple):
    at: date
    size: int = 0


class Entry(TypedDict):
    on: date
    names: list[Decimal]


@dataclass
class Box(Generic[T]):
    value: T
    more: list[T] = field(default_factory=list)


@dataclass
class DateBox(Box[date]):
    name: str = ""


@dataclass
class Card:
    number: int


@dataclass
class Bank:
    iban: str
    number: int = 0


@dataclass
class Scaled:
    size: int
    scale: InitVar[int]
    area: int = field(init=False)

    def __post_init__(self, scale):
        self.area = self.size * scale


@dataclass(frozen=True)
class Span:
    begin: int
    end: int
    size: int = field(init=False)

    def __post_init__(self):
        if self.end < self.begin:
            raise ValueError("it ends before it begins")
        object.__setattr__(self, "size", self.end - self.begin)


@attrs.define
class Size:
    width: int
    height: int = attrs.field()

    @height.default
    def _height(self):
        return self.width


class Place(pydantic.BaseModel):
    lat: float


Several = TypeAliasType("Several", list[T], type_params=(T,))
Days = TypeAliasType("Days", Several[date])
Nested = TypeAliasType("Nested", "list[Nested] | int")


class Money:
    pass


class Text(str):
    __slots__ = ()


@ormolu.tracked
@dataclass(eq=False)
class Friend:
    id: int


@ormolu.tracked
@dataclass(eq=False)
class Doc:
    id: int
    count: int = 0
    ratio: float = 0.0
    flag: bool = False
    name: str = ""
    implied: int = None  # type: ignore[assignment]
    price: Decimal = Decimal(1)
    prices: list[Decimal] = field(default_factory=list)
    part: Fraction | None = None
    born: str | date = ""
    box: Box[date] | None = None
    boxes: list[Box[date]] = field(default_factory=list)
    datebox: DateBox | None = None
    paid: Card | Bank | None = None
    span: Span | None = None
    size: Size | None = None
    place: Place | None = None
    lasts: timedelta | None = None
    pair: Pair | None = None
    entry: Entry | None = None
    mixed: Mixed | None = None
    by_day: defaultdict[str, date] = field(default_factory=lambda: defaultdict(date.today))
    by_color: dict[Color, int] = field(default_factory=dict)
    by_number: dict[int, str] = field(default_factory=dict)
    kind: Literal["a", "b"] = "a"
    mode: Literal[1, 2] | str | None = None
    sure: Literal[True] | None = None
    scaled: Scaled | None = None
    money: Money | None = None
    several: Several[int] = field(default_factory=list)
    calendar: Days = field(default_factory=list)
    nested: Nested = 0
    path: Text | None = None
    couple: tuple[int, str] = (1, "a")
    by_ratio: dict[float, int] = field(default_factory=dict)
    by_kind: dict[Literal["a", "b"], int] = field(default_factory=dict)
    by_none: defaultdict[str, date] | None = None
    kinds: list[Literal["a", "b"]] = field(default_factory=list)
    only_red: Literal[Color.RED] = Color.RED
    friend: Friend | None = None
    free: Any = None
    bare: list = field(default_factory=list)
    bare_dict: dict = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    ordered: OrderedDict[str, date] = field(default_factory=OrderedDict)


def docs(**values):
    work = Workspace(key="id")
    doc = Doc(1, **values)
    work.attach(doc)
    return work, doc


def merge(key, data, **values):
    """What a field is after a patch."""
    work, doc = docs(**values)
    ChangeSet.from_merge_patch({key: data}, work, doc).apply(work)
    return getattr(doc, key)


DAY = date(2024, 2, 29)
TEXT = "2024-02-29"
READ: list[Any] = [
    ("count", 2.0, 2),
    ("count", True, True),
    ("ratio", 2, 2),
    ("implied", 2, 2),
    ("price", 2, Decimal(2)),
    ("price", 0.1, Decimal("0.1")),
    ("prices", [1, "2.5"], [Decimal(1), Decimal("2.5")]),
    ("part", 2, Fraction(2)),
    ("born", TEXT, TEXT),
    ("box", {"value": TEXT, "more": [TEXT]}, Box(DAY, [DAY])),
    ("boxes", [{"value": TEXT}], [Box(DAY)]),
    ("datebox", {"value": TEXT, "name": "x"}, DateBox(DAY, name="x")),
    ("paid", {"number": 3}, Card(3)),
    ("paid", {"iban": "x"}, Bank("x")),
    ("paid", {"iban": "x", "number": 1}, Bank("x", 1)),
    ("span", {"begin": 1, "end": 3}, Span(1, 3)),
    ("size", {"width": 3}, Size(3, 3)),
    ("size", {"width": 3, "height": 1}, Size(3, 1)),
    ("place", {"lat": "1.5"}, Place(lat=1.5)),
    ("lasts", {"$timedelta": [1, 0, 0]}, timedelta(1)),
    ("pair", [TEXT, 3], Pair(DAY, 3)),
    ("pair", [TEXT], Pair(DAY)),
    ("entry", {"on": TEXT, "names": [1]}, {"on": DAY, "names": [Decimal(1)]}),
    ("mixed", 1, Mixed.ONE),
    ("mixed", "two", Mixed.TWO),
    ("by_color", {"red": 1}, {Color.RED: 1}),
    ("by_number", {"1": "x", "-2": "y"}, {1: "x", -2: "y"}),
    ("kind", "b", "b"),
    ("mode", 1, 1),
    ("several", [1], [1]),
    ("counted", {"a": 1}, Counter({"a": 1})),
    ("ordered", {"$ordereddict": [["a", 1]]}, OrderedDict({"a": 1})),
    ("calendar", [TEXT], [DAY]),
    ("nested", [1, [2]], [1, [2]]),
    ("sure", True, True),
    ("mode", "x", "x"),
    ("by_day", {"x": TEXT}, defaultdict(None, {"x": DAY})),
    ("path", "x", Text("x")),
    ("free", {"a": [None, 1]}, {"a": [None, 1]}),
    ("bare", [None, "x"], [None, "x"]),
]


@pytest.mark.parametrize("key, data, value", READ)
def test_what_is_understood(key, data, value):
    found = merge(key, data)
    assert (type(found), found) == (type(value), value)
    if isinstance(found, (list, tuple)):
        assert list(map(type, found)) == list(map(type, value))


REFUSED: list[Any] = [
    ("count", "3", "'3' cannot be an int"),
    ("count", 2.5, "2.5 cannot be an int"),
    ("count", [], r"\[\] cannot be an int"),
    ("ratio", True, "True cannot be a float"),
    ("flag", 1, "1 cannot be a bool"),
    ("name", 3, "3 cannot be a str"),
    ("prices", ["x"], "prices: 0: 'x' cannot be a Decimal"),
    ("box", {"value": 3}, "box: value: 3 cannot be a date"),
    ("box", {"value": TEXT, "more": ["x"]}, "box: more: 0: 'x' cannot be a date"),
    ("datebox", {"value": "x"}, "datebox: value: 'x' cannot be a date"),
    ("paid", {"number": 3, "iban": 4}, "paid: iban: 4 cannot be a str"),
    ("paid", {"x": 3}, r"\{'x': 3\} cannot be a Card or a Bank, by its fields"),
    ("span", {"begin": 3, "end": 1}, "no Span can be made of .*: it ends before it begins"),
    ("size", 3, "3 cannot be a Size"),
    ("size", [], r"\[\] cannot be a Size"),
    ("size", "s", "'s' cannot be a Size"),
    ("place", {"lat": "x"}, "Place.lat cannot be 'x'"),
    ("lasts", 3, r'3 cannot be a timedelta; write it as \{"\$timedelta": ...\}'),
    ("pair", ["x"], "pair: 0: 'x' cannot be a date"),
    ("pair", [TEXT, 1, 2], "cannot be a Pair: "),
    ("entry", {"on": "x", "names": []}, "entry: on: 'x' cannot be a date"),
    ("entry", {"on": TEXT}, "an Entry needs a value of 'names'"),
    ("entry", {"on": TEXT, "names": [], "name": 1}, "has no item 'name', did you mean 'names'"),
    ("money", "3 EUR", r"'3 EUR' cannot be a Money; say how it is written in Codec\(hooks="),
    ("money", {"amount": 3}, "cannot be a Money"),
    ("couple", [1], r"\[1\] has 1 members, and not 2"),
    ("couple", ["b", 1], "couple: 0: 'b' cannot be an int"),
    ("couple", [1, "a", 2], "has 3 members, and not 2"),
    ("by_ratio", {"2.5": 3}, r"by_ratio: 2.5: it is no text that is expected as a key here"),
    ("by_kind", {"c": 3}, "by_kind: c: c is none of 'a', 'b'"),
    ("kinds", ["a", "c"], "kinds: 1: 'c' is none of 'a', 'b'"),
    ("only_red", "blue", "<Color.BLUE: 'blue'> is none of <Color.RED: 'red'>"),
    ("count", {"$ref": ["Friend", 1]}, "cannot be an int"),
    ("friend", {"$ref": ["Doc", 1]}, "a Friend is tracked, so "),
    ("mixed", 7, "7 cannot be a Mixed"),
    ("mixed", True, "True cannot be a Mixed"),
    ("by_color", {"green": 1}, "by_color: green: 'green' cannot be a Color"),
    ("by_number", {"x": "y"}, "by_number: x: 'x' is the text of no int"),
    ("by_number", {"1.0": "y"}, "'1.0' is the text of no int"),
    ("kind", "c", "'c' is none of 'a', 'b'"),
    ("kind", 1, "1 cannot be a str"),
    ("mode", 3, "3 is none of 1, 2"),
    ("counted", {"a": "x"}, "counted: a: 'x' cannot be an int"),
    ("mixed", [], r"\[\] cannot be a Mixed, which is one of 1, 'two'"),
    ("several", ["x"], "several: 0: 'x' cannot be an int"),
    ("calendar", ["x"], "calendar: 0: 'x' cannot be a date"),
    ("nested", [[["x"]]], "nested: 0: 0: 0: 'x' cannot be a list or an int"),
    ("sure", False, "False is none of True"),
    ("scaled", {"size": 1}, "a Scaled needs a value of 'area', which only its __init__ makes"),
    ("by_none", {"x": TEXT}, "a defaultdict needs a function that makes what is not there"),
    (
        "friend",
        3,
        r'a Friend is tracked, so .* \{"\$ref": \["Friend", 1\]\}, and not written as 3',
    ),
]


@pytest.mark.parametrize("key, data, why", REFUSED)
def test_what_cannot_be(key, data, why):
    work, doc = docs()
    with pytest.raises(errors.PatchError, match=f"^Doc 1, {key}: .*{why}|^Doc 1, {why}"):
        ChangeSet.from_merge_patch({key: data}, work, doc)
    patch = [{"op": "add", "path": f"/{key}", "value": data}]
    with pytest.raises(errors.PatchError, match=why):
        ChangeSet.from_json_patch(patch, work, doc)
    assert not work.changes()


@pytest.mark.parametrize("key", ["count", "name", "prices", "by_color", "kind"])
def test_null_is_none_only_where_that_can_be(key):
    work, doc = docs()
    patch = [{"op": "replace", "path": f"/{key}", "value": None}]
    with pytest.raises(errors.PatchError, match=f"^Doc 1, {key}: null cannot be "):
        ChangeSet.from_json_patch(patch, work, doc)
    for known in ("implied", "part", "free"):
        patch = [{"op": "replace", "path": f"/{known}", "value": None}]
        ChangeSet.from_json_patch(patch, work, doc).apply(work)
        assert getattr(doc, known) is None


def test_what_is_there_may_come_again_whatever_is_annotated():
    assert merge("count", "other", count="text") == "other"
    assert merge("name", 4, name=3) == 4


def test_a_text_where_a_date_was_is_a_text_if_it_may_be():
    assert merge("born", "soon", born=DAY) == "soon"
    assert merge("born", "2024-03-01", born=DAY) == date(2024, 3, 1)


def test_classes_that_could_all_be_meant_need_a_tag():
    @dataclass
    class Other:
        number: int

    @ormolu.tracked
    @dataclass(eq=False)
    class Two:
        id: int
        paid: Any = None

    Two.__annotations__["paid"] = Card | Other
    work = Workspace(key="id")
    two = Two(1)
    work.attach(two)
    with pytest.raises(errors.PatchError, match=r"could be a Card or a .*Other; say which"):
        ChangeSet.from_merge_patch({"paid": {"number": 1}}, work, two)
    tagged = {"paid": {"$object": ["Card", [{"number": 1}]]}}
    ChangeSet.from_merge_patch(tagged, work, two, codec=Codec(types=[Card])).apply(work)
    assert two.paid == Card(1)


def test_a_patch_goes_into_what_is_there():
    assert merge("paid", {"number": 3}, paid=Bank("x", 1)) == Bank("x", 3)
    assert merge("by_color", {"red": None, "blue": 2}, by_color={Color.RED: 1}) == {Color.BLUE: 2}
    assert merge("by_number", {"2": "b"}, by_number={1: "a"}) == {1: "a", 2: "b"}
    work, doc = docs(pair=Pair(DAY, 1), by_number={1: "a"})
    patch = [
        {"op": "replace", "path": "/pair/1", "value": 5},
        {"op": "replace", "path": "/by_number/1", "value": "z"},
    ]
    ChangeSet.from_json_patch(patch, work, doc).apply(work)
    assert doc.pair == Pair(DAY, 5) and type(doc.pair) is Pair
    assert doc.by_number == {1: "z"}


@pytest.mark.parametrize("text", ["x", "2.0", "true", "null", "[1]", "-", "01", " 1", '"1"'])
def test_keys_of_new_objects_are_what_is_annotated(text):
    work = Workspace(key="id", classes=[Friend])
    with pytest.raises(errors.PatchError, match=r"^(Friend|the patch has Friend)"):
        ChangeSet.from_merge_patch({"Friend": {text: {}}}, work)
    with pytest.raises(errors.PatchError):
        ChangeSet.from_json_patch([{"op": "add", "path": f"/Friend/{text}", "value": {}}], work)
    ChangeSet.from_merge_patch({"Friend": {"-3": {}}}, work).apply(work)
    assert work.get(Friend, -3).id == -3


@pytest.mark.parametrize("patch", [{1: 2}, {None: {}}, {"count": {1, 2}}, {"count": object()}])
def test_what_is_no_json(patch):
    work, doc = docs()
    with pytest.raises(errors.PatchError):
        ChangeSet.from_merge_patch(patch, work, doc)
    with pytest.raises(errors.PatchError):
        ChangeSet.from_merge_patch(patch, work)


@pytest.mark.parametrize("key", ["free", "bare_dict"])
def test_what_is_beside_a_new_item_says_nothing_of_it(key):
    there = {"since": DAY, "ids": {1}, "by": {1: 2}, "in": {"ids": {1}}}
    new = {"name": "Bob", "log": [2, 1, 1], "other": {"x": 1}, "in": {"log": [2, 2]}}
    found = merge(key, new, **{key: there})
    assert found == {**there, **new, "in": {"ids": {1}, "log": [2, 2]}}


@pytest.mark.parametrize("key", ["free", "bare_dict"])
def test_records_beside_a_new_item_do_not_say_that_it_is_one(key):
    there = {"a": Card(1)}
    new = {"b": {"number": 2}, "c": {"x": 1}, "d": {}}
    assert merge(key, new, **{key: there}) == {**there, "b": Card(2), "c": {"x": 1}, "d": {}}
    work, doc = docs(bare=[Card(1)])
    patch = [{"op": "add", "path": "/bare/-", "value": {"x": 1}}]
    ChangeSet.from_json_patch(patch, work, doc).apply(work)
    assert doc.bare == [Card(1), {"x": 1}]


def test_a_record_where_there_may_be_a_dictionary():
    @ormolu.tracked
    @dataclass(eq=False)
    class Either:
        id: int
        value: Card | dict[str, int]

    work = Workspace(key="id")
    either = Either(1, Card(1))
    work.attach(either)
    for data, value in (({"number": 2}, Card(2)), ({"x": 1}, {"x": 1})):
        patch = [{"op": "replace", "path": "/value", "value": data}]
        ChangeSet.from_json_patch(patch, work, either).apply(work)
        assert either.value == value
        work.rollback()


def test_members_of_a_list_of_anything():
    work, doc = docs(bare=[DAY, {1}])
    patch = [{"op": "add", "path": "/bare/-", "value": "Bob"}]
    patch += [{"op": "add", "path": "/bare/-", "value": [1, 1]}]
    ChangeSet.from_json_patch(patch, work, doc).apply(work)
    assert doc.bare == [DAY, {1}, "Bob", [1, 1]]


def test_null_within_a_new_object_is_as_in_one_that_is_there():
    work = Workspace(key="id", classes=[Doc])
    patch = {"Doc": {"2": {"free": {"x": {"y": None}}, "part": None}}}
    ChangeSet.from_merge_patch(patch, work).apply(work)
    assert work.get(Doc, 2).free == {"x": {}} and work.get(Doc, 2).part is None


@pytest.mark.parametrize("op", ["replace", "add"])
def test_an_object_that_is_replaced_keeps_the_key_of_the_path(op):
    work, doc = docs(count=3)
    patch = [{"op": op, "path": "/Doc/1", "value": {"name": "x"}}]
    ChangeSet.from_json_patch(patch, work).apply(work)
    assert (doc.id, doc.name, doc.count) == (1, "x", 0)


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(validate_assignment=True)
    id: int
    numbers: list[int] = []
    by: dict[str, int] = {}
    some: set[int] = set()
    spans: list[timedelta] = []
    on: date | None = None


def test_what_is_within_a_model_is_left_to_it():
    ormolu.track(Model)
    try:
        work = Workspace(key="id")
        model = Model(id=1)
        work.attach(model)
        patch = {
            "numbers": ["5"],
            "by": {"a": "5"},
            "some": ["5"],
            "spans": ["P1D"],
            "on": "2020-01-01T00:00:00",
        }
        ChangeSet.from_merge_patch(patch, work, model).apply(work)
        assert (model.numbers, model.by, model.some) == ([5], {"a": 5}, {5})
        assert (model.spans, model.on) == ([timedelta(1)], date(2020, 1, 1))
        work.commit()
        found = ChangeSet.from_merge_patch({"numbers": ["x"]}, work, model)
        with pytest.raises(pydantic.ValidationError):
            found.apply(work)
        assert not work.changes()
    finally:
        ormolu.untrack(Model)


class Old(typing_extensions.TypedDict):
    on: date
    size: typing_extensions.NotRequired[int]


def test_typed_dictionaries_of_the_extensions():
    @ormolu.tracked
    @dataclass(eq=False)
    class Page:
        id: int
        old: Old
        olds: list[Old] = field(default_factory=list)

    work = Workspace(key="id")
    page = Page(1, {"on": DAY})
    work.attach(page)
    ChangeSet.from_merge_patch({"olds": [{"on": TEXT, "size": 1}]}, work, page).apply(work)
    assert page.olds == [{"on": DAY, "size": 1}]
    for data, why in (
        ({"on": "x"}, "cannot be a date"),
        ({"size": "x"}, "cannot be an int"),
        ({"on": None}, "an Old needs a value of 'on'"),
        ({"other": 1}, "an Old has no item 'other'"),
    ):
        with pytest.raises(errors.PatchError, match=why):
            ChangeSet.from_merge_patch({"old": data}, work, page)


def test_a_defaultdict_that_nobody_could_read_is_not_written():
    work = Workspace(key="id")
    work.add(Doc(5, by_day=defaultdict(date.today, {"a": DAY})))
    for write in (ChangeSet.to_merge_patch, ChangeSet.to_json_patch):
        with pytest.raises(errors.PatchError, match=r"by_day: a defaultdict cannot be written"):
            write(work.changes(), codec=Codec(types=[Doc]))
