"""Pickles that nobody can have made of a tracked instance are refused, and change nothing."""

import copy
import functools
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from ormolu import errors
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.collections import KeyFuncDict, collection_adapter, keyfunc_mapping
from ormolu.instrumentation import manager_of_class, register_class

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reliability.hostile import flips, states  # noqa: E402
from reliability.hostile.victims import (  # noqa: E402
    STRUCK,
    Calls,
    Forged,
    Member,
    Owner,
    Stranger,
    bare,
    strike,
    unharmed,
)

from ormolu._kernel.adapter import CollectionAdapter  # noqa: E402
from ormolu._kernel.pending import MemberSet, PendingCollection  # noqa: E402
from ormolu.state import IdentityMap, InstanceState  # noqa: E402


def held():
    """An owner and a member that it holds in a list."""
    owner, member = Owner(), Member("a")
    owner.in_list.append(member)
    return owner, member


def values_of(instance, /, **changes):
    """What is pickled of the state of an instance, changed."""
    return {**instance_state(instance).__getstate__(), **changes}


def refused(forged, *parts, error=errors.CorruptPickleError):
    """Expect that a pickle is refused in words that have all of the parts, and harms nobody."""
    data = pickle.dumps(forged)
    with unharmed(), pytest.raises(error) as caught:
        pickle.loads(data)
    for part in ("cannot unpickle", *parts):
        assert part in str(caught.value)
    return caught.value


NOT_STATES = {"a list": [], "a number": 5, "text": "state", "a pair": (None, {})}


@pytest.mark.parametrize("values", NOT_STATES.values(), ids=NOT_STATES)
def test_a_state_of_which_no_dictionary_is_said(values):
    if values == []:
        values = [1]  # pickle takes an empty one for none
    refused(Forged.state(values), "not a dictionary", "load only pickles that you trust")


@pytest.mark.parametrize("name", ["instance", "class_", "manager"])
def test_a_state_that_lacks_what_it_needs(name):
    values = values_of(Member("a"))
    del values[name]
    refused(Forged.state(values), repr(name), "missing")


@pytest.mark.parametrize("name", ["committed_state", "expired_attributes", "modified", "extra"])
def test_what_need_not_be_there(name):
    member = Member("a")
    values = values_of(member, extra="told to listeners")
    del values[name]
    again = pickle.loads(pickle.dumps(Forged.state(values)))
    assert again.class_ is type(member)
    assert again.obj() is None  # nobody holds it


WRONG = {
    "committed_state": [5, [("name", 1)], {5: 1}, {"name": 1, None: 2}],
    "expired_attributes": [5, ["name"], "name", {5}, {"name": 1}],
    "callables": [5, [strike], {5: strike}],
    "parents": [5, [1], {"a": False}, {1: None}, {1: 5}, {1: True}, {1: Calls()}],
    "_pending_mutations": [5, {"in_list": 5}, {5: 5}, {"in_list": [1]}, {"in_list": Calls()}],
    "modified": [5, "yes", [], Calls()],
    "expired": [5, "yes", {}, Calls()],
    "info": [5, [1], "info", Calls()],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]]
)
def test_a_state_with_something_of_a_wrong_type(name, value):
    error = refused(Forged.state(values_of(Member("a"), **{name: value})), "_Member")
    assert error.class_ is Member


@pytest.mark.parametrize(
    "kept",
    [
        Forged.blank(PendingCollection),
        Forged.blank(PendingCollection, 5),
        Forged.blank(PendingCollection, (None, {"added_items": [1]})),
        Forged.blank(PendingCollection, (None, {"added_items": Forged.blank(MemberSet)})),
        Forged.blank(PendingCollection, (None, {"added_items": MemberSet(), "more": 1})),
    ],
)
def test_changes_that_wait_and_have_no_members(kept):
    values = values_of(Owner(), _pending_mutations={"in_list": kept})
    error = refused(Forged.state(values), "'in_list'", "changes that wait")
    assert error.key == "in_list"


def test_old_members_that_are_none():
    values = values_of(Owner(), committed_state={"in_list": 5})
    assert refused(Forged.state(values), "'in_list'", "old members", "int").key == "in_list"


# -- classes and managers ------------------------------------------------------------------


def test_a_class_that_is_not_registered():
    values = values_of(Member("a"), manager=Forged.manager(Stranger), class_=Stranger)
    error = errors.UnregisteredClassError
    refused(Forged.state({**values, "instance": Forged.blank(Stranger)}), "Stranger", error=error)


@pytest.mark.parametrize("class_", [5, None, "Member", pickle.dumps, functools.partial(strike)])
def test_what_is_no_class(class_):
    values = values_of(Member("a"), manager=Forged.manager(class_), class_=class_)
    refused(Forged.state(values), "for its class")


def test_an_object_that_claims_to_have_a_manager():
    claims = Forged.blank(Calls, {"_ormolu_manager": Calls()})
    refused(Forged.state(values_of(Member("a"), manager=Forged.manager(claims))), "Calls")


@pytest.mark.parametrize("stand_in", [print, strike, Calls(), None, 5, Member, "manager"])
def test_a_manager_that_is_none(stand_in):
    """It was called, with the state, the instance and all that the pickle says."""
    refused(Forged.state(values_of(Member("a"), manager=stand_in)), "manager")


def test_a_manager_of_another_class():
    refused(Forged.state(values_of(Member("a"), manager=Forged.manager(Owner))), "two classes")
    refused(Forged.state(values_of(Member("a"), class_=Owner)), "two classes")


@pytest.mark.parametrize("instance", [5, "a", Owner(), Forged.blank(Stranger)])
def test_an_instance_of_another_class(instance):
    refused(Forged.state(values_of(Member("a"), instance=instance)), "_Member", "instance is a")


class Kept:
    """Is known by name, as one of a kind."""

    def __reduce__(self):
        return "KEPT"


register_class(Kept)
register_attribute(Kept, "x")
KEPT = Kept()


def test_an_instance_that_is_alive_here_is_not_given_another_state():
    known = IdentityMap()
    known.make_persistent(KEPT, "key")
    state = instance_state(KEPT)
    refused(Forged.state(values_of(KEPT)), "alive here")
    assert instance_state(KEPT) is state
    known.discard(state)


def test_a_state_that_is_somebodys_is_not_filled_again():
    member = Member("a")
    state = instance_state(member)
    with pytest.raises(errors.CorruptPickleError, match="another object"):
        state.__setstate__(values_of(Member("b")))
    assert state.obj() is member
    owner, _ = held()
    adapter = collection_adapter(owner.in_list)
    with pytest.raises(errors.CorruptPickleError, match="another object"):
        adapter.__setstate__(adapter.__getstate__())


@pytest.mark.parametrize("class_", [5, object, Stranger, Calls(), "InstanceState"])
def test_a_state_of_a_class_that_is_none_of_states(class_):
    from ormolu.core.state import _blank_state

    refused(Forged(_blank_state, (class_,)), "another class for its state")


@pytest.mark.parametrize("name", ["PRINT", 5, None, "__class__", "name"])
def test_a_symbol_that_there_is_not(name):
    from ormolu.core.layer import symbol_named

    refused(Forged(symbol_named, (name,)), "symbol")


# -- collections ---------------------------------------------------------------------------

WRONG_ADAPTERS = {
    "no dictionary": lambda values: [1],
    "no key": lambda values: values.pop("key") and values,
    "no owner": lambda values: values.pop("owner_state") and values,
    "no class": lambda values: values.pop("owner_cls") and values,
    "no data": lambda values: values.pop("data") is None or values,
    "unknown key": lambda values: {**values, "key": "nothing"},
    "dunder key": lambda values: {**values, "key": "__init__"},
    "key that is no text": lambda values: {**values, "key": 5},
    "unhashable key": lambda values: {**values, "key": []},
    "key of a plain value": lambda values: {**values, "key": "name"},
    "class that is none": lambda values: {**values, "owner_cls": strike},
    "class of another": lambda values: {**values, "owner_cls": Member},
    "owner that is none": lambda values: {**values, "owner_state": 5},
    "owner that is an instance": lambda values: {**values, "owner_state": Owner()},
    "owner of another class": lambda values: {
        **values,
        "owner_state": instance_state(STAYING),
    },
    "list": lambda values: {**values, "data": [1]},
    "no collection": lambda values: {**values, "data": Calls()},
    "nothing": lambda values: {**values, "data": None},
    "flag": lambda values: {**values, "invalidated": "yes"},
    "flag of emptiness": lambda values: {**values, "empty": 5},
}
STAYING = Member("stays")


@pytest.mark.parametrize("change", WRONG_ADAPTERS.values(), ids=WRONG_ADAPTERS)
def test_an_adapter_that_cannot_be(change):
    owner, _ = held()
    values = change(collection_adapter(owner.in_list).__getstate__())
    # the owner first, so that the adapter finds it complete
    refused([owner, Forged.blank(CollectionAdapter, values)])


def test_an_adapter_whose_class_is_not_registered():
    owner, _ = held()
    values = {**collection_adapter(owner.in_list).__getstate__(), "owner_cls": Stranger}
    error = errors.UnregisteredClassError
    refused([owner, Forged.blank(CollectionAdapter, values)], "Stranger", error=error)


def test_an_adapter_that_knows_nobody_ends_no_process():
    """The native core took ``None`` for a state, and ended the process."""
    owner, member = held()
    for attr in (None, 5, type(owner).in_list.impl):
        adapter = bare(CollectionAdapter)
        adapter.attr, adapter.owner_state = attr, None
        adapter.invalidated = adapter.empty = False
        collection = type(owner.in_list)()
        collection._sa_adapter = adapter
        with pytest.raises((AttributeError, TypeError)):
            collection.append(member)
        assert list(collection) == []


def test_a_state_left_blank_has_no_instance():
    """Natively a blank one could not be called, and the pure one had no ``obj``."""
    blank = bare(InstanceState)
    assert blank.obj() is None
    assert blank.dict == {}


def test_an_empty_collection_from_a_pickle_can_be_filled():
    """Its first change raised a ``KeyError``: the state did not know of it."""
    owner = Owner()
    again, owner = pickle.loads(pickle.dumps([owner.in_list, owner]))
    again.append(member := Member("a"))
    assert list(again) == [member]
    assert owner.in_list is again


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_waits_for_a_load_is_pickled_with_every_protocol(protocol):
    """With 0 and 1 it could not be pickled at all, or came back without its sets."""
    owner, member = Owner(), Member("a")
    instance_state(owner)._get_pending_mutation("in_list").append(member)
    again, member = pickle.loads(pickle.dumps([owner, member], protocol))
    pending = instance_state(again)._pending["in_list"]
    assert list(pending.added_items) == [member]
    assert list(pending.deleted_items) == []


# -- callables -----------------------------------------------------------------------------


def loaded(state, passive):
    return "loaded"


class Lazy:
    def __call__(self, state, passive):
        return "lazily"


class Loading:
    """Has loaders."""


register_class(Loading)
register_attribute(Loading, "own", callable_=loaded)
register_attribute(Loading, "other")


def brought(loader, key="other"):
    state = instance_state(Loading())
    return Forged.state(
        {**state.__getstate__(), "callables": {key: loader}, "instance": Forged.blank(Loading)}
    )


@pytest.mark.parametrize(
    "loader", [strike, Calls(), functools.partial(strike, 1), print, 5, Calls, loaded, Lazy()]
)
def test_a_loader_that_the_class_does_not_know(loader):
    error = refused(brought(loader), "'other'", "Loading", "pickled_loaders")
    assert error.key == "other"


def test_the_loader_of_the_attribute_itself_is_known():
    state = pickle.loads(pickle.dumps(brought(loaded, "own")))
    assert state.callables == {"own": loaded}


def test_loaders_and_classes_of_loaders_that_the_manager_names(monkeypatch):
    monkeypatch.setattr(manager_of_class(Loading), "pickled_loaders", (loaded, Lazy))
    for loader, value in ((loaded, "loaded"), (Lazy(), "lazily")):
        one = Loading()
        instance_state(one).callables = {"other": loader}
        assert pickle.loads(pickle.dumps(one)).other == value
    refused(brought(strike), "pickled_loaders")


def test_copies_keep_loaders_that_only_this_process_knows():
    one = Loading()
    instance_state(one).callables = {"other": lambda state, passive: "known here"}
    assert copy.deepcopy(one).other == "known here"
    assert copy.copy(one).other == "known here"
    assert copy.copy(instance_state(Loading())).callables == {}


def first(member):
    return member.name


class Shelf:
    """Keeps members under a key of its own making."""


register_class(Shelf)
register_attribute(
    Shelf, "held", uselist=True, useobject=True, typecallable=keyfunc_mapping(first)
)


def test_a_keyed_dictionary_asks_the_function_of_its_class():
    """It asked the function that the pickle names."""
    from ormolu.core import keyed_dicts

    shelf = Shelf()
    shelf.held.set(Member("a"))
    assert pickle.loads(pickle.dumps(shelf)).held.keyfunc is first
    shelf.held.keyfunc = strike
    again = pickle.loads(pickle.dumps(shelf))
    again.held.set(Member("b"))
    assert list(again.held) == ["a", "b"]
    alone = keyed_dicts._restored_dict(strike, {}, None)
    with pytest.raises(errors.CollectionError, match="set its keyfunc"):
        alone.set(Member("b"))
    with pytest.raises(errors.CorruptPickleError):
        alone.__setstate__({"keyfunc": strike})
    alone.keyfunc = first
    alone.set(Member("b"))
    assert list(alone) == ["b"]
    assert not STRUCK


def test_a_deep_copy_of_a_keyed_dictionary_keeps_its_function():
    alone = KeyFuncDict(lambda member: member.name, ignore_unpopulated_attribute=True)
    dict.update(alone, a=Member("a"))
    again = copy.deepcopy(alone)
    assert again.keyfunc is alone.keyfunc
    assert again.ignore_unpopulated_attribute
    assert again["a"] is not alone["a"]


# -- any of it -----------------------------------------------------------------------------


def test_pickles_name_nothing_that_finds_anything():
    """A symbol among old values was found by ``pkgutil.resolve_name``, which finds all."""
    member = Member("a")
    assert get_history(member, "name").deleted == ()
    assert b"pkgutil" not in pickle.dumps(member)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for seed in range(20):
            import random

            genuine = states.graph(random.Random(seed))
            flips.narrowly(pickle.dumps(genuine, protocol))


def test_a_pickle_of_a_stranger_names_what_a_narrow_unpickler_refuses():
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        flips.narrowly(pickle.dumps(strike))


@pytest.mark.parametrize("attack", [states.attack, flips.attack])
def test_forged_and_changed_pickles_do_no_harm(attack):
    refusals = sum(attack(seed) for seed in range(400))
    assert 100 < refusals < 400


def test_the_old_way_would_be_found():
    """The attacks see a call of what a pickle brings."""
    with pytest.raises(AssertionError, match="was called"), unharmed():
        Forged.blank(Calls).__reduce__()[1][0]()()


def test_what_is_loaded_needs_no_more_than_ormolu():
    code = "import ormolu.state, ormolu.attributes, sys; print('pickle' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
