"""What holds for any changes of any graph."""

import itertools
import json
import pickle
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ormolu
from ormolu import ChangeSet, Codec, Ref, Timeline, Workspace

SOME = settings(max_examples=20, deadline=None)


@ormolu.tracked
@dataclass(eq=False)
class Node:
    id: int
    name: Any = None
    tags: Any = field(default_factory=list)
    best: Any = None
    friends: list = field(default_factory=list)


ATOMS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab~/", max_size=2)
PLAIN = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab$", max_size=2), inner),
    max_leaves=6,
)
VALUES = st.recursive(
    ATOMS | st.floats() | st.binary(max_size=2) | st.dates() | st.decimals() | st.uuids(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(ATOMS, inner, max_size=3)
        | st.frozensets(ATOMS, max_size=3)
        | st.sets(ATOMS, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def edits(draw, values=PLAIN):
    """What to do to a workspace, as functions of it."""
    kinds = st.sampled_from(["name", "tags", "in place", "best", "friends", "add", "delete"])
    return draw(
        st.lists(st.tuples(kinds, st.integers(0, 9), st.integers(0, 9), values), max_size=6)
    )


def do(work, todo):
    """Change the objects of a workspace."""
    for kind, at, to, value in todo:
        there = [obj for obj in work if obj not in work.deleted]
        obj, other = there[at % len(there)], there[to % len(there)]
        if kind in ("name", "tags"):
            setattr(obj, kind, pickle.loads(pickle.dumps(value)))
        elif kind == "in place" and isinstance(obj.tags, list):
            obj.tags.insert(to % (len(obj.tags) + 1), value)
        elif kind == "best":
            obj.best = other
        elif kind == "friends":
            obj.friends.append(other)
        elif kind == "add":
            obj.best = Node(max(one.id for one in work) + 1, value)
            work.add(obj.best)
        elif kind == "delete" and len(there) > 1:
            drop(work, obj)


def drop(work, gone):
    """Delete an object, and have nobody refer to it."""
    work.delete(gone)
    for obj in work:
        if obj.best is gone:
            obj.best = None
        obj.friends[:] = [one for one in obj.friends if one is not gone]


def start():
    """A workspace with three nodes."""
    work = Workspace(key="id")
    nodes = [Node(i, f"n{i}", ["x", {"k": [i]}]) for i in range(3)]
    for one, other in itertools.pairwise(nodes):
        one.best, other.friends = other, [one]
    work.attach(*nodes)
    return work


def seen(work):
    """All that is there, by name, with names in the place of objects."""

    def named(value):
        return value.id if isinstance(value, Node) else value

    return {
        obj.id: (obj.name, deepcopy(obj.tags), named(obj.best), [one.id for one in obj.friends])
        for obj in work
        if obj not in work.deleted
    }


@SOME
@given(edits())
def test_a_change_set_makes_the_same_of_a_copy(todo):
    work, copy = start(), start()
    do(work, todo)
    found = work.changes()
    found.apply(copy)
    assert seen(copy) == seen(work)
    assert copy.changes() == found
    found.apply(start(), "theirs")


@SOME
@given(edits(), edits())
def test_what_is_inverted_takes_it_back(first, second):
    work = start()
    do(work, first)
    work.commit()
    before = seen(work)
    do(work, second)
    done = work.commit()
    done.inverted().apply(work)
    assert seen(work) == before
    assert work.changes() == done.inverted()
    assert done.inverted().inverted() == done


@SOME
@given(edits(), edits())
def test_merged_does_what_both_do(first, second):
    work, copy = start(), start()
    do(work, first)
    one = work.commit()
    do(work, second)
    other = work.commit()
    (one | other).apply(copy)
    assert seen(copy) == seen(work)
    assert not one | one.inverted()


@SOME
@given(edits(VALUES))
def test_what_is_written_is_read_again(todo):
    work = start()
    do(work, todo)
    found = work.changes()
    again = ChangeSet.from_json(json.dumps(found.to_json()))
    assert repr(again) == repr(found)
    assert again.to_json() == found.to_json()
    assert pickle.loads(pickle.dumps(found)).to_json() == found.to_json()


@SOME
@given(VALUES)
def test_a_codec_reads_what_it_writes(value):
    codec = Codec()
    data = json.loads(json.dumps(codec.encode(value)))
    again = codec.decode(data)
    assert type(again) is type(value)
    assert codec.encode(again) == codec.encode(value)


@SOME
@given(edits())
def test_a_json_patch_does_the_same(todo):
    pytest.importorskip("jsonpatch")
    work, copy = start(), start()
    do(work, todo)
    found = work.changes()
    again = ChangeSet.from_json_patch(json.dumps(found.to_json_patch()), copy)
    again.apply(copy)
    assert seen(copy) == seen(work)


@SOME
@given(edits())
def test_a_merge_patch_does_the_same_or_says_that_it_cannot(todo):
    work, copy = start(), start()
    do(work, todo)
    try:
        patch = work.changes().to_merge_patch()
    except ormolu.errors.PatchError as error:
        assert "null" in str(error)
        return
    ChangeSet.from_merge_patch(json.dumps(patch), copy).apply(copy)
    assert seen(copy) == seen(work)


@SOME
@given(edits(), edits())
def test_a_rollback_and_a_checkpoint_go_all_the_way_back(first, second):
    work = start()
    before = seen(work)
    do(work, first)
    middle = seen(work)
    point = work.checkpoint()
    do(work, second)
    point.rollback()
    assert seen(work) == middle
    work.rollback()
    assert seen(work) == before
    assert not work.changes()


@SOME
@given(st.lists(edits(), max_size=4))
def test_a_timeline_goes_back_and_forth(steps):
    work = start()
    timeline = Timeline(work)
    states = [seen(work)]
    for todo in steps:
        do(work, todo)
        if timeline.mark() is not None:
            states.append(seen(work))
    for state in reversed(states[:-1]):
        timeline.undo()
        assert seen(work) == state
    assert not work.changes()
    for state in states[1:]:
        timeline.redo()
        assert seen(work) == state


@SOME
@given(edits(), edits())
def test_what_does_not_apply_changes_nothing(first, second):
    work, copy = start(), start()
    do(work, first)
    do(copy, second)
    before = copy.changes()
    try:
        work.changes().apply(copy)
    except ormolu.errors.ConflictError as error:
        assert error.conflicts
        assert copy.changes() == before
        assert all(isinstance(one.ref, Ref) for one in error.conflicts)
