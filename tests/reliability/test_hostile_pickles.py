"""Pickles that nobody can have made of a tracked instance are refused, and change nothing."""

import functools
import pickle
import subprocess
import sys

import pytest
from forged_pickles import held, refused, values_of
from reliability.hostile import flips, states
from reliability.hostile.victims import (
    Calls,
    Forged,
    Member,
    Owner,
    Stranger,
    strike,
    unharmed,
)

from ormolu import errors
from ormolu._kernel.pending import MemberSet, PendingCollection
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.collections import collection_adapter
from ormolu.instrumentation import register_class
from ormolu.state import IdentityMap

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
