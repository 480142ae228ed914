"""A graph comes back as it was: who holds whom, how often, where, and under which key."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ormolu import Workspace, batch, changes, commit, on_change, related, rollback, tracked
from ormolu.tracking.members.backup import all_or_nothing


@tracked
@dataclass(eq=False)
class Owner:
    name: str
    many: list["Pet"] = related(back_populates="many")
    one: list["Pet"] = related(back_populates="one")
    some: set["Pet"] = related(back_populates="some")
    keyed: dict[str, "Pet"] = related(back_populates="keyed", key="name")
    keyed_many: dict[str, "Pet"] = related(back_populates="keyed_many", key="name")

    def __repr__(self):
        return self.name


@tracked
@dataclass(eq=False)
class Pet:
    name: str
    many: list[Owner] = related(back_populates="many")
    one: Owner | None = related(back_populates="one")
    some: set[Owner] = related(back_populates="some")
    keyed: Owner | None = related(back_populates="keyed")
    keyed_many: dict[str, Owner] = related(back_populates="keyed_many", key="name")

    def __repr__(self):
        return self.name


KEYS = ["many", "one", "some", "keyed", "keyed_many"]


def plain(value: Any) -> Any:
    """What is held, in its order."""
    if isinstance(value, dict):
        return [(key, id(one)) for key, one in value.items()]
    return sorted(map(id, value)) if isinstance(value, set) else [*map(id, value)]


def picture(objects):
    """How all objects are."""
    found = {}
    for obj in objects:
        for key in ["name", *KEYS]:
            value = getattr(obj, key)
            found[id(obj), key] = plain(value) if isinstance(value, (list, set, dict)) else value
    return found


def put(obj, key, other, at):
    """Have one hold another, in one way or another."""
    found = getattr(obj, key)
    if isinstance(found, list):
        ways = [
            lambda: found.append(other),
            lambda: found.insert(0, other),
            lambda: found.remove(other),
            found.reverse,
            lambda: setattr(obj, key, [other, *found[:2], other]),
            found.clear,
        ]
    elif isinstance(found, set):
        ways = [
            lambda: found.add(other),
            lambda: found.discard(other),
            lambda: setattr(obj, key, {other}),
        ]
    elif isinstance(found, dict):
        ways = [
            lambda: found.__setitem__(other.name, other),
            lambda: found.pop(next(iter(found))),
            found.popitem,
            lambda: setattr(obj, key, {other.name: other}),
            found.clear,
        ]
    else:
        ways = [lambda: setattr(obj, key, other), lambda: setattr(obj, key, None)]
    ways[at % len(ways)]()


steps = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 6)), min_size=1, max_size=12
)


def do(objects, key, steps):
    """Do what can be done."""
    for at, with_, what in steps:
        obj, other = objects[at], objects[with_]
        with suppress(IndexError, KeyError, ValueError, StopIteration):
            if what == 6:
                obj.name = "abcxyz"[with_]
            elif type(obj) is not type(other):
                put(obj, key, other, what)


def graph():
    return [*map(Owner, "abc"), *map(Pet, "xyz")]


@pytest.mark.parametrize("key", KEYS)
@given(steps, steps, st.permutations(range(6)))
@settings(deadline=None, max_examples=120)
def test_a_rollback_brings_back_all(key, before, after, order):
    objects = graph()
    do(objects, key, before)
    work = Workspace()
    work.attach(*(objects[at] for at in order))
    then = picture(objects)
    do(objects, key, after)
    work.rollback()
    assert picture(objects) == then
    assert not work.changes()


@pytest.mark.parametrize("key", KEYS)
@given(steps, steps, steps, st.permutations(range(6)))
@settings(deadline=None, max_examples=120)
def test_a_checkpoint_brings_back_all(key, before, between, after, order):
    objects = graph()
    do(objects, key, before)
    work = Workspace()
    work.attach(*(objects[at] for at in order))
    first = picture(objects)
    do(objects, key, between)
    then = picture(objects)
    with work.checkpoint() as point:
        do(objects, key, after)
        point.rollback()
        assert picture(objects) == then
    work.rollback()
    assert picture(objects) == first
    assert not work.changes()


@pytest.mark.parametrize("key", KEYS)
@given(steps, steps, st.integers(0, 5))
@settings(deadline=None, max_examples=120)
def test_one_object_holds_again_what_it_held(key, before, after, at):
    objects = graph()
    do(objects, key, before)
    for obj in objects:
        commit(obj)
    then = picture([objects[at]])
    do(objects, key, after)
    rollback(objects[at])
    assert picture([objects[at]]) == then
    assert not changes(objects[at])


# -- in a few words ---------------------------------------------------------------------------


def owner_of(*names):
    owner = Owner("a")
    pets = [Pet(name, keyed=owner) for name in names]
    work = Workspace()
    work.attach(owner, *pets)
    return owner, pets, work


def test_a_key_comes_back_before_who_is_under_it():
    owner, [pet], work = owner_of("x")
    pet.name = "y"
    pet.keyed = None
    work.rollback()
    assert owner.keyed == {"x": pet}
    assert not work.changes()


def test_nobody_is_lost_whose_key_another_has_taken():
    owner, [one], work = owner_of("x")
    one.name = "y"
    other = Pet("y", keyed=owner)
    work.commit()
    assert owner.keyed == {"x": one, "y": other}
    del owner.keyed["x"]
    rollback(owner)
    assert owner.keyed == {"x": one, "y": other}
    assert one.keyed is other.keyed is owner
    assert not work.changes()


def test_listeners_hear_of_another_order_once():
    owner, (x, y, z), work = owner_of("x", "y", "z")
    told: list[Any] = []
    on_change(owner, call=lambda event: told.append((event.kind, list(event.new))))
    with batch():
        owner.keyed.pop("x")
        work.rollback()
    assert told == []
    owner.keyed.pop("x")
    work.rollback()
    assert list(owner.keyed.items()) == [("x", x), ("y", y), ("z", z)]
    assert [new for _, new in told] == [["y", "z"], ["x", "y", "z"]]


def test_another_key_is_a_change():
    owner, [pet], work = owner_of("x")
    pet.name = "y"
    owner.keyed = {"y": pet}
    assert changes(owner) == {"keyed": ({"x": pet}, {"y": pet})}
    work.rollback()
    assert owner.keyed == {"x": pet}


def test_what_cannot_be_put_back_is_a_note_of_what_went_wrong():
    class Fixed:
        """A descriptor that refuses one value."""

        def __get__(self, obj, owner=None):
            return self if obj is None else obj.__dict__.get("_x", 0)

        def __set__(self, obj, value):
            if value == 1 and obj.__dict__.get("_x") == 2:
                raise LookupError("not back to one")
            obj.__dict__["_x"] = value

    @tracked("x")
    class Box:
        x = Fixed()

    box = Box()
    box.x = 1
    with pytest.raises(ZeroDivisionError) as raised, all_or_nothing([(box, ["x"])]):
        box.x = 2
        _ = 1 / 0
    (note,) = raised.value.__notes__
    assert "Box.x could not be put back: LookupError('not back to one')" in note
