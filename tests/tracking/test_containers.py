"""Lists, dictionaries and sets that tell at once, and are plain to everyone else."""

import copy
import dataclasses
import gc
import json
import pickle
import sys
import weakref

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import FROZEN

from ormolu import (
    batch,
    changes,
    checkpoint,
    commit,
    errors,
    on_change,
    original,
    rollback,
    track,
    tracked,
    untrack,
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


@tracked(notify=True)
class Holder:
    value: object
    other: object


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


@pytest.fixture
def seen():
    return []


@pytest.fixture
def holder(seen):
    holder = Holder()
    on_change(holder, call=lambda event: seen.append(f"{event.kind} {event}"))
    return holder


def holding(holder, value, seen):
    """The value as the holder has it, which has been committed."""
    holder.value = value
    commit(holder)
    del seen[:]
    return holder.value


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


# -- what is told -------------------------------------------------------------------------


def test_the_event_names_the_place_and_has_what_was_there(holder, seen):
    events = []
    on_change(holder, "value", call=events.append)
    value = holding(holder, {"rows": [{"n": 1}]}, seen)
    del events[:]
    value["rows"][0]["n"] = 2
    (event,) = events
    assert (event.obj, event.key, event.kind) == (holder, "value", "in place")
    assert event.path == "value.rows[0]"
    assert event.old == {"n": 1}
    assert event.new is value["rows"][0]
    assert seen == ["in place value.rows[0].n: 1 -> 2"]
    assert str(changes(holder)) == "value.rows[0].n: 1 -> 2"


def test_what_changes_nothing_is_not_told(holder, seen):
    value = holding(holder, {"a": [1], "s": {1}}, seen)
    value.setdefault("a", [])
    value.update({})
    value["a"].extend(())
    value["a"].sort()
    value["s"].add(1)
    value["s"].discard(5)
    with pytest.raises(KeyError):
        value.pop("none")
    assert seen == []


def test_the_place_is_where_it_is_when_it_changes(holder, seen):
    value = holding(holder, [[1], [2], {"k": [3]}], seen)
    last = value[2]["k"]
    value.insert(0, [])
    value[3]["m"] = value[3].pop("k")
    del seen[:]
    last.append(4)
    assert seen == ["in place value[3].m[1]: (nothing) -> 4"]


def test_what_is_put_in_tells_from_then_on(holder, seen):
    value = holding(holder, [], seen)
    value.append([])
    value.insert(0, {})
    value.extend([[]])
    value += [{}]
    value[0] = {"a": []}
    value[1:2] = [[0], [0]]
    value[0].update(b=[], **{"c": {}})
    value[0] |= {"d": []}
    value[0].setdefault("e", []).append(1)
    del seen[:]
    for inner in (value[1], value[2], value[0]["a"], value[0]["b"], value[0]["d"], value[0]["e"]):
        inner.append(7)
    value[-1]["k"] = value[0]["c"]["k"] = 7
    assert len(seen) == 8
    assert seen[3] == "in place value.b[0]: (nothing) -> 7".replace("value", "value[0]")


def test_what_is_taken_out_tells_no_more(holder, seen):
    value = holding(holder, {"a": [1], "b": [2]}, seen)
    a, b = value.pop("a"), value["b"]
    del value["b"]
    del seen[:]
    a.append(1)
    b.append(1)
    value_before, holder.value = value, {}
    del seen[:]
    value_before["c"] = 1
    assert seen == []


def test_one_in_two_places_tells_both(holder, seen):
    other = Holder()
    on_change(other, call=lambda event: seen.append("other"))
    value = holding(holder, [[1]], seen)
    other.value = value
    holder.other = value[0]
    commit(holder)
    commit(other)
    del seen[:]
    value[0].append(2)
    assert sorted(seen) == [
        "in place other[1]: (nothing) -> 2",
        "in place value[0][1]: (nothing) -> 2",
        "other",
    ]
    assert list(changes(holder)) == ["value", "other"]
    assert list(changes(other)) == ["value"]


def test_what_is_neither_list_nor_dictionary_nor_set_stays_what_it_is(holder, seen):
    from collections import OrderedDict, deque

    inner = [1]
    content = [(inner,), deque([inner]), OrderedDict(a=inner), frozenset(), bytearray(b"x")]
    value = holding(holder, content, seen)
    assert list(map(type, value)) == list(map(type, content))
    holder.value[0][0].append(2)
    assert seen == []
    assert changes(holder).paths()["value[0][0][1]"].new == 2
    commit(holder)
    assert len(seen) == 1


def test_what_a_method_does_before_it_raises_is_told(holder, seen):
    class Stubborn(int):
        def __lt__(self, other):
            if self == 1:
                raise ValueError
            return int.__lt__(self, other)

    def two():
        yield 1
        raise ValueError

    value = holding(holder, [Stubborn(n) for n in (3, 2, 1)], seen)
    with pytest.raises(ValueError):
        value.sort()
    assert bool(seen) is bool(changes(holder))
    rollback(holder)
    del seen[:]
    with pytest.raises(ValueError):
        value.extend(two())
    assert len(value) == 3
    assert seen == []


def test_a_change_stays_though_listeners_raise(holder, seen):
    other = Holder()
    value = holding(holder, [], seen)
    other.value = value
    on_change(holder, call=[].__getitem__)
    with pytest.raises(errors.ListenerFailedError, match=r"Holder\.value was changed in place"):
        value.append(1)
    on_change(other, call=[].__getitem__)
    with pytest.raises(ExceptionGroup) as caught:
        value.append(2)
    assert len(caught.value.exceptions) == 2
    assert value == [1, 2]
    assert len(seen) == 2


def test_a_listener_may_change_the_container(holder, seen):
    @on_change(holder)
    def shorten(event):
        if len(event.new) > 2:
            del event.new[0]

    value = holding(holder, [1, 2], seen)
    value.append(3)
    assert value == [2, 3]
    assert len(seen) == 2


def test_in_a_batch_a_field_is_told_once(holder, seen):
    value = holding(holder, {"rows": [[1], [2]], "n": 0}, seen)
    with batch():
        value["rows"][0].append(5)
        value["n"] = 1
        value["rows"][1].clear()
        value["n"] = 0
        assert seen == []
    assert seen == ["in place value.rows[0][1]: (nothing) -> 5\nvalue.rows[1][0]: 2 -> (nothing)"]
    del seen[:]
    with batch():
        value["rows"][0].pop()
        value["rows"][0].append(5)
    assert seen == []


def test_a_commit_tells_nothing_that_was_told_at_once(holder, seen):
    value = holding(holder, [1], seen)
    value.append(2)
    assert len(seen) == 1
    commit(holder)
    assert len(seen) == 1


# -- what is recorded ------------------------------------------------------------------------


def test_whoever_holds_one_changes_the_object(holder, seen):
    value = holding(holder, [[1]], seen)
    inner = value[0]
    commit(holder)
    inner.append(2)
    assert dict(changes(holder)) == {"value": ([[1]], [[1, 2]])}
    with checkpoint(holder) as point:
        inner.append(3)
        assert dict(point.changes()) == {"value": ([[1, 2]], [[1, 2, 3]])}
        point.rollback()
    assert value == [[1, 2]]
    assert original(holder, "value") == [[1]]
    rollback(holder)
    assert value == [[1]]


def test_what_is_rolled_back_goes_on_telling(holder, seen):
    value = holding(holder, {"a": {"b": [1]}}, seen)
    del value["a"]
    rollback(holder)
    del seen[:]
    holder.value["a"]["b"].append(2)
    assert seen == ["in place value.a.b[1]: (nothing) -> 2"]


def test_changes_are_recorded_where_nothing_that_is_read_is_looked_at(seen):
    @tracked(in_place=False, notify=["tags"])
    class Doc:
        tags: list
        meta: dict

    doc = Doc()
    doc.tags, doc.meta = [], {}
    commit(doc)
    doc.tags.append(1)
    doc.meta["a"] = 1
    assert dict(changes(doc)) == {"tags": ([], [1])}
    rollback(doc)
    assert doc.tags == []


def test_one_keeps_nothing_alive_that_holds_it(holder, seen):
    value = holding(holder, [[1]], seen)
    inner = value[0]
    gone = weakref.ref(holder), weakref.ref(value)
    gc.collect()
    gc.disable()
    try:
        local = Holder()
        local.value = value
        gone = weakref.ref(local)
        del local
        assert gone() is None
        outer = TrackedList([inner])
        gone = weakref.ref(outer)
        del outer
        assert gone() is None
    finally:
        gc.enable()
    inner.append(2)
    assert seen == ["in place value[0][1]: (nothing) -> 2"]


# -- classes of every kind ---------------------------------------------------------------------


@pytest.fixture
def notifying_class(make):
    return tracked(notify=True)(make())


@pytest.fixture
def notifying(notifying_class, seen):
    doc = notifying_class(name="a", tags=["x"], meta={"k": {"n": 1}})
    on_change(doc, call=lambda event: seen.append(str(event)))
    return doc


def test_containers_of_any_class_tell(notifying, seen):
    doc = notifying
    doc.tags.append("y")
    doc.meta["k"]["n"] = 2
    doc.tags = ["z"]
    doc.tags.append("y")
    assert seen == [
        "tags[1]: (nothing) -> 'y'",
        "meta.k.n: 1 -> 2",
        "tags[0]: 'x' -> 'z'\ntags[1]: 'y' -> (nothing)",
        "tags[1]: (nothing) -> 'y'",
    ]
    assert dict(changes(doc)) == {
        "tags": (["x"], ["z", "y"]),
        "meta": ({"k": {"n": 1}}, {"k": {"n": 2}}),
    }
    rollback(doc)
    assert (doc.tags, doc.meta) == (["x"], {"k": {"n": 1}})
    assert type(doc.tags) is TrackedList


def test_an_instance_is_to_others_as_one_that_does_not_notify(notifying, make):
    plain = make()(name="a", tags=["x"], meta={"k": {"n": 1}})
    doc = notifying
    if type(plain).__repr__ is not object.__repr__:
        assert repr(doc) == repr(plain)
    if hasattr(plain, "__dict__"):
        assert vars(doc) == vars(plain)
        assert json.dumps(vars(doc)) == json.dumps(vars(plain))
    if dataclasses.is_dataclass(plain):
        assert json.dumps(dataclasses.asdict(doc)) == json.dumps(dataclasses.asdict(plain))
    if attrs.has(type(plain)):
        assert json.dumps(attrs.asdict(doc)) == json.dumps(attrs.asdict(plain))
    if hasattr(plain, "model_dump"):
        assert doc.model_dump() == plain.model_dump()
        assert type(doc.model_dump()["tags"]) is list
        assert doc.model_dump_json() == plain.model_dump_json()
        assert type(doc).model_validate(doc.model_dump()) == doc


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_of_an_instance_tells_of_itself(notifying, seen, copied):
    doc = notifying
    assert doc.tags == ["x"]
    twin = copied(doc)
    on_change(twin, call=lambda event: seen.append("twin"))
    twin.tags.append("y")
    assert "twin" in seen
    assert bool(changes(doc)) is (copied is copy.copy)
    assert changes(twin)


def test_a_pickled_instance_tells(notifying_class, seen, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "Doc", notifying_class, raising=False)
    notifying_class.__module__, notifying_class.__qualname__ = __name__, "Doc"
    doc = notifying_class(name="a", tags=["x"])
    doc.tags.append("y")
    pickled = pickle.dumps(doc)
    assert b"ormolu" not in pickled
    twin = pickle.loads(pickled)
    on_change(twin, call=seen.append)
    assert twin.tags == ["x", "y"]
    twin.tags.append("z")
    assert len(seen) == 1


@pytest.mark.parametrize("name", FROZEN)
def test_containers_of_a_frozen_instance_tell(name, seen):
    doc = tracked(notify=True)(FROZEN[name]())(name="a")
    on_change(doc, call=lambda event: seen.append(str(event)))
    doc.tags.append("y")
    assert seen == ["tags[0]: (nothing) -> 'y'"]
    rollback(doc)
    assert doc.tags == []


def test_a_model_goes_on_validating(seen):
    import pydantic

    @tracked(notify=True)
    class Doc(pydantic.BaseModel, validate_assignment=True, strict=True):
        tags: list[str]
        ids: set[int] = set()
        meta: dict[str, list[int]] = {}

    doc = Doc(tags=["x"])
    on_change(doc, call=lambda event: seen.append(str(event)))
    with pytest.raises(pydantic.ValidationError):
        doc.tags = [1]
    assert doc.tags == ["x"]
    assert not changes(doc)
    doc.ids.add(1)
    doc.meta = {"a": [1]}
    doc.meta["a"].append(2)
    doc.tags = doc.tags
    assert seen == [
        "ids{1}: (nothing) -> 1",
        "meta.a: (nothing) -> [1]",
        "meta.a[1]: (nothing) -> 2",
    ]
    assert Doc.model_validate(dict(doc)) == doc
    assert doc.model_dump() == {"tags": ["x"], "ids": {1}, "meta": {"a": [1, 2]}}


def test_a_default_of_the_class_stays_what_it_is(seen):
    @tracked(notify=True)
    class Doc:
        tags: list = []

    doc = Doc()
    on_change(doc, call=seen.append)
    assert doc.tags is vars(Doc)["tags"].member
    assert vars(doc) == {}
    doc.tags = ["x"]
    doc.tags.append(1)
    assert len(seen) == 2


def test_a_subclass_notifies_too(seen):
    @tracked(notify=["tags"])
    class Base:
        tags: list
        rest: list

    class Adopted(Base):
        more: list

    @tracked(notify=["more"])
    class Asked(Base):
        more: list

    for class_, telling in ((Adopted, ["tags"]), (Asked, ["tags", "more"])):
        doc = class_()
        on_change(doc, call=lambda event: seen.append(event.key))
        doc.tags, doc.rest, doc.more = [], [], []
        del seen[:]
        for name in ("tags", "rest", "more"):
            getattr(doc, name).append(1)
        assert seen == telling
        del seen[:]


def test_containers_are_made_while_an_instance_is_and_tell_nothing(seen):
    @tracked(notify=True)
    class Doc:
        tags: list

        def __init__(self):
            self.tags = []
            self.tags.append(1)

    on_change(Doc, call=seen.append)
    doc = Doc()
    assert seen == []
    assert not changes(doc)
    doc.tags.append(2)
    assert len(seen) == 1


def test_untracked_instances_keep_what_they_have(seen):
    class Doc:
        tags: list

    doc = Doc()
    doc.tags = [[]]
    track(Doc, notify=True)
    on_change(doc, call=seen.append)
    doc.tags[0].append(1)
    assert len(seen) == 1
    untrack(Doc)
    doc.tags[0].append(2)
    doc.tags.append(3)
    assert doc.tags == [[1, 2], 3]
    assert len(seen) == 1


# -- what is refused ----------------------------------------------------------------------------


def test_a_field_that_there_is_not():
    with pytest.raises(errors.UnknownFieldError, match=r"Doc.*'tag'.*'tags'"):

        @tracked(notify=["tag"])
        class Doc:
            tags: list


def test_one_text_in_the_place_of_names():
    with pytest.raises(errors.RegistrationError, match="brackets"):

        @tracked(notify="tags")
        class Doc:
            tags: list


def test_a_descriptor_that_keeps_values_in_its_own_way(seen):
    class Sorted:
        def __get__(self, instance, owner=None):
            return self if instance is None else sorted(vars(instance).get("_tags", ()))

        def __set__(self, instance, value):
            vars(instance)["_tags"] = value

    class Doc:
        tags: list = Sorted()

    with pytest.raises(errors.RegistrationError, match=r"Doc\.tags cannot notify"):
        track(Doc, "tags", notify=["tags"])
    track(Doc, "tags", notify=True)
    doc = Doc()
    doc.tags = [2, 1]
    assert type(doc.tags) is list
    untrack(Doc)


def test_a_class_that_is_tracked_with_another_notify():
    class Doc:
        tags: list

    track(Doc)
    track(Doc, notify=False)
    with pytest.raises(errors.ConflictingManagersError, match="another way"):
        track(Doc, notify=True)
