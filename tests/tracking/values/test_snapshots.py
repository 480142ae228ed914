"""What a snapshot says of a value that may have changed in place."""

import copy
import dataclasses
import gc
import math
import pickle
import weakref
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.naming import named
from tests.tracking.values.conftest import (
    VALUES,
    Fixed,
    Pair,
    Part,
    Person,
    Tags,
    alike,
    change,
    is_person,
    never,
    parts_of,
    quietly,
    snapshot_of,
)

from ormolu.tracking.values.differences import differences
from ormolu.tracking.values.snapshots import take


@quietly
@given(VALUES, st.data())
def test_a_value_matches_just_if_it_is_equal_to_a_copy_made_before(value, data):
    snapshot, before = take(value, never), copy.deepcopy(value)
    if snapshot is None:
        return
    assert snapshot.matches(value)
    assert snapshot.matches(before)
    for _ in range(data.draw(st.integers(1, 3))):
        change(data, value)
    unchanged = alike(before, value)
    assert snapshot.matches(value) is unchanged
    assert (differences(snapshot, value, never) == []) is unchanged
    assert (differences(before, value, never) == []) is unchanged


@quietly
@given(VALUES, st.data())
def test_a_thawed_value_is_equal_to_a_copy_made_before(value, data):
    snapshot, before = take(value, never), copy.deepcopy(value)
    if snapshot is None:
        return
    change(data, value)
    thawed = snapshot.thaw()
    assert alike(before, thawed)
    mutable = {id(part) for part in parts_of(value) if not isinstance(part, tuple)}
    assert not mutable & {id(part) for part in parts_of(thawed)}


@pytest.mark.parametrize(
    ("value", "mutate"),
    [
        ([1], lambda v: v.append(2)),
        ([3, 1], lambda v: v.sort()),
        ({"a": 1}, lambda v: v.update(a=2)),
        ({"a": {"b": 1}}, lambda v: v["a"].update(b=2)),
        ({"a": 1}, lambda v: v.clear()),
        ({1}, lambda v: v.add(2)),
        (([],), lambda v: v[0].append(1)),
        (Pair([], 1), lambda v: v.first.append(1)),
        (deque([1, 2]), lambda v: v.rotate()),
        (bytearray(b"ab"), lambda v: v.reverse()),
        (array("d", [1.5]), lambda v: v.append(2)),
        (OrderedDict(a=1, b=2), lambda v: v.move_to_end("a")),
        (defaultdict(list), lambda v: v["a"]),
        (defaultdict(list), lambda v: setattr(v, "default_factory", set)),
        (Counter("a"), lambda v: v.update("a")),
        (Part([1]), lambda v: v.name.append(2)),
        (Part(1), lambda v: vars(v).pop("name")),
        (Fixed({}), lambda v: v.name.update(a=1)),
        (Fixed(1), lambda v: object.__setattr__(v, "name", 2)),
        (SimpleNamespace(a=1), lambda v: setattr(v, "b", 2)),
        (SimpleNamespace(a=1), lambda v: delattr(v, "a")),
        (Tags("ab"), lambda v: v.pop()),
        (Tags(), lambda v: setattr(v, "mark", 1)),
        (Part(Part(Part({1}))), lambda v: v.name.name.name.add(2)),
    ],
    ids=named,
)
def test_a_value_that_is_changed_in_place_is_seen_to_be(value, mutate):
    snapshot = snapshot_of(value)
    assert snapshot.matches(value)
    mutate(value)
    assert not snapshot.matches(value)
    assert differences(snapshot, value, never)


@pytest.mark.parametrize(
    "value",
    [None, 1, "a", (), (1, ("a", None)), frozenset({1, (2, 3)}), Pair(1, (2,)), object(), len],
)
def test_there_is_no_snapshot_of_what_cannot_be_seen_to_change(value):
    assert take(value, never) is None


def test_there_is_no_snapshot_of_what_is_referred_to():
    assert take(Person("a"), is_person) is None
    part = Part([])
    assert take(part, lambda obj: obj is part) is None
    assert take((part,), lambda obj: obj is part) is None


def test_the_caller_is_not_asked_about_instances_of_builtins():
    asked = []
    value = [1, "a", (1, [2]), {"k": {3}}, Part(1), deque(), Counter("a"), 2.5, None]
    take(value, lambda obj: bool(asked.append(type(obj)))).matches(copy.deepcopy(value))
    assert set(asked) == {Part}


def test_what_is_referred_to_is_compared_by_identity():
    person = Person("a")
    people = [person]
    snapshot = take(people, is_person)
    person.name = "b"
    assert snapshot.matches(people)
    assert snapshot.matches([person])
    assert not snapshot.matches([Person("b")])
    assert snapshot.thaw()[0] is person


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, True), (1, 1.0), (0.0, -0.0), ("a", "a".replace("b", "")), (b"", b"")],
)
def test_leaves_are_the_same_if_they_are_equal(old, new):
    assert snapshot_of([old]).matches([new])
    assert snapshot_of({"a": old}).matches({"a": new})
    assert snapshot_of([(old,)]).matches([(new,)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([], ()),
        ((), []),
        ((1, 2), (1, 2, 3)),
        ((1, 2), Pair(1, 2)),
        (Pair(1, 2), (1, 2)),
        (set(), frozenset()),
        (frozenset({1}), {1}),
        (b"a", bytearray(b"a")),
        (bytearray(b"a"), b"a"),
        ({}, OrderedDict()),
        ({}, defaultdict(list)),
        ([], Tags()),
        (deque([1], 2), deque([1], 3)),
        (array("i", [1]), array("l", [1])),
        ("a", ["a"]),
        (Part(1), Fixed(1)),
    ],
    ids=named,
)
def test_containers_of_different_classes_are_never_the_same(old, new):
    for before, after in (([old], [new]), ({"a": old}, {"a": new}), (Part(old), Part(new))):
        assert not snapshot_of(before).matches(after)
        (found,) = differences(before, after, never)
        assert not isinstance(old, deque) or str(found.path[-1]) == ".maxlen"


def test_a_nan_is_the_same_as_another():
    nan = math.nan
    snapshot = snapshot_of([nan, (nan,), {"a": nan}])
    assert snapshot.matches([nan, (nan,), {"a": nan}])
    assert snapshot.matches([float("nan"), (float("nan"),), {"a": float("nan")}])
    assert not snapshot.matches([1.0, (nan,), {"a": nan}])
    assert not snapshot.matches([Decimal("nan"), (nan,), {"a": nan}])


def test_a_nan_in_an_array_is_the_same_as_before():
    value = array("d", [math.nan, 1])
    snapshot = snapshot_of(value)
    assert snapshot.matches(value)
    value[1] = 2
    assert not snapshot.matches(value)


def test_the_order_of_keys_makes_no_difference_unless_the_dictionary_is_ordered():
    assert snapshot_of({"a": 1, "b": 2}).matches({"b": 2, "a": 1})
    assert not snapshot_of(OrderedDict(a=1, b=2)).matches(OrderedDict(b=2, a=1))


class Odd:
    """Answers to == as it is told to."""

    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    "answer", [1, "yes", [True], NotImplemented, ValueError("unclear"), False]
)
def test_an_answer_to_equality_that_is_not_true_counts_as_different(answer):
    odd = Odd(answer)
    for old in ([odd], {"a": odd}, Part(odd), (odd, [])):
        assert snapshot_of(old).matches(copy.copy(old))
    for old, new in ((odd, Odd(answer)), (5, odd), ("a", odd), (Person("a"), odd)):
        assert not snapshot_of([old]).matches([new])
        assert not snapshot_of({"a": old}).matches({"a": new})
        assert len(differences([old], [new], never)) == 1


def test_an_answer_of_true_is_believed():
    assert snapshot_of([Odd(True)]).matches([Odd(True)])
    assert snapshot_of([5]).matches([Odd(True)])


def test_arrays_of_numpy_are_leaves():
    numpy = pytest.importorskip("numpy")
    one, other = numpy.array([1, 2]), numpy.array([1, 2])
    snapshot = snapshot_of({"a": one})
    assert snapshot.matches({"a": one})
    assert snapshot.matches({"a": other})
    assert not snapshot.matches({"a": numpy.array([1, 3])})
    assert not snapshot_of([1]).matches([numpy.array([1])])
    assert snapshot_of([1.0]).matches([numpy.float64(1.0)])
    assert snapshot.thaw()["a"] is one


class Clash:
    """A key whose == raises."""

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ValueError(self.name)


def test_keys_and_members_that_refuse_to_be_compared_count_as_different():
    one = Clash("one")
    for old, same, other in (
        ({one: 1}, {one: 1}, {Clash("two"): 1}),
        ({one}, {one}, {Clash("two")}),
        (OrderedDict({one: 1}), OrderedDict({one: 1}), OrderedDict({Clash("two"): 1})),
    ):
        snapshot = snapshot_of(old)
        assert snapshot.matches(same)
        assert not snapshot.matches(other)
        assert differences(snapshot, other, never)


class Column:
    """A key whose == builds an expression, true whatever it says."""

    def __eq__(self, other):
        return f"{self} = {other}"

    __hash__ = object.__hash__


def test_the_order_of_keys_goes_by_what_the_dictionary_finds():
    one, two = Column(), Column()
    snapshot = snapshot_of(OrderedDict({one: 1, two: 2}))
    assert snapshot.matches(OrderedDict({one: 1, two: 2}))
    assert not snapshot.matches(OrderedDict({two: 2, one: 1}))
    assert snapshot_of(OrderedDict({1: 1, 2: 2})).matches(OrderedDict({1.0: 1, 2.0: 2}))


def test_what_changes_inside_of_a_member_of_a_set_is_seen():
    node = dataclasses.make_dataclass("Node", ["name"], eq=False)
    one, two = node("one"), node("two")
    value = {one, two, 3}
    snapshot = snapshot_of(value)
    one.name = "changed"
    assert not snapshot.matches(value)
    (found,) = differences(snapshot, value, never)
    assert (found.old, found.new) == ("one", "changed")
    assert snapshot.restore(value) == {one, two, 3}
    assert one.name == "one"


def test_a_frozen_set_with_members_that_can_change_is_followed():
    value = frozenset({Fixed(1), Fixed(2)})
    snapshot = snapshot_of(value)
    assert snapshot.matches(frozenset({Fixed(2), Fixed(1)}))
    assert not snapshot.matches(frozenset({Fixed(2), Fixed(3)}))
    assert snapshot.thaw() == value
    assert snapshot.restore(value) is value


def test_a_snapshot_holds_none_of_the_containers():
    class Text(str):
        pass

    leaf = Text("leaf")
    value = [[leaf], {"a": {"b": [1]}}, {1}, deque([[2]]), Part([3]), Tags("a"), ([4], 5)]
    inside = set(map(id, parts_of(value)))
    snapshot, seen = snapshot_of(value), {}
    todo = [snapshot]
    while todo:
        found = todo.pop()
        if id(found) not in seen and not isinstance(found, type) and found is not never:
            seen[id(found)] = found
            assert id(found) not in inside, found
            todo += gc.get_referents(found)
    assert id(leaf) in seen


def test_what_is_taken_out_of_a_value_is_not_kept_alive():
    value = [Part(Part(1)), Tags()]
    gone = [weakref.ref(value[0]), weakref.ref(value[0].name), weakref.ref(value[1])]
    snapshot = snapshot_of(value)
    value.clear()
    gc.collect()
    assert [ref() for ref in gone] == [None] * 3
    assert snapshot.thaw()[0] == Part(Part(1))


@pytest.mark.parametrize(
    ("value", "closed"),
    [
        ([1, {"a": (2, {3})}], True),
        (Part(Fixed(Tags())), True),
        ({(1, (2, (3, (4, (5, 6))))): 1}, True),
        (defaultdict(list), True),
        ([object()], False),
        ({"a": Person("a")}, False),
        ({Clash("a"): 1}, False),
        ({Clash("a")}, False),
        ({Fixed(1)}, False),
        (Part(Odd(1)), False),
        ([[]][0], True),
    ],
    ids=named,
)
def test_a_snapshot_is_closed_if_it_holds_but_atoms(value, closed):
    assert take(value, is_person).closed is closed


def test_what_is_referred_to_leaves_a_snapshot_open():
    assert take([Part(1)], lambda obj: True).closed is False


def test_a_snapshot_can_be_pickled():
    value = {"a": [1, {2}], "b": Part(Fixed(Tags("x")))}
    snapshot = pickle.loads(pickle.dumps(snapshot_of(value)))
    assert snapshot.matches(value)
    value["a"].append(3)
    assert not snapshot.matches(value)
    assert alike(snapshot.restore(value), {"a": [1, {2}], "b": Part(Fixed(Tags("x")))})


def test_a_snapshot_says_what_it_is_of():
    assert repr(snapshot_of(Tags())) == "<Snapshot of Tags>"
