"""Which classes are tracked: inheritance, generics, other people's, refusals."""

import weakref
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar

import attrs
import pydantic
import pytest

import ormolu
from ormolu import changes, errors, rollback, track, tracked, untrack

T = TypeVar("T")
P = ParamSpec("P")


def bases():
    @tracked
    @dataclass
    class Data:
        name: str = "a"

    @tracked
    @attrs.define
    class Attrs:
        name: str = "a"

    @tracked
    class Model(pydantic.BaseModel):
        name: str = "a"

    @tracked("name")
    class Plain:
        def __init__(self, name="a"):
            self.name = name

    return [Data, Attrs, Model, Plain]


def subclass(base):
    """A subclass of the same kind, which nobody has asked to be tracked."""
    if issubclass(base, pydantic.BaseModel):

        class Sub(base):
            tags: list[str] = []

    elif attrs.has(base):

        @attrs.define
        class Sub(base):
            tags: list[str] = attrs.field(factory=list)

    elif hasattr(base, "__dataclass_fields__"):

        @dataclass
        class Sub(base):
            tags: list[str] = field(default_factory=list)

    else:

        class Sub(base):
            def __init__(self, name="a", tags=None):
                super().__init__(name)
                self.name = name
                self.tags = tags or []

    return Sub


@pytest.mark.parametrize("index", range(4))
def test_a_subclass_nobody_decorated(index):
    base = bases()[index]
    sub = subclass(base)
    first = sub(name="b")
    assert not changes(first)
    first.name = "c"
    assert dict(changes(first)) == {"name": ("b", "c")}
    second = sub(name="b")
    assert not changes(second)
    second.name = "c"
    assert dict(changes(second)) == {"name": ("b", "c")}
    if index != 3:
        second.tags.append("y")
        assert list(changes(second)) == ["name", "tags"]
    assert not changes(base())


@pytest.mark.parametrize("index", range(4))
def test_the_first_instance_of_a_subclass_goes_like_any_other(index):
    sub = subclass(bases()[index])
    gone = weakref.ref(sub(name="b"))
    assert gone() is None
    assert not changes(sub(name="c"))


@pytest.mark.parametrize("make", ["called", "validated", "constructed", "nested"])
def test_the_first_instance_of_a_derived_model_is_known_however_it_was_made(make):
    sub = subclass(bases()[2])

    class Holder(pydantic.BaseModel):
        held: sub

    first = {
        "called": lambda: sub(tags=["x"]),
        "validated": lambda: sub.model_validate({"tags": ["x"]}),
        "constructed": lambda: sub.model_construct(tags=["x"]),
        "nested": lambda: Holder.model_validate({"held": {"tags": ["x"]}}).held,
    }[make]()
    first.tags.append("y")
    assert dict(changes(first)) == {"tags": (["x"], ["x", "y"])}


def test_what_a_model_does_with_those_derived_from_it_is_done_still():
    built = []

    @tracked
    class Model(pydantic.BaseModel):
        @classmethod
        def __pydantic_init_subclass__(cls, **kwargs):
            super().__pydantic_init_subclass__(**kwargs)
            built.append(cls.__name__)

        name: str = "a"

    sub = subclass(Model)
    subclass(sub)
    assert built == ["Sub", "Sub"]
    untrack(Model)
    assert not ormolu.is_tracked(sub)
    subclass(Model)
    assert built == ["Sub"] * 3


@pytest.mark.parametrize("index", range(4))
def test_a_decorated_subclass(index):
    base = bases()[index]
    sub = tracked(subclass(base)) if index != 3 else tracked("name", "tags")(subclass(base))
    one = sub(name="b")
    assert not changes(one)
    one.tags.append("y")
    one.name = "c"
    assert dict(changes(one)) == {"name": ("b", "c"), "tags": ([], ["y"])}
    rollback(one)
    assert (one.name, one.tags) == ("b", [])


def test_a_subclass_that_is_tracked_outlives_its_base():
    base = bases()[0]
    sub = tracked(subclass(base))
    adopted = subclass(base)
    adopted()
    untrack(base)
    one = sub(name="b")
    one.name = "c"
    one.tags.append("y")
    assert list(changes(one)) == ["name", "tags"]
    with pytest.raises(errors.UntrackedInstanceError):
        changes(adopted())


def test_generic_classes():
    @tracked
    @dataclass
    class Box(Generic[T]):
        item: T

    box = Box[int](1)
    box.item = 2
    assert dict(changes(box)) == {"item": (1, 2)}


def test_a_class_of_somebody_else():
    from argparse import Namespace

    there = Namespace(x=1)
    track(Namespace, "x")
    try:
        there.x = 2
        assert dict(changes(there)) == {"x": (1, 2)}
        made = Namespace(x=1, y=2)
        assert not changes(made)
        made.x = 2
        made.y = 3
        assert dict(changes(made)) == {"x": (1, 2)}
    finally:
        untrack(Namespace)
    assert vars(there) == {"x": 2}


def test_fields_left_out():
    @tracked(exclude=["cache"])
    @dataclass
    class Doc:
        name: str
        cache: dict[str, int] = field(default_factory=dict)

    doc = Doc("a")
    doc.cache["x"] = 1
    doc.cache = {}
    assert not changes(doc)
    doc.name = "b"
    assert list(changes(doc)) == ["name"]


def test_without_looking_into_values():
    @tracked(in_place=False)
    @dataclass
    class Doc:
        tags: list[str]

    doc = Doc([])
    doc.tags.append("x")
    assert not changes(doc)
    doc.tags = ["y"]
    assert list(changes(doc)) == ["tags"]


def test_to_decorate_twice_is_to_decorate_once():
    @tracked
    @dataclass
    class Doc:
        name: str

    assert tracked(Doc) is Doc
    with pytest.raises(errors.ConflictingManagersError, match=r"tracked already.*untrack"):
        tracked(in_place=False)(Doc)


@pytest.mark.parametrize("wrap", [tracked, lambda class_: class_], ids=["asked for", "adopted"])
def test_a_subclass_says_something_else_of_a_field(wrap):
    @tracked
    @dataclass
    class Base:
        value: int = 0
        items: list[int] = field(default_factory=list)

    @wrap
    @dataclass
    class Sub(Base):
        value: list[int] = field(default_factory=list)
        items: int = 0

    sub = Sub()
    sub.value.append(1)
    sub.items = 2
    assert changes(sub) == {"value": ([], [1]), "items": (0, 2)}
    rollback(sub)
    assert (sub.value, sub.items) == ([], 0)
    base = Base()
    base.items.append(1)
    base.value = 3
    assert changes(base) == {"value": (0, 3), "items": ([], [1])}


@pytest.mark.parametrize("wrap", [tracked, lambda class_: class_], ids=["asked for", "adopted"])
def test_a_subclass_with_slots_says_it_again(wrap):
    @tracked
    @attrs.define
    class Base:
        items: list = attrs.field(factory=list)

    @wrap
    @attrs.define
    class Sub(Base):
        items: list = attrs.field(factory=list)

    sub = Sub()
    sub.items.append(1)
    assert changes(sub) == {"items": ([], [1])}
    sub.items = [sub]
    sub.items = [4]
    assert str(sub).endswith("(items=[4])")
    sub.items.append(5)
    assert changes(sub) == {"items": ([], [4, 5])}
    rollback(sub)
    assert sub.items == []


@pytest.mark.parametrize(
    "decorator", [dataclass, dataclass(slots=True), attrs.define, attrs.define(slots=False)]
)
def test_a_class_that_was_tracked_too_early(decorator):
    @decorator
    @tracked
    class Doc:
        name: str = "a"
        size: int = 0

    with pytest.raises(errors.UntrackableClassError, match=r"Doc was tracked before @.* above @"):
        changes(Doc("b"))


def test_a_subclass_that_was_tracked_too_early():
    @dataclass
    @tracked
    class Sub(bases()[0]):
        size: int = 0

    with pytest.raises(errors.UntrackableClassError, match="Sub was tracked before"):
        changes(Sub(size=1))


def test_what_is_no_class_is_refused_at_once():
    @tracked
    @dataclass
    class Doc:
        name: str

    for thing in (Doc("a"), 5, None, len):
        with pytest.raises(errors.NotAClassError):
            tracked(thing)


def test_a_class_is_not_asked_what_changed():
    @tracked
    @dataclass
    class Doc:
        name: str

    with pytest.raises(errors.UntrackedInstanceError, match=r"Doc is a class.*instances"):
        changes(Doc)


def test_a_finalizer_runs_when_the_instance_goes():
    gone = []

    @tracked
    @dataclass
    class Doc:
        tags: list[str]

        def __del__(self):
            gone.append(self.tags)

    doc = Doc([])
    doc.tags.append("x")
    doc.tags = ["y"]
    assert changes(doc)
    del doc
    assert gone == [["y"]]


@pytest.mark.parametrize("base", [int, tuple, bytes])
def test_a_class_that_can_have_no_room(base):
    class Doc(base):
        pass

    with pytest.raises(errors.LayoutError, match=r"Doc.*any subclass.*field"):
        tracked("name")(Doc)


def test_a_constructor_that_fails():
    @tracked
    @dataclass
    class Doc:
        size: int

        def __post_init__(self):
            self.size = self.size + 1
            if self.size < 0:
                raise ValueError(self.size)

    with pytest.raises(ValueError, match="-4"):
        Doc(-5)
    doc = Doc(1)
    assert doc.size == 2
    assert not changes(doc)


def test_properties_go_on_working():
    @tracked("_celsius")
    class Weather:
        def __init__(self):
            self._celsius = 0

        @property
        def fahrenheit(self):
            return self._celsius * 9 / 5 + 32

        @fahrenheit.setter
        def fahrenheit(self, value):
            self._celsius = (value - 32) * 5 / 9

    weather = Weather()
    weather.fahrenheit = 212
    assert dict(changes(weather)) == {"_celsius": (0, 100)}


def test_references_to_tracked_objects_are_not_looked_into():
    @tracked
    @dataclass
    class Author:
        name: str

    @tracked
    @dataclass
    class Book:
        author: Author

    book = Book(Author("a"))
    book.author.name = "b"
    assert not changes(book)
    assert changes(book.author)
    book.author = Author("b")
    assert list(changes(book)) == ["author"]


def test_nested_values_are_looked_into():
    @dataclass
    class Address:
        city: str

    @tracked
    @dataclass
    class Person:
        address: Address

    person = Person(Address("Rome"))
    address = person.address
    address.city = "Ostia"
    assert changes(person).paths() == {"address.city": ("Rome", "Ostia")}
    rollback(person)
    assert person.address is address
    assert address.city == "Rome"


def test_is_tracked():
    @tracked
    @dataclass
    class Doc:
        name: str

    assert ormolu.is_tracked(Doc)
    assert ormolu.is_tracked(Doc("a"))
    assert not ormolu.is_tracked(object())
