"""Lists, dictionaries and sets that tell at once, and are plain to everyone else."""

import copy
import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listening import Holder, holding

from ormolu import (
    changes,
    on_change,
    rollback,
)
from ormolu.containers import TrackedDict, TrackedList, TrackedSet

PLAIN = {
    list: [3, 1, 2],
    dict: {"a": 1, "b": 2},
    set: {1, 2, 3},
}
TRACKED = {list: TrackedList, dict: TrackedDict, set: TrackedSet}
ARGUMENTS = {
    list: [
        (),
        (0,),
        (3,),
        (-1,),
        (0, 9),
        ([7, 8],),
        (slice(0, 2),),
        (slice(0, 2), [7, 8]),
        (slice(None, None, 2), [7, 8]),
    ],
    dict: [(), ("a",), ("c",), ("a", 5), ("c", 5), ({"z": 1},), ([("z", 1)],)],
    set: [(), (1,), (9,), ({1, 9},), ([1, 9],), ({1, 9}, {2})],
}
NO_CALLS = {
    *("__class__", "__init_subclass__", "__subclasshook__", "__new__", "__sizeof__"),
    *("__reduce__", "__reduce_ex__", "fromkeys"),
}


def called(container, name, arguments):
    """What a method returns, or the class of what it raises."""
    try:
        return getattr(container, name)(*arguments)
    except Exception as error:
        return type(error)


def calls(kind):
    """Every method of a class with everything that it may take."""
    for name in dir(kind):
        if name not in NO_CALLS and callable(getattr(kind, name)):
            for arguments in ARGUMENTS[kind]:
                # before it refuses what it is to be made of again, a list is empty
                if name != "__init__" or called(kind(), name, arguments) is None:
                    yield name, arguments


def changing(kind):
    """Those calls that change something, found by trying."""
    found = []
    for name, arguments in calls(kind):
        content = copy.copy(PLAIN[kind])
        called(content, name, copy.deepcopy(arguments))
        if content != PLAIN[kind] or list(content) != list(PLAIN[kind]):
            found.append((kind, name, arguments))
    return found


CHANGING = [call for kind in PLAIN for call in changing(kind)]
SAME = [
    (kind, name, arguments)
    for kind in PLAIN
    for name, arguments in calls(kind)
    if (kind, name, arguments) not in CHANGING
]


def differing(old, new):
    """What has to have changed in a holder."""
    return {} if old == new else {"value": (old, new)}


# -- to everyone else they are plain ----------------------------------------------------


def test_the_trial_finds_what_changes_a_container():
    found = {(kind, name) for kind, name, _ in CHANGING}
    assert {(list, "sort"), (list, "__imul__"), (dict, "popitem"), (set, "__ixor__")} <= found
    assert len(found) > 30
    assert (dict, "get") not in found


@pytest.mark.parametrize(("kind", "name", "arguments"), CHANGING)
def test_every_method_that_changes_one_tells(kind, name, arguments, holder, seen):
    plain = copy.copy(PLAIN[kind])
    container = holding(holder, copy.copy(plain), seen)
    expected = called(plain, name, copy.deepcopy(arguments))
    found = called(container, name, copy.deepcopy(arguments))
    assert found == expected
    assert container == plain
    assert list(container) == list(plain)
    assert len(seen) == 1
    assert seen[0].startswith("in place value")
    assert dict(changes(holder)) == (
        {} if plain == PLAIN[kind] else {"value": (PLAIN[kind], plain)}
    )
    rollback(holder)
    assert holder.value is container
    assert container == PLAIN[kind]


@pytest.mark.parametrize(("kind", "name", "arguments"), SAME)
def test_every_other_method_does_as_that_of_a_plain_one(kind, name, arguments, holder, seen):
    plain = copy.copy(PLAIN[kind])
    container = holding(holder, copy.copy(plain), seen)
    expected = called(plain, name, copy.deepcopy(arguments))
    found = called(container, name, copy.deepcopy(arguments))
    if type(expected) in (list, dict, set, tuple, str, int, bool, type(None)):
        assert type(found) is type(expected) or found is container
        if name != "__dir__":
            assert found == expected
    assert container == plain == PLAIN[kind]
    assert seen == []
    assert not changes(holder)


@pytest.mark.parametrize("kind", PLAIN)
def test_one_is_to_others_what_a_plain_one_is(kind, holder, seen):
    container = holding(holder, copy.copy(PLAIN[kind]), seen)
    assert type(container) is TRACKED[kind]
    assert isinstance(container, kind)
    assert container == PLAIN[kind]
    assert PLAIN[kind] == container
    assert repr(container) == repr(PLAIN[kind])
    assert f"{container}" == str(PLAIN[kind])
    assert json.dumps(container, default=list) == json.dumps(PLAIN[kind], default=list)
    with pytest.raises(TypeError):
        hash(container)


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_copies_and_pickles_are_plain(kind, protocol, holder, seen):
    container = holding(holder, copy.copy(PLAIN[kind]), seen)
    pickled = pickle.dumps(container, protocol)
    assert b"ormolu" not in pickled
    for twin in (pickle.loads(pickled), copy.copy(container), copy.deepcopy(container)):
        assert type(twin) is kind
        assert twin == container
        twin.clear()
    assert seen == []


def test_what_contains_itself_can_be_held_and_copied(holder, seen):
    loop = [1]
    loop.append(loop)
    container = holding(holder, loop, seen)
    assert container[1] is container
    assert type(pickle.loads(pickle.dumps(container))[1]) is list
    assert copy.deepcopy(container)[1][0] == 1
    container.append(2)
    assert len(seen) == 1


def test_one_that_nobody_holds_is_a_container():
    rows = TrackedList([{"a": [1]}])
    rows[0]["a"].append(2)
    assert rows == [{"a": [1, 2]}]
    assert TrackedDict(a=1, self=2) == {"a": 1, "self": 2}
    assert TrackedSet("ab") == {"a", "b"}


_OPERATIONS = {kind: [call for call in CHANGING if call[0] is kind] for kind in PLAIN}


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(list(PLAIN)))
def test_any_course_of_changes_is_that_of_a_plain_one(data, kind):
    holder, seen = Holder(), []
    on_change(holder, call=seen.append)
    plain = copy.copy(PLAIN[kind])
    container = holding(holder, copy.copy(plain), seen)
    for _, name, arguments in data.draw(st.lists(st.sampled_from(_OPERATIONS[kind]), max_size=8)):
        before = copy.copy(plain)
        del seen[:]
        assert called(container, name, arguments) == called(plain, name, arguments)
        assert container == plain
        assert list(container) == list(plain)
        assert [event.old for event in seen] in ([], [before])
        assert bool(seen) >= (before != plain)
    assert dict(changes(holder)) == (
        {} if plain == PLAIN[kind] else {"value": (PLAIN[kind], plain)}
    )
    rollback(holder)
    assert container == PLAIN[kind]
