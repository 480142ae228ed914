"""Instances, classes and collections that go while something still points at them."""

import copy
import gc
import pickle
import weakref

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.collections import attribute_keyed_dict, collection_adapter
from ormolu.events import listen, remove
from ormolu.instrumentation import manager_of_class, register_class, unregister_class
from ormolu.state import IdentityMap


@pytest.fixture
def uncollected():
    """With the collector off: what goes has to go by itself."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_an_instance_is_in_no_cycle_with_its_state(point, uncollected):
    """SQLAlchemy 0.5.0rc3 and 0.8.1 #2708: a state and its instance held each other."""
    p = point(1)
    p.x = 2
    del p.x
    reference = weakref.ref(p)
    del p
    assert reference() is None


def test_an_instance_with_a_finaliser_goes_and_may_look_at_itself(point, uncollected):
    """SQLAlchemy 0.8.1 #2708: instances with __del__ were in cycles and never went."""
    seen = []

    class Dying(point):
        def __del__(self):
            seen.append((self.x, instance_state(self).modified))
            self.x = "changed in the end"

    with pytest.warns(errors.FinalizerWarning, match="Dying defines __del__"):
        register_class(Dying)
    dying = Dying(1)
    commit(dying)
    del dying
    assert seen == [(1, False)]


def test_an_instance_that_is_revived_by_its_finaliser_works(point):
    """wrapt 1.11.2: a destructor that ran in the middle of a collection crashed."""
    revived = []

    class Lazarus(point):
        def __del__(self):
            revived.append(self)

    with pytest.warns(errors.FinalizerWarning):
        register_class(Lazarus)
    Lazarus(1)
    gc.collect()
    (back,) = revived
    back.x = 5
    assert back.x == 5
    assert instance_state(back).class_ is Lazarus


def test_a_changed_instance_is_kept_until_it_is_clean(point):
    """SQLAlchemy 0.6.6: a change after a quiet one left the instance unreferenced and lost."""
    held = IdentityMap()
    held.make_persistent(p := point(1), "key")
    commit(p)
    p.y = "first"
    p.x = "second"
    del p
    gc.collect()
    (kept,) = held.dirty
    assert (kept.x, kept.y) == ("second", "first")
    commit(kept)
    del kept
    gc.collect()
    assert held.get("key") is None


def going(point, count=50):
    """A map of clean instances, and the list that alone holds them."""
    held, alive = IdentityMap(), [point(n) for n in range(count)]
    commit(*alive)
    for n, p in enumerate(alive):
        held.make_persistent(p, n)
    return held, alive


@pytest.mark.parametrize("view", ["items", "all_states", "values"])
def test_a_map_is_looked_at_while_its_instances_go(point, view):
    """SQLAlchemy 1.0.0b5: what went meanwhile changed the size of what was gone through."""
    held, alive = going(point)
    seen = 0
    for _ in getattr(held, view)():
        seen += 1
        alive.clear()
    assert seen == 50
    gc.collect()
    assert len(held.all_states()) <= 1


def test_a_map_is_gone_through_while_its_instances_go(point):
    """SQLAlchemy 0.6.4 #1891: iteration over the identity map did not expect collection."""
    held, alive = going(point)
    seen = []
    for key in held:
        seen.append(key)
        alive.clear()
    assert set(seen) <= set(range(50))
    assert held.values() == []


def test_a_key_that_has_just_gone_is_a_missing_key_and_no_accident(point):
    """SQLAlchemy 1.1.12 #4030: between the question and the answer the instance had gone."""
    held = IdentityMap()
    p = point(1)
    commit(p)
    held.make_persistent(p, "key")
    state = instance_state(p)
    del p
    gc.collect()
    assert state.obj() is None
    assert "key" not in held
    assert held.get("key", "default") == "default"
    with pytest.raises(KeyError):
        held["key"]
    held.make_persistent(other := point(2), "key")
    assert held["key"] is other


def test_a_state_that_outlives_its_map_is_detached(point):
    """SQLAlchemy 0.7.3 #2281: instances of a session that was collected could join no other."""
    first, second = IdentityMap(), IdentityMap()
    p = point(1)
    first.make_persistent(p, "key")
    p.x = 2
    del first
    gc.collect()
    assert instance_state(p).detached
    second.make_persistent(p, "key")
    assert second["key"] is p
    assert p in second.dirty


def test_a_state_without_its_instance_says_so(point):
    """SQLAlchemy 0.5.0rc4: an error of lost state in place of its name."""
    p = point(1)
    commit(p)
    state = instance_state(p)
    del p
    gc.collect()
    assert state.obj() is None
    with pytest.raises(errors.DereferencedError, match="garbage collected"):
        state.get_impl("x").set(state, state.dict, 1, None)


def test_a_collection_whose_owner_is_gone_says_so(family):
    """SQLAlchemy 1.3.0b1 #4268: a proxy of a collection outlived its parent and went stale."""
    f = family()
    parent, child = f.Parent(), f.Child()
    members = parent.children
    del parent
    gc.collect()
    with pytest.raises(errors.DereferencedError, match=r"Parent\.children.*garbage collected"):
        members.append(child)
    assert child.parent is None
    assert list(members) == []


def test_a_pickled_state_whose_instance_is_gone(point):
    """SQLAlchemy 0.8.1: unpickling a state that had lost its instance failed on None."""
    state = instance_state(Kept())
    gc.collect()
    restored = pickle.loads(pickle.dumps(state))
    assert restored.obj() is None
    assert restored.class_ is Kept


class Kept:
    """Found again by pickle."""


register_class(Kept)
register_attribute(Kept, "many", uselist=True, useobject=True)


def test_unpickled_instances_go_like_any_other(uncollected):
    """SQLAlchemy 0.5.5: instances that had been pickled and put back were not collected."""
    held, copied = IdentityMap(), pickle.loads(pickle.dumps(Kept()))
    held.make_persistent(copied, 1)
    commit(copied)
    reference = weakref.ref(copied)
    del copied
    assert reference() is None
    assert len(held) == 0


@pytest.mark.parametrize("kind", [list, set, attribute_keyed_dict("name")])
@pytest.mark.parametrize("way", ["emptied", "replaced", "copied"])
def test_what_left_a_collection_is_let_go(family, kind, way):
    """atom 0.10.2 #202 and multidict 6.6.4 #1233: what was taken out of containers leaked."""
    f = family(kind)
    parent, child = f.Parent(), f.Child("a")
    child.parent = parent
    commit(parent, child)
    reference = weakref.ref(child)
    if way == "emptied":
        parent.children.clear()
    elif way == "replaced":
        parent.children = kind()
    else:
        twin = copy.copy(parent)
        twin.children.clear()
        commit(twin)
        child.parent = None
    del child
    commit(parent)
    gc.collect()
    assert reference() is None


def test_a_popped_member_is_let_go(family):
    """multidict 6.7.1 #1284: what was popped successfully was counted once too often."""
    f = family(attribute_keyed_dict("name"))
    parent = f.Parent()
    references = []
    for n in range(5):
        child = f.Child(str(n))
        child.parent = parent
        commit(parent, child)
        references.append(weakref.ref(child))
        del child
        parent.children.pop(str(n))
        commit(parent)
    gc.collect()
    assert [reference() for reference in references] == [None] * 5


def test_iterators_let_their_collection_go(family):
    """multidict 4.7.4 #452: an iterator that was dropped halfway kept its container."""
    f = family()
    parent = f.Parent()
    parent.children = [f.Child(), f.Child()]
    for _ in range(3):
        next(iter(parent.children))
        next(iter(collection_adapter(parent.children)))
    reference = weakref.ref(parent)
    del parent
    gc.collect()
    assert reference() is None


def test_a_class_that_was_listened_to_goes():
    """SQLAlchemy 0.7.10 #2650: classes made on the spot stayed for ever, held by events."""

    class Base:
        pass

    register_class(Base)
    register_attribute(Base, "x")
    calls = []

    def hear(*args):
        calls.append(1)

    listen(Base, "init", hear, propagate=True)
    listen(Base.x, "set", hear, propagate=True)

    def make():
        class Local(Base):
            pass

        register_class(Local)
        register_attribute(Local, "x")
        listen(Local, "load", hear)
        Local().x = 1
        return weakref.ref(Local)

    gone = [make() for _ in range(3)]
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3
    assert len(calls) == 6
    assert list(manager_of_class(Base).subclass_managers(True)) == []
    remove(Base, "init", hear)
    Base().x = 2
    assert len(calls) == 7


def test_going_through_subclasses_while_they_go():
    """SQLAlchemy 1.4.22 #6771: collection of classes changed a weak dictionary in use."""

    class Base:
        pass

    register_class(Base)
    subclasses = [type(f"Sub{n}", (Base,), {}) for n in range(10)]
    for class_ in subclasses:
        register_class(class_)
    del class_
    seen = 0
    for manager in manager_of_class(Base).subclass_managers(True):
        seen += manager is not None
        del manager
        subclasses.clear()
        gc.collect()
    assert 1 <= seen <= 10
    register_attribute(Base, "x")
    assert Base().x is None


def test_both_classes_of_a_relationship_go():
    """SQLAlchemy 2.0.53 #13566: classes tied to each other stayed after all was disposed of."""

    def make():
        class Near:
            pass

        class Far:
            pass

        register_class(Near)
        register_class(Far)
        register_attribute(Near, "fars", uselist=True, useobject=True, backref="near")
        register_attribute(Far, "near", useobject=True, backref="fars")
        near, far = Near(), Far()
        near.fars.append(far)
        del near, far
        gc.collect()
        unregister_class(Near)
        unregister_class(Far)
        return weakref.ref(Near), weakref.ref(Far)

    references = make()
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_an_instance_held_in_history_is_held_no_longer_than_that(family):
    """SQLAlchemy 0.5.4 #1398: tracked instances held on to what they had been related to."""
    f = family()
    parent, child = f.Parent(), f.Child()
    child.parent = parent
    commit(parent, child)
    reference = weakref.ref(parent)
    child.parent = None
    assert get_history(child, "parent").deleted == [parent]
    del parent
    gc.collect()
    assert reference() is not None
    commit(child)
    gc.collect()
    assert reference() is None
