"""Where a value differs from what it was."""

import copy
import dataclasses
from array import array
from collections import OrderedDict, defaultdict, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st
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

from ormolu._kernel.sentinels import MISSING
from ormolu.tracking.values.differences import Attr, Difference, Item, Member, differences, render
from ormolu.tracking.values.snapshots import Snapshot, take


def shown(old, new, is_reference=never):
    """The differences as text, the same whether of a value or of a snapshot of it."""
    found = differences(old, new, is_reference)
    snapshot = take(old, is_reference)
    assert snapshot is None or differences(snapshot, new, is_reference) == found
    return [f"x{render(path)}: {_text(before)} -> {_text(now)}" for path, before, now in found]


def _text(value):
    return "-" if value is MISSING else repr(value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 2, ["x: 1 -> 2"]),
        ([1], [1], []),
        # sequences
        ([1, 2, 3], [1, 9, 3], ["x[1]: 2 -> 9"]),
        ([1, 2, 3], [0, 1, 2, 3], ["x[0]: - -> 0"]),
        ([1, 2, 3], [1, 3], ["x[1]: 2 -> -"]),
        ([1, 1], [1], ["x[1]: 1 -> -"]),
        ([1, 2, 3, 4], [1, 8, 9, 7, 4], ["x[1]: 2 -> 8", "x[2]: 3 -> 9", "x[3]: - -> 7"]),
        ([1, 2, 3, 4], [1, 8, 4], ["x[1]: 2 -> 8", "x[2]: 3 -> -"]),
        ([], [1], ["x[0]: - -> 1"]),
        ([1, 2], [2, 1], ["x[0]: 1 -> 2", "x[1]: 2 -> 1"]),
        ((1, 2), (1, 3), ["x[1]: 2 -> 3"]),
        ((1, (2, (3,))), (1, (2, (4,))), ["x[1][1][0]: 3 -> 4"]),
        (deque([1, 2]), deque([0, 1, 2]), ["x[0]: - -> 0"]),
        ([[1], [2]], [[0], [1], [2]], ["x[0]: - -> [0]"]),
        ([[1], [2]], [[1], [3]], ["x[1][0]: 2 -> 3"]),
        (Pair(1, [2]), Pair(1, [3]), ["x.second[0]: 2 -> 3"]),
        (Pair(1, 2), Pair(3, 2), ["x.first: 1 -> 3"]),
        # dictionaries
        ({"a": 1}, {"a": 2}, ["x.a: 1 -> 2"]),
        ({"a": 1}, {"b": 1}, ["x.a: 1 -> -", "x.b: - -> 1"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, ["x.a.b[1].c: 2 -> 3"]),
        ({1: 1, "1": 2}, {1: 2, "1": 3}, ["x[1]: 1 -> 2", "x['1']: 2 -> 3"]),
        (defaultdict(list), defaultdict(set), ["x.default_factory: " + f"{list!r} -> {set!r}"]),
        # sets
        ({1, 2, 3}, {2, 3, 5, 4}, ["x{1}: 1 -> -", "x{4}: - -> 4", "x{5}: - -> 5"]),
        (frozenset("a"), frozenset("b"), ["x{'a'}: 'a' -> -", "x{'b'}: - -> 'b'"]),
        (set(), set("hgfedcb"), [f"x{{{each!r}}}: - -> {each!r}" for each in "bcdefgh"]),
        ({1, "a", None}, {1, "a"}, ["x{None}: None -> -"]),
        # objects
        (Part(1, [2]), Part(3, [4]), ["x.name: 1 -> 3", "x.inner[0]: 2 -> 4"]),
        (Fixed(1), Fixed(2), ["x.name: 1 -> 2"]),
        # what is not the same kind of thing, or has no parts
        ([1], (1,), ["x: [1] -> (1,)"]),
        ({"a": [1]}, {"a": None}, ["x.a: [1] -> None"]),
        ({"a": [1]}, {"a": deque([1])}, ["x.a: [1] -> deque([1])"]),
        ([bytearray(b"ab")], [bytearray(b"b")], ["x[0]: bytearray(b'ab') -> bytearray(b'b')"]),
        (array("i", [1]), array("i"), ["x: array('i', [1]) -> array('i')"]),
        ("ab", "b", ["x: 'ab' -> 'b'"]),
    ],
)
def test_differences_are_reported_place_by_place(old, new, expected):
    assert shown(old, new) == expected


def test_differences_are_in_the_order_of_their_places():
    old = {"a": [[1], 2, [3]], "b": 4, "c": {"d": [5]}}
    new = {"a": [[0], 0, [0]], "b": 0, "c": {"d": [0]}}
    assert shown(old, new) == [
        "x.a[0][0]: 1 -> 0",
        "x.a[1]: 2 -> 0",
        "x.a[2][0]: 3 -> 0",
        "x.b: 4 -> 0",
        "x.c.d[0]: 5 -> 0",
    ]


def test_the_order_of_an_ordered_dictionary_differs_as_a_whole():
    old, new = OrderedDict(a=1, b=2), OrderedDict(b=2, a=3)
    order, member = differences(old, new, never)
    assert (order.path, list(order.old), order.new is new) == ((), ["a", "b"], True)
    assert member == Difference((Item("a"),), 1, 3)
    # where the keys differ, they say it
    assert shown(old, OrderedDict(b=2, c=1)) == ["x.a: 1 -> -", "x.c: - -> 1"]


def test_an_insertion_into_a_long_list_of_objects_is_one_difference():
    old = [Part(number, [number]) for number in range(500)]
    for where in (0, 250, 500):
        new = copy.deepcopy(old)
        new.insert(where, "new")
        assert differences(old, new, never) == [Difference((Item(where),), MISSING, "new")]
        assert differences(new, old, never) == [Difference((Item(where),), "new", MISSING)]


def test_attributes_and_content_of_a_list_both_count():
    old, new = Tags("ab"), Tags("b")
    old.mark, new.other = 1, 2
    assert shown(old, new) == ["x[0]: 'a' -> -", "x.mark: 1 -> -", "x.other: - -> 2"]


def test_what_is_referred_to_is_told_apart_by_identity():
    one, other = Person("a"), Person("a")
    assert shown([one], [one], is_person) == []
    (found,) = differences([one], [other], is_person)
    assert found.old is one
    assert found.new is other
    (found,) = differences({"a": one}, {"a": None}, is_person)
    assert (found.old, found.new) == (one, None)
    # of another one that is equal a snapshot would say the same
    assert differences([one], [other], never) == []


def test_a_tuple_that_is_referred_to_is_not_opened():
    (found,) = differences([Pair(1, 2)], [Pair(1, 3)], lambda obj: type(obj) is Pair)
    assert found == Difference((Item(0),), Pair(1, 2), Pair(1, 3))


def test_what_was_is_a_copy_and_what_is_is_the_object_itself():
    value = {"a": [1], "b": [2]}
    snapshot, gone = snapshot_of(value), value.pop("a")
    value["c"] = new = [3]
    removed, added = differences(snapshot, value, never)
    assert removed.old == gone
    assert removed.old is not gone
    assert added.new is new


def test_what_was_shared_is_shared_in_the_differences_too():
    shared = [1]
    one, other = differences([shared, [shared]], [None, None], never)
    assert one.old is other.old[0] is not shared


def test_a_part_that_is_in_two_places_is_reported_at_the_first():
    shared = [1]
    value = {"a": shared, "b": shared}
    snapshot = snapshot_of(value)
    shared.append(2)
    assert differences(snapshot, value, never) == [Difference((Item("a"), Item(1)), MISSING, 2)]


def test_what_differs_inside_of_a_member_of_a_set():
    node = dataclasses.make_dataclass("Node", ["tags"], eq=False)
    one, two, three = node([1]), node([2]), node([3])
    value = {one, two}
    snapshot = snapshot_of(value)
    value.discard(two)
    value.add(three)
    one.tags.append(5)
    two.tags.append(5)
    removed, added, inside = differences(snapshot, value, never)
    assert removed == Difference((Member(two),), two, MISSING)
    assert added == Difference((Member(three),), MISSING, three)
    assert inside == Difference((Member(one), Attr("tags"), Item(1)), MISSING, 5)


@quietly
@given(VALUES, VALUES)
def test_any_two_values_can_be_compared(old, new):
    found = differences(old, new, never)
    assert (found == []) is alike(old, new)
    assert differences(old, copy.deepcopy(old), never) == []
    for difference in found:
        assert (
            difference.new is MISSING
            or _at(new, difference.path) is difference.new
            or (alike(_at(new, difference.path), difference.new))
        )
        assert difference.old is MISSING or alike(_at(old, difference.path), difference.old)


@quietly
@given(VALUES, st.data())
def test_each_path_leads_to_what_was_and_to_what_is(value, data):
    before, snapshot = copy.deepcopy(value), take(value, never)
    if snapshot is None:
        return
    for _ in range(3):
        change(data, value)
    for path, old, new in differences(snapshot, value, never):
        assert not isinstance(old, Snapshot)
        assert old is MISSING or alike(_at(before, path), old)
        assert new is MISSING or _at(value, path) is new or isinstance(path[-1], Member)
        if old is not MISSING and new is not MISSING:
            assert not alike(old, new)
        kept = {id(part) for part in parts_of(value) if not isinstance(part, tuple)}
        assert not kept & {id(part) for part in parts_of(old)}


def _at(value, path):
    """Follow a path."""
    for step in path:
        if isinstance(step, Attr):
            value = getattr(value, step.name)
        elif isinstance(step, Item):
            value = value[step.key]
        else:
            assert step.value in value
            value = step.value
    return value


def test_steps_are_told_apart_by_their_kind():
    assert len({Attr("a"), Item("a"), Member("a"), Attr("a")}) == 3


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        ((Item("a"), Attr("b"), Item(2)), ".a.b[2]"),
        ((Item("two words"),), "['two words']"),
        ((Item(("a", 1)), Member("x")), "[('a', 1)]{'x'}"),
        ((Item(None),), "[None]"),
    ],
)
def test_a_path_reads_like_what_one_would_write(path, expected):
    assert render(path) == expected


def test_a_step_says_what_it_is_where_a_path_is_short():
    assert list(map(str, (Item("a"), Attr("a"), Item(0), Member("x")))) == [
        "['a']",
        ".a",
        "[0]",
        "{'x'}",
    ]
