"""Values that contain themselves, that share parts, and that are nested very deep."""

import copy
from collections import OrderedDict, deque
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking.values.conftest import Fixed, Part, Tags, never, quietly, snapshot_of

from ormolu.tracking.values.differences import differences
from ormolu.tracking.values.snapshots import take

DEPTH = 100_000


def shape_of(value):
    """A graph written down: what each part is, and which parts it has, in order of sight."""
    numbers, todo, written = {}, [value], []
    while todo:
        part = todo.pop(0)
        if id(part) in numbers:
            continue
        numbers[id(part)] = len(numbers)
        inner = list(part.values() if isinstance(part, dict) else part)
        written.append((type(part), list(part) if isinstance(part, dict) else [], part, inner))
        todo += [each for each in inner if isinstance(each, (list, dict, tuple))]
    return [
        (class_, keys, [numbers.get(id(each), each) for each in inner])
        for class_, keys, _, inner in written
    ]


@st.composite
def graphs(draw):
    """Lists and dictionaries that refer to each other at random, with tuples in between."""
    parts = [draw(st.sampled_from([list, dict]))() for _ in range(draw(st.integers(1, 5)))]
    parts += [(part,) for part in parts[:2]]
    for _ in range(draw(st.integers(0, 12))):
        part = draw(st.sampled_from(parts))
        new = draw(st.sampled_from([*parts, 2, "a"]))
        if isinstance(part, list):
            part.append(new)
        elif isinstance(part, dict):
            part[draw(st.sampled_from("abc"))] = new
    return parts


@quietly
@given(graphs(), st.data())
def test_circles_and_what_is_shared_come_back_as_they_were(parts, data):
    value = data.draw(st.sampled_from(parts))
    snapshot, written = snapshot_of(value), shape_of(value)
    assert snapshot.matches(value)
    assert snapshot.matches(copy.deepcopy(value))
    assert shape_of(snapshot.thaw()) == written
    changed = False
    for part in parts:
        if not isinstance(part, tuple) and data.draw(st.booleans()):
            part.clear()
            part.extend(parts) if isinstance(part, list) else part.update(a=parts)
    changed = shape_of(value) != written
    found = differences(snapshot, value, never)
    assert bool(found) is not snapshot.matches(value)
    assert found or not changed or snapshot.matches(value)
    assert shape_of(snapshot.restore(value)) == written


def test_a_list_that_contains_itself():
    value = [1]
    value.append(value)
    snapshot = snapshot_of(value)
    assert snapshot.matches(value)
    thawed = snapshot.thaw()
    assert thawed[1] is thawed
    assert snapshot.matches(thawed)
    # unrolled once it looks the same
    assert snapshot.matches([1, value])
    assert not snapshot.matches([1, [2, value]])
    value[1] = None
    assert not snapshot.matches(value)
    assert len(differences(snapshot, value, never)) == 1
    assert snapshot.restore(value)[1] is value


def test_objects_that_refer_to_each_other():
    one, two = Part("one"), Part("two")
    one.inner, two.inner = [two], (one,)
    snapshot = snapshot_of(one)
    assert snapshot.matches(one)
    two.name = "changed"
    (found,) = differences(snapshot, one, never)
    assert "".join(map(str, found.path)) == ".inner[0].name"
    thawed = snapshot.thaw()
    assert thawed.inner[0].inner[0] is thawed
    assert thawed.inner[0].name == "two"
    snapshot.restore(one)
    assert (two.name, two.inner[0] is one) == ("two", True)


def test_what_is_shared_stays_shared():
    shared = [1]
    value = [shared, shared, (shared,), {"a": shared}, Part(shared)]
    for made in (snapshot_of(value).thaw(), snapshot_of(value).restore(None)):
        assert {id(part) for part in (made[0], made[1], made[2][0], made[3]["a"])} == {id(made[0])}
        assert made[4].name is made[0] is not shared


def test_a_value_matches_whether_equal_parts_are_one_object_or_two():
    assert snapshot_of([[1], [1]]).matches([[1]] * 2)
    assert snapshot_of([[1]] * 2).matches([[1], [1]])
    assert not snapshot_of([[1]] * 2).matches([[1], [2]])


def test_parts_that_are_shared_without_end_are_looked_at_once():
    value, other = [1], [2]
    for _ in range(200):
        value, other = [value, value], [other, other]
    snapshot = snapshot_of(value)
    answers = snapshot.matches(value), snapshot.matches(other), snapshot.matches(snapshot.thaw())
    assert answers == (True, False, True)
    assert len(differences(snapshot, other, never)) == 1
    snapshot.restore(value)


def _deep(wrap, inside=1, depth=DEPTH):
    for _ in range(depth):
        inside = wrap(inside)
    return inside


def _tags(inner):
    made = Tags()
    made.mark = inner
    return made


WRAPS = {
    "list": lambda inner: [inner],
    "dict": lambda inner: {"a": inner},
    "ordered": lambda inner: OrderedDict(a=inner),
    "deque": lambda inner: deque([inner]),
    "dataclass": Part,
    "slots": Fixed,
    "namespace": lambda inner: SimpleNamespace(a=inner),
    "attribute": _tags,
    "tuple": lambda inner: (inner,),
}


@pytest.mark.parametrize("name", WRAPS)
def test_a_value_may_be_nested_a_hundred_thousand_levels_deep(name):
    # no assertion may have to write such a value down
    depth = DEPTH if name in ("list", "tuple", "slots") else DEPTH // 5
    innermost = [1]
    value = _deep(WRAPS[name], innermost, depth)
    snapshot = snapshot_of(value)
    before = snapshot.matches(value)
    innermost.append(2)
    after = snapshot.matches(value)
    assert (before, after) == (True, False)
    found = differences(snapshot, value, never)
    assert [(len(one.path), one.new) for one in found] == [(depth + 1, 2)]
    thawed = snapshot.thaw()
    answers = snapshot.matches(thawed), snapshot.restore(value) is value, innermost
    assert answers == (True, True, [1])


def test_a_tuple_nested_deep_has_no_snapshot_and_can_be_compared():
    value, other = _deep(lambda inner: (inner,)), _deep(lambda inner: (inner,), 2)
    assert take(value, never) is None
    found = differences(value, other, never)
    assert [(len(one.path), one.old, one.new) for one in found] == [(DEPTH, 1, 2)]
