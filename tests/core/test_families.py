"""An identity map finds states by their keys, as a dictionary does."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ormolu._kernel.families import Families
from ormolu.core.lifecycle import IdentityMap
from ormolu.core.state import InstanceState
from ormolu.instrumentation import register_class


class Place:
    pass


class Other:
    pass


class Word(str):
    __slots__ = ()


for tracked in (Place, Other):
    register_class(tracked)


def state_with(key):
    state = InstanceState(Place(), register_class(Place))
    state.key = key
    return state


PARTS = st.one_of(
    st.integers(-3, 12),
    st.sampled_from(["a", "b", Word("a"), True, 1.0, Decimal(2), None, b"a", (1, 2), 2**70]),
)
KEYS = st.one_of(
    st.tuples(st.sampled_from([Place, Other]), st.tuples(PARTS), st.sampled_from([None, "shard"])),
    st.tuples(st.just(Place), st.tuples(PARTS, PARTS), st.none()),
    st.just("no triple"),
)


class Agreement(RuleBasedStateMachine):
    """The same operations on Families and on a dictionary."""

    def __init__(self):
        super().__init__()
        self.families, self.model = Families(), {}

    @rule(key=KEYS)
    def admit(self, key):
        state = state_with(key)
        self.families.admit(state)
        self.model[key] = state

    @rule(key=KEYS)
    def put(self, key):
        state = state_with(("of", ("another",), None))
        self.families[key] = state
        self.model[key] = state

    @rule(key=KEYS)
    def look_up(self, key):
        assert self.families.get(key) is self.model.get(key)
        assert (key in self.families) == (key in self.model)

    @rule(key=KEYS)
    def drop(self, key):
        assert self.families.pop(key, None) is self.model.pop(key, None)

    @rule(key=KEYS)
    def dismiss(self, key):
        state = self.model.get(key)
        if state is not None and state.key == key:
            assert self.families.dismiss(state)
            del self.model[key]
        assert not self.families.dismiss(state_with(key))

    @rule(count=st.integers(1, 60), start=st.integers(20, 200))
    def admit_many(self, count, start):
        for number in range(start, start + count):
            self.admit((Place, (number,), None))

    @rule(count=st.integers(1, 60), start=st.integers(20, 200))
    def drop_many(self, count, start):
        for number in range(start, start + count):
            self.drop((Place, (number,), None))

    @invariant()
    def agree(self):
        assert len(self.families) == len(self.model)
        assert dict(self.families.items()) == self.model
        assert set(map(id, self.families.values())) == set(map(id, self.model.values()))
        assert set(self.families.keys()) == set(self.model)


Agreement.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAgreement = Agreement.TestCase


def test_the_states_of_a_class_come_in_the_order_of_their_arrival():
    families = Families()
    numbers = [*range(50, 0, -1), *range(60, 90)]
    for number in numbers:
        families[(Place, (number,), None)] = state_with((Place, (number,), None))
    for number in range(10, 30):
        del families[(Place, (number,), None)]
    left = [number for number in numbers if not 10 <= number < 30]
    assert [key[1][0] for key in families] == left
    assert [state.key[1][0] for state in families.values()] == left


@given(st.lists(st.integers(0, 40), max_size=80))
def test_a_state_is_found_by_the_key_it_came_in_with_whatever_becomes_of_its_own(numbers):
    identities = IdentityMap()
    states = {}
    for number in numbers:
        key = (Place, (number,), None)
        state = states.setdefault(number, state_with(key))
        if state.key == key:
            identities.replace(state)
            state.key = (Place, (number + 100,), None)
        assert identities._dict.get(key) is state
        assert identities._dict.get((Place, (number + 100,), None)) is None
    assert len(identities._dict) == len(states)


def test_comparing_primary_keys_may_change_the_map():
    families = Families()
    meddled = []

    class Meddler:
        def __hash__(self):
            return hash(7)

        def __eq__(self, other):
            if not meddled:
                meddled.append(other)
                families.pop((Place, (7,), None))
                for number in range(100, 200):
                    families.admit(state_with((Place, (number,), None)))
            return other == 7

    families.admit(state_with((Place, (7,), None)))
    assert families.get((Place, (Meddler(),), None)) is None
    assert meddled == [7]
    assert [key[1][0] for key in families] == list(range(100, 200))


def test_a_primary_key_that_cannot_be_hashed_is_refused_and_nothing_changes():
    families = Families()
    families.admit(state_with((Place, (1,), None)))
    with pytest.raises(TypeError):
        families[(Place, ([],), None)] = state_with((Place, (1,), None))
    with pytest.raises(TypeError):
        families.get((Place, ([],), None))
    assert len(families) == 1
