"""Collections and callables of pickles that nobody can have made."""

import copy
import functools
import pickle
from contextlib import suppress

import pytest
from forged_pickles import held, refused
from reliability.hostile.victims import (
    STRUCK,
    Calls,
    Forged,
    Member,
    Owner,
    Stranger,
    bare,
    strike,
)

from ormolu import errors
from ormolu._kernel.adapter import CollectionAdapter
from ormolu.attributes import (
    get_history,
    init_collection,
    instance_state,
    register_attribute,
)
from ormolu.collections import KeyFuncDict, collection_adapter, keyfunc_mapping
from ormolu.events import listen, remove
from ormolu.instrumentation import manager_of_class, register_class
from ormolu.state import InstanceState

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


class Bystander:
    """A class that a pickle can name."""


AWAY = {
    "replaced": lambda owner: setattr(owner, "in_list", []),
    "deleted": lambda owner: delattr(owner, "in_list"),
    "begun anew": lambda owner: init_collection(owner, "in_list"),
    "expired": lambda owner: instance_state(owner)._expire(vars(owner), set()),
    "expired alone": lambda owner: instance_state(owner)._expire_attributes(
        vars(owner), ["in_list"]
    ),
    "reset": lambda owner: instance_state(owner)._reset(vars(owner), "in_list"),
}


@pytest.mark.parametrize("put_away", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize("is_refused", [False, True])
def test_an_adapter_that_is_none_is_left_alone(put_away, is_refused):
    """Whatever stood in its place had ``empty`` or ``invalidated`` set."""
    forged = Forged.blank(type(Owner().in_list), {"_sa_adapter": Bystander})
    owner, collection = Owner(), pickle.loads(pickle.dumps(forged))
    vars(owner)["in_list"] = collection
    attributes = set(vars(Bystander))

    def refuse(*args):
        raise ValueError

    if is_refused:
        listen(Owner, "expire", refuse)
    try:
        with suppress(errors.CollectionError, ValueError):
            put_away(owner)
    finally:
        if is_refused:
            remove(Owner, "expire", refuse)
    assert set(vars(Bystander)) == attributes
    assert vars(owner).get("in_list", collection) is collection
    assert collection._sa_adapter is Bystander


def appended(owner):
    manager_of_class(Owner)["in_list"].impl.append(
        instance_state(owner), vars(owner), Member("b"), None
    )


def asked(owner):
    get_history(owner, "in_list")


def asked_for_all(owner):
    manager_of_class(Owner)["in_list"].impl.get_all_pending(instance_state(owner), vars(owner))


def test_what_is_no_collection_is_said_and_stays():
    owner, member = held()
    whatever = (*(AWAY[name] for name in ("replaced", "deleted", "begun anew")), appended)
    for foreign in ([member], type(owner.in_list), Bystander, type(owner.in_list)()):
        vars(owner)["in_list"] = foreign
        for change in (*whatever, asked, asked_for_all):
            with pytest.raises(errors.CollectionError, match="no collection of orm") as caught:
                change(owner)
            assert (caught.value.class_, caught.value.key) == (Owner, "in_list")
            assert vars(owner)["in_list"] is foreign
    del vars(owner)["in_list"]
    owner.in_list = [member]
    assert owner.in_list == [member]


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
