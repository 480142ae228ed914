"""What changed, what is loaded, what is expired, and what waits for a load."""

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    flag_modified,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import InstrumentedList, collection_adapter
from ormolu.events import listen
from ormolu.instrumentation import register_class


@pytest.fixture
def stored(family):
    """Parents whose children come from a store when they are asked for."""
    kept = []
    f = family(callable_=lambda state, passive: list(kept) if passive & 2 else PASSIVE_NO_RESULT)
    f.kept, f.parent = kept, f.Parent()
    for name in ("one", "two"):
        child = f.Child(name)
        set_committed_value(child, "parent", f.parent)
        commit(child)
        kept.append(child)
    return f


def expiring(**store):
    """A class of one attribute for each key, that are loaded from a store, and its trips."""

    class Record:
        pass

    trips = []

    def load(state, keys, passive):
        trips.append(set(keys))
        for key in keys:
            set_committed_value(state.obj(), key, store[key])

    register_class(Record, expired_attribute_loader=load)
    for key in store:
        register_attribute(Record, key)
    return Record, trips


def expire(instance, *keys):
    state = instance_state(instance)
    if keys:
        state._expire_attributes(state.dict, keys)
    else:
        state._expire(state.dict, set())


# -- changes that wait ------------------------------------------------------------------


def test_the_far_side_does_not_load_a_collection(stored):
    """SQLAlchemy 0.4.2 #871: each change of the near side loaded the whole far side."""
    stored.kept[0].parent = None
    stored.Child("new").parent = stored.parent
    assert "children" not in instance_state(stored.parent).dict
    assert [child.name for child in stored.parent.children] == ["two", "new"]


def test_what_comes_and_goes_before_the_load_is_nothing(stored):
    """SQLAlchemy 0.6.7 #2123: adding and removing with no net change was not seen as none."""
    new, old = stored.Child("new"), stored.kept[0]
    new.parent = stored.parent
    new.parent = None
    old.parent = None
    old.parent = stored.parent
    assert sorted(child.name for child in stored.parent.children) == ["one", "two"]
    assert list(get_history(stored.parent, "children").added) in ([], [old])
    assert new not in get_history(stored.parent, "children").sum()


def test_what_is_added_twice_before_the_load_is_added_once(stored):
    """SQLAlchemy 0.8.0 #2637: adds and removes of one object, several times, were miscounted."""
    new, other = stored.Child("new"), stored.Parent()
    for parent in (stored.parent, other, stored.parent, None, stored.parent):
        new.parent = parent
    assert [child.name for child in stored.parent.children].count("new") == 1
    assert get_history(stored.parent, "children").added == [new]


def test_expiring_a_collection_forgets_what_was_waiting(stored):
    """SQLAlchemy 0.5.3 #1315: pending additions outlived the expiry of their collection."""
    stored.Child("new").parent = stored.parent
    expire(stored.parent, "children")
    assert [child.name for child in stored.parent.children] == ["one", "two"]
    assert not get_history(stored.parent, "children").has_changes()


def test_assigning_to_a_collection_with_changes_that_wait(stored):
    """SQLAlchemy 0.4.2p3 #922: a new collection over pending changes had a wrong history."""
    one, two = stored.kept
    new, waiting = stored.Child("new"), stored.Child("waiting")
    waiting.parent = stored.parent
    two.parent = None
    stored.parent.children = [one, new]
    assert get_history(stored.parent, "children") == ([new], [one], [two])
    assert [child.parent for child in (one, two, new)] == [
        stored.parent,
        None,
        stored.parent,
    ]
    assert waiting.parent is None


def test_a_passive_question_loads_nothing(stored):
    """SQLAlchemy 0.5.0rc3 #1202: looking through an object initialised what was not loaded."""
    state = instance_state(stored.parent)
    history = state.get_history("children", PASSIVE_NO_INITIALIZE)
    assert history == ((), (), ())
    assert state.get_impl("children").get(state, state.dict, PASSIVE_NO_FETCH) is PASSIVE_NO_RESULT
    assert "children" in state.unloaded
    assert not state.modified


# -- collections ------------------------------------------------------------------------------


def test_reading_an_empty_collection_is_no_change(family):
    """SQLAlchemy 1.4.0b1 #4519: reading a collection of a new object changed its __dict__."""
    parent = family().Parent()
    before = dict(vars(parent))
    empty = parent.children
    assert empty == []
    assert parent.children is empty
    assert vars(parent) == before
    assert not instance_state(parent).modified
    empty.append(family().Child())
    assert vars(parent)["children"] is empty


def test_the_old_collection_stays_as_it_was(family):
    """SQLAlchemy 1.2.0b1 #3913: a collection that was replaced was emptied."""
    f = family()
    parent, child, new = f.Parent(), f.Child("old"), f.Child("new")
    parent.children = [child]
    old = parent.children
    parent.children = [new]
    assert list(old) == [child]
    assert child.parent is None
    assert collection_adapter(old) is None


def test_a_collection_that_was_replaced_is_nobodys(family):
    """SQLAlchemy 0.8.0b1 #2476: changes of a collection already replaced went unnoticed."""
    f = family()
    parent = f.Parent()
    stale = parent.children
    stale.append(f.Child("first"))
    parent.children = []
    stray = f.Child("stray")
    stale.append(stray)
    assert stray.parent is None
    assert list(parent.children) == []
    commit(parent)
    stale.clear()
    assert not instance_state(parent).modified


def test_a_member_that_is_assigned_elsewhere_leaves_its_owner(family):
    """SQLAlchemy 1.2.2 #4171: a collection assigned did not take members from their last owner."""
    f = family()
    first, second, child = f.Parent(), f.Parent(), f.Child()
    first.children = [child]
    commit(first, second, child)
    second.children = [child]
    assert child.parent is second
    assert list(first.children) == []
    assert get_history(first, "children").deleted == [child]


@pytest.mark.parametrize("wrong", [None, 5, {"a": 1}, {1, 2}, "text"])
def test_what_is_no_collection_of_the_kind_is_refused(family, wrong):
    """SQLAlchemy 0.4.0beta1: None and other kinds could be assigned to a collection."""
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children = [child]
    commit(parent)
    with pytest.raises((TypeError, errors.OrmoluError)):
        parent.children = wrong
    assert list(parent.children) == [child]
    assert child.parent is parent
    assert not instance_state(parent).modified


def test_a_collection_assigned_to_itself_stays(family):
    """SQLAlchemy 1.2.0b1 #3913: a collection that was replaced was emptied, even by itself."""
    f = family()
    parent, children = f.Parent(), [f.Child("a"), f.Child("b")]
    parent.children = children
    commit(parent, *children)
    told = []
    for event in ("append", "remove"):
        listen(f.Parent.children, event, lambda *args: told.append(args))
    parent.children = parent.children
    parent.children += []
    assert list(parent.children) == children
    assert told == []
    assert isinstance(parent.children, InstrumentedList)


def test_a_committed_value_replaces_a_collection_with_changes(family):
    """SQLAlchemy 0.5.3: what was loaded by hand could only be set as a change."""
    f = family()
    parent, changed, loaded = f.Parent(), f.Child("changed"), f.Child("loaded")
    changed.parent = parent
    commit(parent)
    set_committed_value(parent, "children", [loaded])
    assert list(parent.children) == [loaded]
    assert not instance_state(parent).modified
    assert loaded.parent is None


# -- values -------------------------------------------------------------------------------------


def test_a_deleted_value_has_a_history(point):
    """SQLAlchemy 0.9.5 #3060: a value that was taken away did not count as a change."""
    p = point(1)
    commit(p)
    del p.x
    assert get_history(p, "x") == ((), (), [1])
    assert instance_state(p).modified
    p.x = None
    assert get_history(p, "x") == ([None], (), [1])
    p.x = 1
    assert not get_history(p, "x").has_changes()


def test_what_is_not_there_cannot_be_deleted(point):
    """SQLAlchemy 0.7.5 #2353: deleting what could not be deleted was no proper error."""
    p = point()
    with pytest.raises(AttributeError):
        del p.x
    assert not instance_state(p).modified
    p.x = 1
    del p.x
    with pytest.raises(AttributeError):
        del p.x
    assert p.x is None


def test_a_change_of_a_value_that_is_expired_keeps_the_new_one():
    """SQLAlchemy 0.4.1 #802: all of an instance was loaded again, or nothing of it."""
    Record, trips = expiring(a=1, b=2)
    record = Record()
    expire(record)
    record.a = "mine"
    assert (record.b, record.a) == (2, "mine")
    assert trips == [{"b"}]
    assert instance_state(record).committed_state.keys() == {"a"}


def test_a_change_that_is_expired_is_no_change():
    """SQLAlchemy 0.4.1 #802: of single attributes that are expired, the others stay."""
    Record, trips = expiring(a=1, b=2)
    record = Record()
    record.a, record.b = "A", "B"
    expire(record, "a")
    state = instance_state(record)
    assert state.committed_state.keys() == {"b"}
    assert (record.a, record.b) == (1, "B")
    assert trips == [{"a"}]
    assert get_history(record, "a") == ((), [1], ())


def test_an_expired_value_can_be_deleted():
    """SQLAlchemy 0.6.6 #2002: what was expired when it was deleted was not taken into account."""
    Record, trips = expiring(a=1, b=2)
    record = Record()
    commit(record)
    expire(record)
    record.b = 3
    assert record.a == 1
    del record.a
    assert get_history(record, "a") == ((), (), [1])
    assert trips == [{"a"}]
    expire(record)
    assert (record.a, record.b) == (1, 2)


def test_a_loader_that_brings_only_part_is_asked_again_for_the_rest():
    """SQLAlchemy 0.4.4: attributes stayed marked as expired, and were loaded for nothing."""

    class Record:
        pass

    trips = []

    def load(state, keys, passive):
        trips.append(sorted(keys))
        for key in keys:
            set_committed_value(state.obj(), key, key.upper())
        set_committed_value(state.obj(), "c", "extra")

    register_class(Record, expired_attribute_loader=load)
    for key in "abc":
        register_attribute(Record, key)
    record = Record()
    expire(record)
    assert (record.a, record.b, record.c) == ("A", "B", "extra")
    assert trips == [["a", "b", "c"]]
    assert instance_state(record).expired_attributes == set()


def test_the_old_value_is_loaded_where_it_is_wanted():
    """SQLAlchemy 0.6.6 #1961 and 1.4.0b1 #4195: the value before the change was not to be had."""

    class Record:
        pass

    def load(state, keys, passive):
        for key in keys:
            set_committed_value(state.obj(), key, "old")

    register_class(Record, expired_attribute_loader=load)
    register_attribute(Record, "watched", active_history=True)
    register_attribute(Record, "plain")
    record = Record()
    expire(record)
    record.plain = "new"
    assert get_history(record, "plain") == (["new"], (), ())
    record.watched = "new"
    assert get_history(record, "watched") == (["new"], (), ["old"])


def test_only_what_is_there_can_be_flagged(point):
    """SQLAlchemy 1.2.0b1 #3753: a flag on what has no value was found out only when written."""
    p = point(1)
    commit(p)
    with pytest.raises(errors.OrmoluError):
        flag_modified(p, "y")
    assert not instance_state(p).modified
    flag_modified(p, "x")
    assert instance_state(p).modified


def test_markers_do_not_come_out_as_values(stored):
    """SQLAlchemy 1.0.1 #3368: a marker for what was never set came out into a query."""
    parent, child = stored.Parent(), stored.Child.__new__(stored.Child)
    register_class(stored.Child).setup_instance(child)
    assert child.name is None
    child.parent = parent
    child.parent = None
    for key in ("name", "parent"):
        history = get_history(child, key)
        for part in history:
            assert all(value is None or value is parent for value in part or ())
    assert all(value is None for value in (child.name, child.parent))


def test_a_value_put_back_is_no_change(point):
    """SQLAlchemy 0.4.2: the old value is copied at a change, no more at the load: the first."""
    p = point(1)
    commit(p)
    for value in (2, 3, 1):
        p.x = value
    assert get_history(p, "x") == ((), [1], ())
    p.x = 4
    commit(p)
    p.x = 1
    assert get_history(p, "x") == ([1], (), [4])
