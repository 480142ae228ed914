"""Instances of dataclasses, attrs classes and Pydantic's models: their declared fields."""

import dataclasses
import functools
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from tests.tracking.values.conftest import never, snapshot_of

from ormolu.tracking.values.differences import differences, render
from ormolu.tracking.values.snapshots import take


def shown(found):
    return [f"{render(path)}: {old} -> {new}" for path, old, new in found]


@dataclasses.dataclass
class Base:
    kind: ClassVar[list] = []
    given: dataclasses.InitVar[int]
    hidden: list = dataclasses.field(default_factory=list, repr=False, compare=False)

    def __post_init__(self, given):
        self.made = given

    @functools.cached_property
    def length(self):
        return len(self.hidden)


@dataclasses.dataclass
class Derived(Base):
    name: str = "x"


@dataclasses.dataclass(slots=True, frozen=True)
class Slotted:
    tags: list


@dataclasses.dataclass
class Row(list):
    mark: Any = None


def test_all_fields_of_a_dataclass_count_and_nothing_else():
    value = Derived(5)
    snapshot = snapshot_of(value)
    value.made = 6
    assert value.length == 0
    assert snapshot.matches(value)
    value.hidden.append(1)
    value.name = "y"
    assert shown(differences(snapshot, value, never)) == [
        ".hidden[0]: Absent.MISSING -> 1",
        ".name: x -> y",
    ]
    thawed = snapshot.thaw()
    assert vars(thawed) == {"hidden": [], "name": "x"}
    assert vars(snapshot.restore(value)) == {"hidden": [], "name": "x", "made": 6, "length": 0}


def test_a_frozen_dataclass_with_slots():
    value = [Slotted(["a"])]
    snapshot = snapshot_of(value)
    value[0].tags.append("b")
    assert not snapshot.matches(value)
    assert snapshot.thaw() == [Slotted(["a"])]
    assert snapshot.restore(value) == [Slotted(["a"])]


def test_a_dataclass_that_is_a_list_has_content_and_fields():
    value = Row([1])
    value.append(2)
    snapshot = snapshot_of(value)
    value.append(3)
    value.mark = 4
    assert [render(path) for path, _, _ in differences(snapshot, value, never)] == ["[1]", ".mark"]
    snapshot.restore(value)
    assert (list(value), value.mark) == ([2], [1])


def test_a_dataclass_that_is_an_exception_is_a_leaf():
    @dataclasses.dataclass
    class Failure(Exception):
        reason: list

    value = Failure([])
    assert take(value, never) is None
    assert snapshot_of([value]).thaw()[0] is value


def test_a_class_that_declares_nothing_is_a_leaf():
    class Ordinary:
        def __init__(self):
            self.tags = []

    value = [Ordinary()]
    snapshot = snapshot_of(value)
    value[0].tags.append(1)
    assert snapshot.matches(value)
    assert not snapshot.matches([Ordinary()])


def stand_in_for_attrs():
    class Attrs:
        def __init__(self, name, tags):
            self.name, self.tags, self.other = name, tags, None

    Attrs.__attrs_attrs__ = (SimpleNamespace(name="name"), SimpleNamespace(name="tags"))
    return Attrs


def attrs_class(**options):
    attr = pytest.importorskip("attr")
    return attr.make_class("Attrs", ["name", "tags"], **options)


@pytest.mark.parametrize(
    "make",
    [
        stand_in_for_attrs,
        functools.partial(attrs_class),
        functools.partial(attrs_class, slots=True),
        functools.partial(attrs_class, slots=True, frozen=True),
    ],
    ids=["stand-in", "dict", "slots", "frozen"],
)
def test_a_class_of_attrs(make):
    class_ = make()
    value = class_("a", ["x"])
    snapshot, tags = snapshot_of(value), value.tags
    assert snapshot.matches(class_("a", ["x"]))
    tags.append("y")
    object.__setattr__(value, "name", "b")
    assert shown(differences(snapshot, value, never)) == [
        ".name: a -> b",
        ".tags[1]: Absent.MISSING -> y",
    ]
    thawed = snapshot.thaw()
    assert (type(thawed), thawed.name, thawed.tags) == (class_, "a", ["x"])
    assert snapshot.restore(value) is value
    assert (value.name, value.tags) == ("a", ["x"])
    assert value.tags is tags


@pytest.fixture
def pydantic():
    return pytest.importorskip("pydantic")


def test_a_model(pydantic):
    class Inner(pydantic.BaseModel, frozen=True):
        tags: list

    class Model(pydantic.BaseModel):
        name: str = "a"
        inner: Inner
        _private: list = pydantic.PrivateAttr(default_factory=list)

        @functools.cached_property
        def length(self):
            return len(self.name)

    value = Model(inner=Inner(tags=["x"]))
    snapshot, inner = snapshot_of(value), value.inner
    value._private.append(1)
    assert value.length == 1
    assert snapshot.matches(value)
    value.name = "b"
    inner.tags.append("y")
    assert shown(differences(snapshot, value, never)) == [
        ".name: a -> b",
        ".inner.tags[1]: Absent.MISSING -> y",
    ]
    thawed = snapshot.thaw()
    assert thawed.model_dump() == {"name": "a", "inner": {"tags": ["x"]}}
    assert thawed.model_fields_set == {"inner"}
    assert thawed.model_copy(deep=True) == thawed
    assert snapshot.restore(value) is value
    assert (value.name, value.inner, inner.tags) == ("a", inner, ["x"])
    assert value.model_fields_set == {"inner"}
    assert value._private == [1]


def test_extra_fields_of_a_model(pydantic):
    class Model(pydantic.BaseModel, extra="allow"):
        name: str

    value = Model(name="a", more=[1], gone=2)
    snapshot = snapshot_of(value)
    value.more.append(3)
    value.new = 4
    del value.gone
    assert shown(differences(snapshot, value, never)) == [
        ".more[1]: Absent.MISSING -> 3",
        ".gone: 2 -> Absent.MISSING",
        ".new: Absent.MISSING -> 4",
    ]
    assert snapshot.thaw() == Model(name="a", more=[1], gone=2)
    assert snapshot.restore(value) == Model(name="a", more=[1], gone=2)
    assert value.model_extra == {"more": [1], "gone": 2}


def test_a_model_that_has_only_a_root_and_one_that_is_generic(pydantic):
    from typing import Generic, TypeVar

    T = TypeVar("T")

    class Root(pydantic.RootModel[list[int]]):
        pass

    class Box(pydantic.BaseModel, Generic[T]):
        content: T

    value = [Root([1]), Box[list[int]](content=[1])]
    snapshot = snapshot_of(value)
    value[0].root.append(2)
    value[1].content.append(2)
    assert [render(path) for path, _, _ in differences(snapshot, value, never)] == [
        "[0].root[1]",
        "[1].content[1]",
    ]
    assert snapshot.thaw() == [Root([1]), Box[list[int]](content=[1])]
    assert snapshot.restore(value) == [Root([1]), Box[list[int]](content=[1])]


@pytest.mark.parametrize(("private", "closed"), [(None, True), ([], False)])
def test_a_model_with_private_attributes_that_are_no_atoms_is_not_closed(
    pydantic, private, closed
):
    class Model(pydantic.BaseModel):
        name: str
        _private: Any = pydantic.PrivateAttr(private)

    assert take(Model(name="a"), never).closed is closed


def test_a_dataclass_of_pydantic(pydantic):
    @pydantic.dataclasses.dataclass
    class Data:
        tags: list[int]

    value = Data([1])
    snapshot = snapshot_of(value)
    value.tags.append(2)
    assert not snapshot.matches(value)
    assert snapshot.thaw() == Data([1])
    assert snapshot.restore(value) == Data([1])
