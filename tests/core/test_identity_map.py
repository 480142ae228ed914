"""The identity map as a mapping, and what enters and leaves it."""

import gc

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import instance_state
from ormolu.state import IdentityMap


@pytest.fixture
def identities(point):
    """A map with two instances; ``kept`` holds them."""
    found = IdentityMap()
    found.kept = [point(1), point(2)]
    commit(*found.kept)
    for number, instance in enumerate(found.kept, 1):
        found.make_persistent(instance, number)
    return found


def test_it_is_a_mapping_in_the_order_of_arrival(identities):
    one, two = identities.kept
    states = [instance_state(one), instance_state(two)]
    assert (len(identities), list(identities), list(identities.keys())) == (2, [1, 2], [1, 2])
    assert (identities.values(), identities.items()) == ([one, two], [(1, one), (2, two)])
    assert identities.all_states() == states
    assert (identities[1], identities.get(2), identities.get(3)) == (one, two, None)
    assert identities.get(3, "none") == "none"
    assert identities.has_key(1)
    assert 3 not in identities
    assert identities.fast_get_state(1) is states[0]
    assert identities.contains_state(states[0])
    with pytest.raises(KeyError):
        identities[3]


def test_a_state_of_the_same_key_is_not_here(identities, point):
    other = instance_state(point())
    other.key = 1
    assert not identities.contains_state(other)
    identities.safe_discard(other)
    assert 1 in identities


def test_one_is_added_once(identities):
    assert identities.add(instance_state(identities.kept[0])) is False


def test_replacing_lets_the_one_before_go(identities, point):
    one = identities.kept[0]
    one.x = 5
    assert identities.dirty == [one]
    twin = point(7)
    state = instance_state(twin)
    state.key = 1
    assert identities.replace(state) is instance_state(one)
    assert identities.replace(state) is None
    assert identities[1] is twin
    assert identities.dirty == [twin]


def test_an_identity_whose_instance_has_gone_is_free(identities, point):
    del identities.kept[0]
    gc.collect()
    assert 1 not in identities
    newcomer = point(3)
    identities.make_persistent(newcomer, 1)
    assert identities[1] is newcomer


def test_a_restored_one_finds_its_place_taken(identities, point):
    one = identities.kept[0]
    identities.delete(one)
    usurper = point(9)
    identities.make_persistent(usurper, 1)
    with pytest.raises(errors.IdentityConflictError, match="already"):
        identities.restore(one)
    assert instance_state(one).life_cycle == "deleted"
    assert identities.deleted == [one]
    assert identities[1] is usurper


def test_a_pending_one_stays_pending_where_its_identity_is_taken(identities, point):
    newcomer = point(3)
    identities.enroll(newcomer)
    with pytest.raises(errors.IdentityConflictError):
        identities.make_persistent(newcomer, 1)
    assert instance_state(newcomer).life_cycle == "pending"
    assert instance_state(newcomer).key is None
    assert identities.new == [newcomer]


def test_what_cannot_be_a_key_leaves_the_instance_as_it_was(identities, point):
    newcomer = point(3)
    with pytest.raises(TypeError):
        identities.make_persistent(newcomer, [])
    assert instance_state(newcomer).life_cycle == "transient"


def test_an_untracked_instance_is_refused(identities, point):
    with pytest.raises(errors.UntrackedInstanceError, match="no state"):
        identities.enroll(point.__new__(point))


def test_expiring_a_changed_one_makes_it_clean(identities):
    one = identities.kept[0]
    one.x = 5
    state = instance_state(one)
    state._expire(state.dict, identities._modified)
    assert identities.dirty == []
    assert (state.modified, state._strong_obj) == (False, None)


def test_a_state_that_keeps_its_instance_is_not_dereferenced(identities):
    one = identities.kept[0]
    one.x = 5
    with pytest.raises(errors.LifeCycleError, match="commit first"):
        instance_state(one)._force_dereference()
    identities.commit()
    instance_state(one)._force_dereference()
    assert 1 not in identities
