"""Two sides of a relationship agree, whatever is done to one of them."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ormolu
from ormolu import errors, on_change, related, tracked


@tracked
@dataclass(eq=False)
class Owner:
    name: str
    list_list: list["Thing"] = related(back_populates="list_list")
    list_set: list["Thing"] = related(back_populates="list_set")
    set_list: set["Thing"] = related(back_populates="set_list")
    set_set: set["Thing"] = related(back_populates="set_set")
    list_one: list["Thing"] = related(back_populates="list_one")
    set_one: set["Thing"] = related(back_populates="set_one")
    one_list: "Thing | None" = related(back_populates="one_list")
    one_one: "Thing | None" = related(back_populates="one_one")
    list_self: list["Owner"] = related(back_populates="list_self")
    set_self: set["Owner"] = related(back_populates="set_self")
    one_self: "Owner | None" = related(back_populates="one_self")

    def __repr__(self):
        return self.name


@tracked
@dataclass(eq=False)
class Thing:
    name: str
    list_list: list[Owner] = related(back_populates="list_list")
    list_set: set[Owner] = related(back_populates="list_set")
    set_list: list[Owner] = related(back_populates="set_list")
    set_set: set[Owner] = related(back_populates="set_set")
    list_one: Owner | None = related(back_populates="list_one")
    set_one: Owner | None = related(back_populates="set_one")
    one_list: list[Owner] = related(back_populates="one_list")
    one_one: Owner | None = related(back_populates="one_one")

    def __repr__(self):
        return self.name


@tracked
@dataclass(eq=False, repr=False)
class Heir(Owner):
    more: int = 0


KEYS = [key for key in Owner.__dataclass_fields__ if "_" in key]


def times(obj, key, other):
    """How many times an object is in a field."""
    value = getattr(obj, key)
    members = value if isinstance(value, (list, set)) else [] if value is None else [value]
    return sum(member is other for member in members)


def assert_in_step(objects, key):
    for one in objects:
        for other in objects:
            if type(one) is not type(other) or key.endswith("self"):
                there, here = times(one, key, other), times(other, key, one)
                assert there == here or (min(there, here) and has_room_for_one(one, other, key))


def has_room_for_one(one, other, key):
    """Whether a side holds an object once however often the other holds it."""
    return not all(isinstance(getattr(obj, key), list) for obj in (one, other))


OPERATIONS: list[Any] = [
    ("append", lambda found, one: found.append(one)),
    ("insert", lambda found, one: found.insert(0, one)),
    ("extend", lambda found, one: found.extend([one, one])),
    ("remove", lambda found, one: found.remove(one)),
    ("pop", lambda found, one: found.pop()),
    ("pop first", lambda found, one: found.pop(0)),
    ("set", lambda found, one: found.__setitem__(0, one)),
    ("del", lambda found, one: found.__delitem__(-1)),
    ("slice", lambda found, one: found.__setitem__(slice(0, 1), [one, one])),
    ("del slice", lambda found, one: found.__delitem__(slice(None, None, 2))),
    ("twice", lambda found, one: found.__imul__(2)),
    ("never", lambda found, one: found.__imul__(0)),
    ("clear", lambda found, one: found.clear()),
    ("reverse", lambda found, one: found.reverse()),
    ("iadd", lambda found, one: found.__iadd__([one])),
    ("add", lambda found, one: found.add(one)),
    ("discard", lambda found, one: found.discard(one)),
    ("update", lambda found, one: found.update([one])),
    ("isub", lambda found, one: found.__isub__({one})),
    ("ixor", lambda found, one: found.__ixor__({one})),
    ("iand", lambda found, one: found.__iand__({one})),
]
EXPECTED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def assign(obj, key, other):
    """Assign what fits."""
    present = getattr(obj, key)
    setattr(obj, key, type(present)([other]) if isinstance(present, (list, set)) else other)


def assign_nothing(obj, key):
    present = getattr(obj, key)
    setattr(obj, key, type(present)() if isinstance(present, (list, set)) else None)


def assign_twice(obj, key, other):
    if isinstance(getattr(obj, key), list):
        setattr(obj, key, [other, other])


steps = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, len(OPERATIONS) + 4)),
    max_size=12,
)


@pytest.mark.parametrize("key", KEYS)
@given(steps)
@settings(deadline=None, max_examples=150)
def test_both_sides_hold_each_other(key, steps):
    owners = [Owner("a"), Heir("b"), Owner("c")]
    things: list[Any] = [Thing("x"), Thing("y"), Thing("z")]
    if key.endswith("self"):
        things = [Heir("x"), Owner("y"), Owner("z")]
    objects = [*owners, *things]
    for at, with_, what in steps:
        obj, other = objects[at], objects[with_]
        if type(obj) is not type(other) or key.endswith("self"):
            if isinstance(obj, Owner) and isinstance(other, Owner) and not key.endswith("self"):
                continue
            with suppress(*EXPECTED):
                act(what, obj, key, other)
            assert_in_step(objects, key)


def act(what, obj, key, other):
    if what < len(OPERATIONS):
        OPERATIONS[what][1](getattr(obj, key), other)
    elif what == len(OPERATIONS):
        assign(obj, key, other)
    elif what == len(OPERATIONS) + 1:
        assign_nothing(obj, key)
    elif what == len(OPERATIONS) + 2:
        assign_twice(obj, key, other)
    elif what == len(OPERATIONS) + 3:
        delattr(obj, key)
    else:
        ormolu.rollback(obj)


def test_a_member_that_is_there_twice_is_there_twice_at_the_other_side():
    owner, thing = Owner("a"), Thing("x")
    for times_wanted in (2, 1, 3, 0):
        owner.list_list = [thing] * times_wanted
        assert thing.list_list == [owner] * times_wanted
        owner.list_one = [thing] * times_wanted
        assert thing.list_one is (owner if times_wanted else None)


# -- members that are equal -------------------------------------------------------------------


@tracked
@dataclass
class Item:
    number: int
    basket: "Basket | None" = related(back_populates="items")
    bag: "Basket | None" = related(back_populates="bag")

    def __eq__(self, other):
        return isinstance(other, Item) and self.number == other.number

    def __hash__(self):
        return hash(self.number)


@tracked
@dataclass(eq=False)
class Basket:
    items: list[Item] = related(back_populates="basket")
    bag: set[Item] = related(back_populates="bag")


def test_of_equal_members_of_a_list_the_one_that_is_meant_goes():
    one, other = Item(1), Item(1)
    basket = Basket([one, other])
    basket.items.remove(other)
    assert basket.items[0] is one and len(basket.items) == 1
    assert one.basket is basket and other.basket is None
    basket.items.remove(Item(1))
    assert basket.items == [] and one.basket is None
    with pytest.raises(ValueError, match="not in list"):
        basket.items.remove(one)


@pytest.mark.parametrize("how", ["remove", "discard", "difference_update", "__isub__"])
def test_of_a_set_the_member_goes_that_is_equal(how):
    one = Item(1)
    basket = Basket(bag={one})
    getattr(basket.bag, how)(Item(1) if how in ("remove", "discard") else {Item(1)})
    assert basket.bag == set() and one.bag is None
    with pytest.raises(KeyError):
        basket.bag.remove(one)


def test_an_equal_member_of_a_set_does_not_come_in():
    one, other = Item(1), Item(1)
    basket = Basket(bag={one})
    basket.bag.add(other)
    assert one.bag is basket and other.bag is None


def test_a_list_that_is_doubled_tells():
    basket = Basket([Item(1)])
    told = []
    on_change(basket, call=told.append)
    basket.items *= 2
    assert [(one.key, len(one.old), len(one.new)) for one in told] == [("items", 1, 2)]
    assert ormolu.has_changed(basket, "items")
    with pytest.raises(TypeError):
        basket.items *= "a"
    assert len(basket.items) == 2


# -- sides that do not name each other --------------------------------------------------------


@tracked
@dataclass(eq=False)
class Book:
    plain: "Shelf | None" = None
    unnamed: "Shelf | None" = related()
    other: "Shelf | None" = related(back_populates="plain")


@tracked
@dataclass(eq=False)
class Shelf:
    plain: list[Book] = related(back_populates="plain")
    unnamed: list[Book] = related(back_populates="unnamed")
    misnamed: list[Book] = related(back_populates="other")


@pytest.mark.parametrize(
    "key, why",
    [
        ("plain", r"^Shelf.plain is kept in step with Book.plain, which is no related\(\) field"),
        ("unnamed", r"Book.unnamed, which does not name it back: .*back_populates='unnamed'\)"),
        ("misnamed", r"Book.other, which does not name it back"),
    ],
)
def test_the_other_side_has_to_name_this_one(key, why):
    shelf, book = Shelf(), Book()
    with pytest.raises(errors.RelationshipError, match=why):
        getattr(shelf, key).append(book)
    with pytest.raises(errors.RelationshipError, match=why):
        setattr(shelf, key, [book])
    with pytest.raises(errors.RelationshipError, match=why):
        Shelf(**{key: [book]})
    assert getattr(shelf, key) == []
    assert not ormolu.has_changed(shelf)
    assert not ormolu.has_changed(book)
