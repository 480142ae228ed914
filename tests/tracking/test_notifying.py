"""Classes of every kind whose containers tell at once."""

import copy
import dataclasses
import json
import pickle
import sys

import attrs
import pytest
from kinds import FROZEN

from ormolu import (
    ChangeSet,
    Timeline,
    Workspace,
    changes,
    errors,
    on_change,
    rollback,
    track,
    tracked,
    untrack,
)
from ormolu.containers import TrackedList

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


def test_change_sets_hold_plain_containers():
    @tracked(notify=True)
    @dataclasses.dataclass(eq=False)
    class Doc:
        id: int
        tags: list
        meta: dict

    def docs():
        work = Workspace(key="id")
        doc = Doc(1, [1, [2]], {"a": {1}})
        work.attach(doc)
        return work, doc

    work, doc = docs()
    doc.tags[1].append(3)
    doc.meta["b"] = 1
    found = work.changes()
    again = ChangeSet.from_json(found.to_json())
    assert again == found
    copy, twin = docs()
    again.apply(copy)
    assert copy.changes() == found and twin.tags == [1, [2, 3]]
    told = []
    on_change(twin, call=told.append)
    twin.tags[1].append(4)
    assert len(told) == 1
    work.commit()
    doc.meta["c"] = 2
    both = again | ChangeSet.from_json(work.changes().to_json())
    assert both["Doc", 1].new_values["meta"] == {"a": {1}, "b": 1, "c": 2}
    both.inverted().apply(work)
    assert (doc.tags, doc.meta) == ([1, [2]], {"a": {1}})


def test_containers_within_tell_after_undo_and_redo():
    @tracked(notify=True)
    @dataclasses.dataclass(eq=False)
    class Doc:
        meta: dict

    doc = Doc({"old": [0]})
    timeline = Timeline(doc)
    doc.meta["a"] = [1]
    timeline.mark()
    del doc.meta["old"]
    timeline.mark()
    for go, key in ((timeline.undo, "old"), (timeline.undo, "old"), (timeline.redo, "a")):
        go()
        told = []
        with_ear = on_change(doc, call=lambda event, told=told: told.append(str(event)))
        doc.meta[key].append(7)
        assert len(told) == 1 and told[0].startswith(f"meta.{key}[1]: (nothing) -> 7")
        doc.meta[key].pop()
        with_ear.cancel()
