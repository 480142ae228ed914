"""Pickles and copies: of instances, of states, of collections."""

import copy
import pickle

import pytest
from tests.core.conftest import commit

from ormolu.attributes import (
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import attribute_keyed_dict, collection_adapter
from ormolu.events import listen, remove
from ormolu.instrumentation import manager_of_class, register_class
from ormolu.state import IdentityMap


class Owner:
    """Has members in three kinds of collection."""


class Member:
    def __init__(self, name=None):
        self.name = name


class Equal:
    """Cannot compare itself before it has a name."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return self.name == other.name

    def __hash__(self):
        return hash(self.name)


class Sparing:
    """Says itself what is pickled of it."""

    def __getstate__(self):
        return {key: value for key, value in vars(self).items() if key != "cache"}

    def __setstate__(self, values):
        vars(self).update(values, cache="made anew")


class Reduced:
    """Says itself how it is made again."""

    def __init__(self, name):
        self.name = name

    def __reduce__(self):
        return type(self), (self.name,)


for _class in (Owner, Member, Equal, Sparing, Reduced):
    register_class(_class)
for _class in (Member, Equal, Sparing, Reduced):
    register_attribute(_class, "name")
KINDS = {"list": list, "set": set, "dict": attribute_keyed_dict("name")}
for _kind, _factory in KINDS.items():
    register_attribute(
        Owner,
        f"in_{_kind}",
        uselist=True,
        useobject=True,
        typecallable=_factory,
        backref=f"of_{_kind}",
    )
    register_attribute(Member, f"of_{_kind}", useobject=True, backref=f"in_{_kind}")
register_attribute(Owner, "equals", uselist=True, useobject=True, typecallable=set)

AGAIN = {
    **{
        f"protocol {n}": lambda value, n=n: pickle.loads(pickle.dumps(value, n))
        for n in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "deepcopy": copy.deepcopy,
}


def owning(kind):
    owner, member = Owner(), Member("a")
    setattr(member, f"of_{kind}", owner)
    commit(owner, member)
    return owner, member


@pytest.mark.parametrize("way", AGAIN)
@pytest.mark.parametrize("kind", KINDS)
def test_a_collection_that_comes_back_is_still_tracked(kind, way):
    """SQLAlchemy 1.1.4 #3852 and 2.0.20 #10175: collections came back without their adapter."""
    owner, member = owning(kind)
    twin = AGAIN[way](owner)
    members = getattr(twin, f"in_{kind}")
    adapter = collection_adapter(members)
    (inside,) = adapter
    assert inside is not member
    assert getattr(inside, f"of_{kind}") is twin
    new = Member("b")
    setattr(new, f"of_{kind}", twin)
    setattr(inside, f"of_{kind}", None)
    assert list(adapter) == [new]
    assert get_history(twin, f"in_{kind}") == ([new], [], [inside])
    assert list(collection_adapter(getattr(owner, f"in_{kind}"))) == [member]


@pytest.mark.parametrize("first", ["member", "owner", "collection"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_does_not_matter_what_is_pickled_first(kind, first):
    """SQLAlchemy 0.6.1 #1802: an adapter restored before the state of its owner failed."""
    owner, member = owning(kind)
    collection = getattr(owner, f"in_{kind}")
    order = {
        "member": [member, owner],
        "owner": [owner, member],
        "collection": [collection],
    }
    again = pickle.loads(pickle.dumps(order[first]))
    found = again[order[first].index(member)] if first != "collection" else None
    (inside,) = collection_adapter(again[0]) if found is None else [found]
    twin = getattr(inside, f"of_{kind}")
    adapter = collection_adapter(getattr(twin, f"in_{kind}"))
    assert list(adapter) == [inside]
    assert adapter.owner_state is instance_state(twin)
    setattr(inside, f"of_{kind}", None)
    assert list(adapter) == []


def test_a_keyed_dictionary_is_pickled_with_its_key():
    """SQLAlchemy 0.7.6 #2409: with a dictionary keyed by attribute nothing could be pickled."""
    owner, _ = owning("dict")
    twin = pickle.loads(pickle.dumps(owner))
    assert list(twin.in_dict) == ["a"]
    twin.in_dict.set(Member("b"))
    assert sorted(twin.in_dict) == ["a", "b"]


def test_instances_that_need_their_values_to_be_hashed():
    """SQLAlchemy 0.7.5 #2362: an unpickled object was asked for its hash before it had values."""
    owner = Owner()
    owner.equals = {Equal("a"), Equal("b")}
    commit(owner, *owner.equals)
    for again in (copy.deepcopy(owner), pickle.loads(pickle.dumps(owner))):
        assert {one.name for one in again.equals} == {"a", "b"}
        again.equals.discard(Equal("a"))
        assert {one.name for one in again.equals} == {"b"}


def test_who_listens_to_unpickling_may_read_the_instance():
    """SQLAlchemy 0.7.5 #2362: what listened to unpickling met an object half restored."""
    owner, _ = owning("list")
    seen = []

    def look(target, values):
        seen.append((target, target.name, instance_state(target).obj()))

    listen(Member, "unpickle", look)
    again = pickle.loads(pickle.dumps(owner.in_list[0]))
    remove(Member, "unpickle", look)
    ((target, name, known),) = seen
    assert target is known is again
    assert name in ("a", None)  # the values may come after the event
    assert (again.name, again.of_list.in_list) == ("a", [again])
    assert not instance_state(again).modified


@pytest.mark.parametrize("way", AGAIN)
def test_a_class_that_says_what_is_pickled(way):
    """attrs 20.1.0 #512: a __getstate__ of one's own was put aside for a generated one."""
    sparing = Sparing()
    sparing.name, sparing.cache = "a", object()
    commit(sparing)
    sparing.name = "b"
    again = AGAIN[way](sparing)
    assert (again.name, again.cache) == ("b", "made anew")
    assert get_history(again, "name") == (["b"], (), ["a"])
    assert instance_state(again) is not instance_state(sparing)


@pytest.mark.parametrize("way", AGAIN)
def test_a_class_that_says_how_it_is_made(way):
    """persistent 4.2.3: an object restored in a way of its own lost what was set before."""
    reduced = Reduced("a")
    commit(reduced)
    again = AGAIN[way](reduced)
    assert again.name == "a"
    again.name = "b"
    assert instance_state(again).obj() is again
    assert get_history(again, "name").added == ["b"]
    assert reduced.name == "a"
    assert not instance_state(reduced).modified


def test_a_pickle_of_a_pickle():
    """SQLAlchemy 2.0.53 #13574: a thing that had been unpickled was pickled with trouble."""
    owner, member = owning("list")
    member.name = "changed"
    first = pickle.dumps(owner)
    second = pickle.dumps(pickle.loads(first))
    third = pickle.dumps(pickle.loads(second))
    (again,) = pickle.loads(third).in_list
    assert get_history(again, "name") == (["changed"], (), ["a"])
    assert len(third) == len(second)


def test_what_is_unpickled_belongs_to_no_map():
    """SQLAlchemy 0.4.1: what had been unpickled was said to be in another session."""
    first, second, member = IdentityMap(), IdentityMap(), Member("a")
    commit(member)
    first.make_persistent(member, "key")
    again = pickle.loads(pickle.dumps(member))
    assert instance_state(again).detached
    second.make_persistent(again, "key")
    assert first["key"] is member
    assert second["key"] is again
    again.name = "b"
    assert second.dirty == [again]
    assert first.dirty == []


def test_a_copy_is_not_its_original():
    """persistent 4.6.0: a copied list or mapping shared its contents with the original."""
    for kind in KINDS:
        owner, member = owning(kind)
        twin = copy.copy(owner)
        collection_adapter(getattr(twin, f"in_{kind}")).append_with_event(Member("b"))
        assert list(collection_adapter(getattr(owner, f"in_{kind}"))) == [member]
        assert not instance_state(owner).modified


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, AGAIN["protocol 4"]])
def test_a_copied_list_has_its_members_once(copied):
    """SQLAlchemy 1.3.3 #4603: copying a list restored its items, and then once more."""
    owner, _ = owning("list")
    owner.in_list.extend([Member("b"), Member("c")])
    again = copied(owner.in_list)
    assert [member.name for member in again] == ["a", "b", "c"]
    assert type(again) is type(owner.in_list)


def test_a_copy_made_while_pending_and_expired():
    """traits 6.4.0 #1624: clones of collections shared state with what they were cloned from."""
    owner, member = owning("list")
    state = instance_state(owner)
    owner.in_list.append(new := Member("new"))
    twin = copy.copy(owner)
    commit(twin)
    assert get_history(owner, "in_list") == ([new], [member], [])
    assert not get_history(twin, "in_list").has_changes()
    state._commit_all(state.dict)
    twin.in_list.clear()
    assert list(owner.in_list) == [member, new]


def test_an_unloaded_value_is_unloaded_when_it_comes_back():
    """SQLAlchemy 0.5.5 #1426: values were not restored right where the whole was pickled."""
    member = Member.__new__(Member)
    register_class(Member).setup_instance(member)
    set_committed_value(member, "of_list", None)
    again = pickle.loads(pickle.dumps(member))
    assert instance_state(again).unloaded == instance_state(member).unloaded
    assert "name" in instance_state(again).unloaded
    assert vars(again).keys() == vars(member).keys()


@pytest.mark.parametrize("way", ["copy", *AGAIN])
def test_an_instance_that_saw_no_init_is_copied(way):
    """pydantic #9168: what had been made past its __init__ could not be copied."""
    made = manager_of_class(Member).new_instance()
    again = copy.copy(made) if way == "copy" else AGAIN[way](made)
    assert instance_state(again).unloaded == {"name", *(f"of_{kind}" for kind in KINDS)}
    again.name = "a"
    again.of_list = owner = Owner()
    assert list(owner.in_list) == [again]
    assert made.name is None
