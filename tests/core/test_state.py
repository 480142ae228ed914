"""States: what is loaded, changed and expired; the life cycle; pickling."""

import copy
import gc
import pickle
import weakref

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    NO_VALUE,
    flag_dirty,
    flag_modified,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.events import listen, remove
from ormolu.instrumentation import register_class
from ormolu.state import IdentityMap, InstanceState


class Kept:
    """Found again by pickle."""

    def __init__(self, name=None):
        self.name = name


class Bag:
    """Holds several."""


register_class(Kept)
register_class(Bag)
register_attribute(Kept, "name")
register_attribute(Kept, "bag", useobject=True, backref="kept")
register_attribute(Bag, "kept", uselist=True, useobject=True, backref="bag")


def test_what_is_changed_and_what_is_loaded(point):
    p = point(1)
    state = instance_state(p)
    assert (state.modified, state.unmodified, state.unloaded) == (True, {"y"}, {"y"})
    commit(p)
    assert (state.modified, state.committed_state) == (False, {})
    p.x = 2
    p.x = 3
    assert state.committed_state == {"x": 1}
    state._commit(state.dict, ["x"])
    assert state.committed_state == {}
    assert state.unmodified == {"x", "y"}


def test_attrs_shows_each_attribute(point):
    p = point(1)
    commit(p)
    p.x = 2
    attrs = instance_state(p).attrs
    assert list(attrs) == ["x", "y"]
    assert attrs.x.value == attrs["x"].loaded_value == 2
    assert attrs.x.history == attrs.x.load_history() == ([2], (), [1])
    assert attrs.y.loaded_value is NO_VALUE
    assert attrs.y.value is None
    with pytest.raises(AttributeError):
        attrs.z  # noqa: B018 - the read raises


def test_many_states_are_committed_at_once(point):
    points = [point(n) for n in range(3)]
    states = [instance_state(p) for p in points]
    InstanceState._commit_all_states((state, state.dict) for state in states)
    assert not any(state.modified for state in states)


def test_expiring_some_and_all():
    trips = []

    def load(state, keys, passive):
        trips.append(keys)
        for key in keys:
            set_committed_value(state.obj(), key, key.upper())

    class Page:
        pass

    register_class(Page, expired_attribute_loader=load)
    for key in "abc":
        register_attribute(Page, key)
    page = Page()
    state = instance_state(page)
    heard = []
    listen(Page, "expire", lambda target, keys: heard.append(keys))
    state._expire(state.dict, set())
    assert state.expired
    page.b = "mine"
    assert page.a == "A"
    assert trips == [{"a", "c"}]
    assert page.b == "mine"
    state._expire_attributes(state.dict, ["b", "c"])
    assert "b" not in state.committed_state
    assert (page.b, page.c) == ("B", "C")
    assert heard == [None, ["b", "c"]]


def test_a_loader_of_one_instance(point):
    p = point()
    state = instance_state(p)
    install = InstanceState._instance_level_callable_processor(
        state.manager, lambda state, passive: "for this one", "x"
    )
    install(state, state.dict, None)
    assert p.x == "for this one"
    assert point().x is None
    assert not state.modified


def test_flags(point):
    p = point(1)
    commit(p)
    flag_modified(p, "x")
    assert instance_state(p).modified
    assert get_history(p, "x") == ([1], (), ())
    q = point(1)
    commit(q)
    flag_dirty(q)
    assert instance_state(q).modified
    assert not get_history(q, "x").has_changes()


def test_info_is_for_the_user(point):
    state = instance_state(point())
    state.info["seen"] = True
    assert state.info == {"seen": True}


# -- life cycle ---------------------------------------------------------------------


def walk(state):
    words = ("transient", "pending", "persistent", "deleted", "detached")
    return [word for word in words if getattr(state, word)]


def test_a_whole_life(point):
    identities, p = IdentityMap(), point(1)
    state = instance_state(p)
    assert walk(state) == ["transient"]
    identities.enroll(p)
    assert walk(state) == ["pending"]
    assert identities.new == [p]
    identities.make_persistent(p, ("Point", 1))
    assert walk(state) == ["persistent"]
    assert identities["Point", 1] is p
    assert identities.new == []
    identities.delete(p)
    assert walk(state) == ["deleted"]
    assert ("Point", 1) not in identities
    identities.restore(p)
    assert walk(state) == ["persistent"]
    identities.delete(p)
    identities.commit()
    assert walk(state) == ["detached"]
    assert state.was_deleted
    identities.make_persistent(p, ("Point", 1))
    assert walk(state) == ["persistent"]
    identities.expunge(p)
    assert walk(state) == ["detached"]


def test_a_pending_one_that_leaves_is_transient_again(point):
    identities, p = IdentityMap(), point()
    identities.enroll(p)
    identities.expunge(p)
    assert walk(instance_state(p)) == ["transient"]
    assert identities.new == []


@pytest.mark.parametrize("step", ["delete", "restore", "expunge"])
def test_a_step_out_of_order_is_refused(point, step):
    with pytest.raises(errors.LifeCycleError, match=r"is transient, and only .* can be"):
        getattr(IdentityMap(), step)(point())


def test_an_instance_of_another_map_is_refused(point):
    one, other, p = IdentityMap(), IdentityMap(), point()
    one.enroll(p)
    with pytest.raises(errors.LifeCycleError):
        other.make_persistent(p, 1)
    with pytest.raises(errors.LifeCycleError):
        other.expunge(p)


def test_two_with_one_identity_are_refused(point):
    identities, p, q = IdentityMap(), point(), point()
    identities.make_persistent(p, 1)
    with pytest.raises(errors.IdentityConflictError, match="has the identity 1 already"):
        identities.make_persistent(q, 1)
    assert walk(instance_state(q)) == ["transient"]
    assert identities[1] is p


def test_a_closed_map_takes_nobody_in(point):
    identities = IdentityMap()
    identities._kill()
    with pytest.raises(errors.IdentityMapClosedError, match="closed"):
        identities._add_unpresent(instance_state(point()), 1)


def test_clean_ones_are_held_weakly_and_changed_ones_kept(point):
    identities = IdentityMap()
    clean, changed = point(1), point(1)
    commit(clean, changed)
    identities.make_persistent(clean, "clean")
    identities.make_persistent(changed, "changed")
    changed.x = 2
    del clean, changed
    gc.collect()
    assert list(identities) == ["changed"]
    assert [p.x for p in identities.dirty] == [2]
    identities.commit()
    gc.collect()
    assert len(identities) == 0


def test_pending_ones_are_kept(point):
    identities = IdentityMap()
    identities.enroll(point())
    gc.collect()
    assert len(identities.new) == 1


def test_a_map_that_goes_lets_its_instances_go(point):
    identities, p = IdentityMap(), point()
    identities.make_persistent(p, 1)
    del identities
    gc.collect()
    assert walk(instance_state(p)) == ["detached"]
    p.x = 1


# -- pickling -------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_instances_pickle_with_their_history(protocol):
    bag, kept = Bag(), Kept("old")
    bag.kept.append(kept)
    commit(bag, kept)
    kept.name = "new"
    instance_state(kept).info["note"] = 1
    copied = pickle.loads(pickle.dumps(bag, protocol))
    (found,) = copied.kept
    assert found is not kept
    assert found.bag is copied
    assert get_history(found, "name") == (["new"], (), ["old"])
    state = instance_state(found)
    assert (state.modified, state.info, state.obj()) == (True, {"note": 1}, found)
    assert instance_state(copied).manager is instance_state(bag).manager
    copied.kept.append(Kept("more"))
    assert copied.kept[1].bag is copied


def test_a_state_pickles_without_its_instance():
    state = instance_state(Kept("a"))
    gc.collect()
    restored = pickle.loads(pickle.dumps(state))
    assert restored.obj() is None
    assert restored.class_ is Kept
    assert restored.dict == {}


def test_pickling_is_heard_of():
    heard = []

    def before(target, values):
        heard.append("pickle")

    def after(target, values):
        heard.append(type(target))

    listen(Kept, "pickle", before)
    listen(Kept, "unpickle", after)
    pickle.loads(pickle.dumps(Kept("x")))
    remove(Kept, "pickle", before)
    remove(Kept, "unpickle", after)
    assert heard == ["pickle", Kept]


def test_unpickling_an_unregistered_class_is_refused(monkeypatch):
    data = pickle.dumps(Kept("x"))
    monkeypatch.delattr(Kept, "_ormolu_manager")
    with pytest.raises(errors.UnregisteredClassError, match="cannot unpickle a Kept"):
        pickle.loads(data)


def test_a_deep_copy_is_tracked_by_itself():
    bag, kept = Bag(), Kept("a")
    bag.kept.append(kept)
    commit(bag, kept)
    heard = []

    def listener(target, value, initiator):
        heard.append(value)

    listen(Bag.kept, "append", listener)
    twin = copy.deepcopy(bag)
    remove(Bag.kept, "append", listener)
    twin.kept[0].name = "b"
    assert heard == []
    assert instance_state(twin).obj() is twin
    assert (kept.name, twin.kept[0].name) == ("a", "b")
    assert not instance_state(kept).modified
    assert twin.kept[0].bag is twin


def test_a_copy_of_a_collection_belongs_to_nobody():
    bag, kept = Bag(), Kept("a")
    bag.kept.append(kept)
    commit(bag, kept)
    loose = copy.copy(bag.kept)
    loose.append(Kept("b"))
    assert [member.name for member in loose] == ["a", "b"]
    assert [member.name for member in bag.kept] == ["a"]
    assert not instance_state(bag).modified


def test_a_state_goes_with_its_instance(point):
    p = point(1)
    reference = weakref.ref(instance_state(p))
    del p
    gc.collect()
    assert reference() is None


def test_a_blank_state_of_any_class_has_every_field():
    class Own(InstanceState):
        def __init_subclass__(cls, **options):
            """Tell nobody."""

    class Further(Own):
        extra = 1

    for class_ in (InstanceState, Own, Further):
        for blank in (class_.__new__(class_), object.__new__(class_)):
            assert blank.key is blank.session_id is blank._committed is None
            assert not blank.modified and not blank.expired and not blank._deleted
            assert blank.committed_state == {} and blank.expired_attributes == set()
            assert blank == blank and blank != object.__new__(class_)
            assert len({blank, blank}) == 1 and weakref.ref(blank)() is blank
