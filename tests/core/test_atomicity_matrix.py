"""Every operation against every event that may refuse it, first or last, at any call.

Unlike a look at a few cases this also finds a refusal that is swallowed: each
listener notes that it raised, and what it raised has to arrive.
"""

import itertools
from types import SimpleNamespace

import pytest
from tests.core.bags import Bag
from tests.core.conftest import commit

from ormolu.attributes import (
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import attribute_keyed_dict
from ormolu.events import listen, remove
from ormolu.instrumentation import register_class
from ormolu.state import IdentityMap

# those that a removal of what is not there raises are the ones in danger
ERRORS = (RuntimeError, ValueError, KeyError, IndexError)
# what is raised, at which call, and whether before the other listeners
WAYS = [
    *((error, 1, False) for error in ERRORS),
    (ValueError, 1, True),
    (ValueError, 2, False),
    (ValueError, 2, True),
]

FACTORIES = {
    "list": list,
    "set": set,
    "dict": attribute_keyed_dict("name"),
    "bag": Bag,
    "many": list,
    "one": None,
}


def world(kind, **options):
    """Two parents and four children of a kind of relationship; nothing is tied yet."""

    class Named:
        def __init__(self, name):
            self.name = name

    class Parent(Named):
        pass

    class Child(Named):
        pass

    for class_ in (Parent, Child):
        register_class(class_)
        register_attribute(class_, "name")
    common = {"useobject": True, "trackparent": True}
    if FACTORIES[kind] is None:
        near = register_attribute(Parent, "far", backref="near", **common, **options)
    else:
        near = register_attribute(
            Parent,
            "far",
            backref="near",
            uselist=True,
            typecallable=FACTORIES[kind],
            **common,
            **options,
        )
    far = register_attribute(Child, "near", backref="far", uselist=kind == "many", **common)
    w = SimpleNamespace(Parent=Parent, Child=Child, near=near, far=far, kind=kind)
    w.p, w.q = Parent("p"), Parent("q")
    w.a, w.b, w.c, w.d = (Child(name) for name in "abcd")
    w.all = (w.p, w.q, w.a, w.b, w.c, w.d)
    return w


def prepared(kind):
    """A world with members in place, committed, in an identity map."""
    w = world(kind)
    pairs = [(w.p, w.a), (w.p, w.b), (w.q, w.c)]
    for owner, member in pairs[1:] if kind == "one" else pairs:
        state = instance_state(owner)
        state.get_impl("far").append(state, state.dict, member, None)
    commit(*w.all)
    w.identities = IdentityMap()
    for instance in w.all:
        w.identities.make_persistent(instance, instance.name)
    return w


def named(value):
    """A value in terms of names, to compare two worlds; order and keys included."""
    if isinstance(value, Bag):
        # only its own methods can put members back, and they know no places
        return sorted(named(member) for member in value.members)
    if isinstance(value, dict):
        return [(key, named(member)) for key, member in value.items()]
    if isinstance(value, set):
        return sorted(named(member) for member in value)
    if isinstance(value, (list, tuple)):
        return [named(member) for member in value]
    return getattr(value, "name", value)


def snapshot(w):
    """All that the layer knows of a world."""
    found = {}
    for instance in w.all:
        state = instance_state(instance)
        values = {k: v for k, v in state.dict.items() if k != "_ormolu_state"}
        committed = state._committed or {}
        unordered = w.kind in ("bag", "set")
        found[instance.name] = {
            "values": {key: named(value) for key, value in values.items()},
            "committed": {
                k: sorted(named(v)) if unordered and isinstance(v, list) else named(v)
                for k, v in committed.items()
            },
            "modified": state.modified,
            "held": state._strong_obj is not None,
            "pending": {
                key: (named(list(pending.added_items)), named(list(pending.deleted_items)))
                for key, pending in (state._pending or {}).items()
            },
            "parents": sorted(named(holder.obj()) for holder in state.parents.values() if holder),
            "adapters": {
                key: (value._sa_adapter.invalidated, value._sa_adapter.empty)
                for key, value in values.items()
                if hasattr(value, "_sa_adapter")
            },
            "history": {
                key: sorted(map(str, state.get_history(key, PASSIVE_NO_INITIALIZE).sum()))
                for key in ("name",)
            },
        }
    dirty = sorted(instance.name for instance in w.identities.dirty)
    return {**found, "dirty": dirty}


def outcome(w):
    """A snapshot, less what depends on the order that a set happens to have.

    Of several children that hold one parent, the last is recorded.
    """
    found = snapshot(w)
    if w.kind == "set":
        for instance in w.all:
            found[instance.name]["parents"] = len(found[instance.name]["parents"])
    return found


def objects(w):
    """Which objects are in place, where a snapshot shows only what they are like."""
    return [{k: id(v) for k, v in instance_state(instance).dict.items()} for instance in w.all]


FAR = {
    "set the far side": lambda w: setattr(w.a, "near", w.q),
    "take the far side of the other": lambda w: setattr(w.d, "near", w.p),
    "clear the far side": lambda w: setattr(w.b, "near", None),
    "delete the far side": lambda w: delattr(w.b, "near"),
}

OPERATIONS = {
    "list": {
        **FAR,
        "append": lambda w: w.p.far.append(w.c),
        "append again": lambda w: w.p.far.append(w.a),
        "remove": lambda w: w.p.far.remove(w.a),
        "insert": lambda w: w.p.far.insert(0, w.c),
        "pop": lambda w: w.p.far.pop(),
        "pop first": lambda w: w.p.far.pop(0),
        "extend": lambda w: w.p.far.extend([w.c, w.d]),
        "+=": lambda w: w.p.far.__iadd__([w.c, w.d]),
        "*= 0": lambda w: w.p.far.__imul__(0),
        "clear": lambda w: w.p.far.clear(),
        "item": lambda w: w.p.far.__setitem__(0, w.c),
        "slice": lambda w: w.p.far.__setitem__(slice(0, 1), [w.c, w.d]),
        "whole slice": lambda w: w.p.far.__setitem__(slice(None), [w.b, w.c]),
        "stepped slice": lambda w: w.p.far.__setitem__(slice(None, None, -1), [w.c, w.d]),
        "del item": lambda w: w.p.far.__delitem__(0),
        "del slice": lambda w: w.p.far.__delitem__(slice(None)),
        "assign": lambda w: setattr(w.p, "far", [w.b, w.c, w.d]),
        "delete": lambda w: delattr(w.p, "far"),
    },
    "set": {
        **FAR,
        "add": lambda w: w.p.far.add(w.c),
        "add again": lambda w: w.p.far.add(w.a),
        "remove": lambda w: w.p.far.remove(w.a),
        "discard": lambda w: w.p.far.discard(w.a),
        "pop": lambda w: w.p.far.pop(),
        "clear": lambda w: w.p.far.clear(),
        "update": lambda w: w.p.far.update([w.c], [w.d]),
        "|=": lambda w: w.p.far.__ior__({w.c, w.d}),
        "-=": lambda w: w.p.far.__isub__({w.a, w.b}),
        "&=": lambda w: w.p.far.__iand__({w.c}),
        "^=": lambda w: w.p.far.__ixor__({w.a, w.c, w.d}),
        "difference_update": lambda w: w.p.far.difference_update([w.a, w.b]),
        "intersection_update": lambda w: w.p.far.intersection_update([w.a]),
        "symmetric_difference_update": lambda w: w.p.far.symmetric_difference_update([w.a, w.c]),
        "assign": lambda w: setattr(w.p, "far", {w.b, w.c}),
        "delete": lambda w: delattr(w.p, "far"),
    },
    "dict": {
        **FAR,
        "item": lambda w: w.p.far.__setitem__("c", w.c),
        "replace": lambda w: w.p.far.__setitem__("a", w.c),
        "del": lambda w: w.p.far.__delitem__("a"),
        "pop": lambda w: w.p.far.pop("a"),
        "popitem": lambda w: w.p.far.popitem(),
        "setdefault": lambda w: w.p.far.setdefault("c", w.c),
        "setdefault again": lambda w: w.p.far.setdefault("a", w.a),
        "update": lambda w: w.p.far.update({"a": w.c}, d=w.d),
        "|=": lambda w: w.p.far.__ior__({"c": w.c, "b": w.d}),
        "clear": lambda w: w.p.far.clear(),
        "set": lambda w: w.p.far.set(w.c),
        "remove": lambda w: w.p.far.remove(w.a),
        "assign": lambda w: setattr(w.p, "far", {"b": w.b, "c": w.c}),
        "delete": lambda w: delattr(w.p, "far"),
    },
    "bag": {
        **FAR,
        "put": lambda w: w.p.far.put(w.c),
        "take": lambda w: w.p.far.take(w.a),
        "draw": lambda w: w.p.far.draw(),
        "exchange": lambda w: w.p.far.exchange(w.p.far.members.index(w.a), w.c),
        "delete": lambda w: delattr(w.p, "far"),
    },
    "many": {
        "append": lambda w: w.p.far.append(w.c),
        "remove": lambda w: w.p.far.remove(w.a),
        "far append": lambda w: w.a.near.append(w.q),
        "far remove": lambda w: w.a.near.remove(w.p),
        "far assign": lambda w: setattr(w.a, "near", [w.q]),
        "assign": lambda w: setattr(w.p, "far", [w.b, w.c, w.d]),
        "delete": lambda w: delattr(w.p, "far"),
    },
    "one": {
        **FAR,
        "assign": lambda w: setattr(w.p, "far", w.d),
        "take over": lambda w: setattr(w.p, "far", w.c),
        "clear": lambda w: setattr(w.p, "far", None),
        "delete": lambda w: delattr(w.p, "far"),
    },
}
EVENTS = (
    "append",
    "append_wo_mutation",
    "remove",
    "set",
    "bulk_replace",
    "init_collection",
    "dispose_collection",
)


def refusal(error, nth):
    """A listener that lets the first calls pass, and what it has done."""
    seen = SimpleNamespace(calls=0, raised=False)

    def refuse(target, *rest):
        seen.calls += 1
        if seen.calls == nth:
            seen.raised = True
            raise error("refused")

    return refuse, seen


def attempt(w, attribute, event, operation, error, nth, first):
    """Try the operation while it is refused; return whether it was."""
    refuse, seen = refusal(error, nth)
    listen(attribute, event, refuse, insert=first)
    before, in_place = snapshot(w), objects(w)
    try:
        operation(w)
    except error as raised:
        assert raised.args == ("refused",)
        assert snapshot(w) == before
        assert objects(w) == in_place
    else:
        assert not seen.raised, "the refusal was swallowed"
    remove(attribute, event, refuse)
    return seen.raised


CASES = [
    pytest.param(kind, name, side, event, id=f"{kind}-{name}-{side}-{event}")
    for kind, operations in OPERATIONS.items()
    for name in operations
    for side, event in itertools.product(("near", "far"), EVENTS)
]


@pytest.mark.parametrize(("kind", "name", "side", "event"), CASES)
def test_a_refused_operation_changes_nothing_and_can_be_repeated(kind, name, side, event):
    operation = OPERATIONS[kind][name]
    untried = prepared(kind)
    operation(untried)
    expected = outcome(untried)
    for error, nth, first in WAYS:
        w = prepared(kind)
        if attempt(w, getattr(w, side), event, operation, error, nth, first):
            operation(w)
            if (kind, name) != ("set", "pop"):  # which of them goes is not said
                assert outcome(w) == expected  # as if nothing had been tried
        elif nth == 1:
            return  # this operation makes no such event


def test_every_event_refuses_something_on_some_side():
    reached = set()
    for kind, operations in OPERATIONS.items():
        for operation in operations.values():
            for side, event in itertools.product(("near", "far"), EVENTS):
                w = prepared(kind)
                if attempt(w, getattr(w, side), event, operation, RuntimeError, 1, True):
                    reached.add((kind, side, event))
    assert {event for _, _, event in reached} == set(EVENTS)
    for kind in OPERATIONS:
        assert {side for found, side, _ in reached if found == kind} == {"near", "far"}


@pytest.mark.parametrize("kind", ["list", "set", "dict", "bag"])
@pytest.mark.parametrize("error", ERRORS)
def test_a_collection_made_for_a_read_stays_one_when_its_first_change_is_refused(kind, error):
    w = world(kind)
    w.identities = IdentityMap()
    commit(*w.all)
    read = w.p.far
    state = instance_state(w.p)
    refuse, seen = refusal(error, 1)
    listen(w.near, "append", refuse)
    before = snapshot(w)
    with pytest.raises(error, match="refused"):
        read._sa_appender(w.a)
    assert snapshot(w) == before
    assert (state._empty_collections["far"], read._sa_adapter.empty) == (read, True)
    assert w.p.far is read
    read._sa_appender(w.a)
    assert (state.dict["far"], seen.calls) == (read, 2)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("change", ["append", "remove"])
def test_a_refused_change_of_an_unloaded_collection(error, change):
    def load(state, passive):
        return [] if passive & 2 else PASSIVE_NO_RESULT

    w = world("list", callable_=load)
    w.identities = IdentityMap()
    if change == "remove":
        set_committed_value(w.a, "near", w.p)
    commit(*w.all)
    holder = w.p if change == "append" else None
    assert attempt(w, w.near, change, lambda w: setattr(w.a, "near", holder), error, 1, first=True)
    w.a.near = holder
    assert "far" in instance_state(w.p)._pending


@pytest.mark.parametrize("error", ERRORS)
def test_a_loader_that_fails_in_the_middle_of_a_change_of_the_other_side(error):
    """Of a KeyError, too, that a loader raises, nobody may think that a member was missing."""

    def load(state, passive):
        raise error("refused")

    w = world("list", callable_=load)
    w.identities = IdentityMap()
    set_committed_value(w.a, "near", w.p)
    commit(*w.all)
    before = snapshot(w)
    for value in (None, w.q):
        with pytest.raises(error, match="refused"):
            w.a.near = value
        assert snapshot(w) == before
