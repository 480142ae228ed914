"""What is told and recorded of changes in place, by containers that tell at once."""

import gc
import weakref

import pytest
from listening import Holder, holding

from ormolu import (
    batch,
    changes,
    checkpoint,
    commit,
    errors,
    on_change,
    original,
    rollback,
    tracked,
)
from ormolu.containers import TrackedList

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
