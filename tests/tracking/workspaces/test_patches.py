"""RFC 6902 and RFC 7396, in and out."""

import json
import sys
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.tracking.workspaces.nodes import workspace_of

import ormolu
from ormolu import MISSING, Change, Changes, ChangeSet, Codec, ObjectChange, Ref, Workspace, errors
from ormolu.tracking.documents.merge_patch import merged, patch_between

jsonpatch = pytest.importorskip("jsonpatch")


@ormolu.tracked
@dataclass(eq=False)
class Person:
    id: Any
    name: str | None = None
    meta: dict = field(default_factory=dict)
    tags: list = field(default_factory=list)
    friend: Any = None


def people():
    """Ann and Bob, who are known."""
    work = Workspace(key="id")
    ann = Person(1, "Ann", {"a": 1, "b": {"c": 2}}, ["x", "y"])
    bob = Person("b/~b", "Bob", friend=ann)
    work.attach(ann, bob)
    return work, ann, bob


def edit(work, ann, bob):
    """Changes of every kind."""
    ann.name = "Anna"
    ann.meta["b"]["c"] = 3
    ann.tags.insert(1, "z")
    ann.friend = Person(3, "Cy", {"on": date(2024, 2, 29)}, friend=ann)
    work.delete(bob)
    return work.changes()


# -- RFC 6902 ---------------------------------------------------------------------------------


def test_a_patch_says_what_was_and_what_is():
    work, ann, _bob = people()
    ann.meta["b"]["c"] = 3
    assert work.changes().to_json_patch() == [
        {"op": "test", "path": "/Person/1/meta", "value": {"a": 1, "b": {"c": 2}}},
        {"op": "replace", "path": "/Person/1/meta/b/c", "value": 3},
    ]
    assert work.changes().to_json_patch(tests=False) == [
        {"op": "replace", "path": "/Person/1/meta/b/c", "value": 3}
    ]


def test_keys_are_written_as_pointers_have_them():
    work, _ann, bob = people()
    bob.name = "Rob"
    assert work.changes().to_json_patch()[0]["path"] == "/Person/b~1~0b/name"


@pytest.mark.parametrize("tests", [True, False])
def test_a_patch_does_the_same_to_a_copy(tests):
    found = edit(*people())
    patch = json.dumps(found.to_json_patch(tests=tests))
    copy, ann, _bob = people()
    again = ChangeSet.from_json_patch(patch, copy)
    assert again == found
    assert not copy.changes()
    again.apply(copy)
    assert copy.changes() == found
    assert ann.friend.friend is ann


def test_a_patch_of_one_object():
    work, ann, _bob = people()
    ann.name = "Anna"
    ann.tags.append("z")
    found = work.changes()
    patch = found.to_json_patch(Ref("Person", 1), tests=False)
    assert sorted(patch, key=lambda operation: operation["path"]) == [
        {"op": "replace", "path": "/name", "value": "Anna"},
        {"op": "add", "path": "/tags/2", "value": "z"},
    ]
    copy, ann, _ = people()
    assert ChangeSet.from_json_patch(patch, copy, ann) == found


def test_a_patch_that_moves_and_copies():
    work, ann, bob = people()
    patch = [
        {"op": "move", "from": "/Person/1/meta/b", "path": "/Person/1/meta/d"},
        {"op": "copy", "from": "/Person/1/name", "path": "/Person/b~1~0b/name"},
        {"op": "remove", "path": "/Person/b~1~0b/friend"},
    ]
    ChangeSet.from_json_patch(patch, work).apply(work)
    assert ann.meta == {"a": 1, "d": {"c": 2}}
    assert bob.name == "Ann"
    # which is what the class has for it
    assert bob.friend is None


def removed(key, obj, work):
    """What becomes of a field that a patch takes away."""
    found = ChangeSet.from_json_patch([{"op": "remove", "path": f"/{key}"}], work, obj)
    found.apply(work)
    return next(iter(found.values())).fields[key].new


def test_a_field_that_a_patch_leaves_out_is_what_it_is_by_default():
    work, ann, _bob = people()
    assert removed("name", ann, work) is None
    assert removed("tags", ann, work) == []
    with pytest.raises(errors.PatchError, match=r"take away the key 'id'.*another$"):
        removed("id", ann, work)
    work.rollback()
    assert (ann.name, ann.tags, ann.id) == ("Ann", ["x", "y"], 1)


def test_a_field_without_default_is_gone():
    @ormolu.tracked("id", "name")
    class Plain:
        pass

    plain = Plain()
    plain.id, plain.name = 1, "Ann"
    work = Workspace(key="id")
    work.attach(plain)
    assert removed("name", plain, work) is MISSING
    assert vars(plain) == {"id": 1}


@pytest.mark.parametrize("slots", [False, True])
def test_what_has_a_default_in_the_class_becomes_that(slots):
    @ormolu.tracked
    @dataclass(eq=False, slots=slots)
    class Sized:
        id: int
        size: int = 3

    work = Workspace(key="id")
    sized = Sized(1, 5)
    work.attach(sized)
    assert removed("size", sized, work) == 3
    assert sized.size == 3
    sized.size = 6
    ChangeSet.from_merge_patch({"size": None}, work, sized).apply(work)
    assert sized.size == 3


def test_a_patch_makes_and_deletes_objects():
    work, _ann, _bob = people()
    patch = [
        {"op": "add", "path": "/Person/7", "value": {"id": 7, "name": "Di"}},
        {"op": "add", "path": "/Person/#1", "value": {"name": "Ed"}},
        {"op": "add", "path": "/Person/x", "value": {"name": "Flo"}},
        {"op": "remove", "path": "/Person/1"},
    ]
    found = ChangeSet.from_json_patch(patch, work)
    assert [(one.kind, one.ref) for one in found.values()] == [
        ("new", Ref("Person", 7)),
        ("new", Ref("Person", number=1)),
        ("new", Ref("Person", "x")),
        ("deleted", Ref("Person", 1)),
    ]
    assert found["Person", 1].old_values["name"] == "Ann"


def test_a_patch_that_removes_a_class_deletes_its_objects():
    work, _ann, _bob = people()
    found = ChangeSet.from_json_patch([{"op": "remove", "path": "/Person"}], work)
    assert len(found.deleted) == 2


@pytest.mark.parametrize(
    "patch, why",
    [
        ([{"op": "test", "path": "/Person/1/name", "value": "Bob"}], "does not apply"),
        ([{"op": "replace", "path": "/Person/9/name", "value": "Bob"}], "does not apply"),
        ([{"op": "change", "path": "/Person/1/name"}], "does not apply"),
        ([{"op": "replace", "path": "Person"}], "does not apply"),
        ({"op": "replace"}, "does not apply"),
        ([1], "does not apply"),
        ("[", "no JSON"),
        ([{"op": "add", "path": "/Person/1/nam", "value": 1}], "'nam', did you mean 'name'"),
        ([{"op": "add", "path": "/Person/9", "value": {"nam": 1}}], "'nam', did you mean 'name'"),
        (
            [{"op": "add", "path": "/Persons", "value": {"1": {}}}],
            "'Persons', did you mean 'Perso",
        ),
        ([{"op": "add", "path": "/Person/9", "value": 1}], "Person 9 would be 1, which has no"),
        ([{"op": "replace", "path": "/Person/1", "value": []}], r"Person 1 would be \[\]"),
        ([{"op": "replace", "path": "/Person", "value": None}], "Person would be None"),
        ([{"op": "replace", "path": "", "value": 3}], "the document would be 3"),
        ([{"op": "add", "path": "/Person/1/name", "value": {"$date": 1}}], r"\$date"),
    ],
)
def test_a_patch_that_does_not_apply(patch, why):
    work, _ann, _bob = people()
    first = [{"op": "replace", "path": "/Person/1/tags", "value": []}]
    patch = first + patch if isinstance(patch, list) else patch
    with pytest.raises(errors.PatchError, match=why):
        ChangeSet.from_json_patch(patch, work)
    assert not work.changes()


def test_fields_that_cannot_be_written_are_left_alone():
    work, _ann, bob = people()
    bob.meta = {"what": object()}
    patch = [{"op": "replace", "path": "/Person/b~1~0b/name", "value": "Rob"}]
    assert list(ChangeSet.from_json_patch(patch, work).changed[0].fields) == ["name"]
    with pytest.raises(
        errors.PatchError, match="Person 'b/~b', meta: an object cannot be written"
    ):
        work.changes().to_json_patch()


def test_one_and_true_are_two_things():
    work, ann, _bob = people()
    patch = [{"op": "replace", "path": "/meta/a", "value": True}]
    assert ChangeSet.from_json_patch(patch, work, ann)["Person", 1].new_values["meta"]["a"] is True


def test_keys_that_read_alike():
    work = Workspace(key="id")
    work.attach(Person(1), Person("1"))
    with pytest.raises(errors.PatchError, match=r"keys that read 1.*of="):
        ChangeSet.from_json_patch([], work)
    assert not ChangeSet.from_json_patch([], work, work.objects[0])


@pytest.mark.parametrize("key", [(1, "a"), UUID(int=1), date(2024, 2, 29), "/~0", "#1", -1])
def test_keys_of_any_kind(key):
    works = [Workspace(key="id"), Workspace(key="id")]
    for work in works:
        work.attach(Person(key, "Ann"))
    works[0].objects[0].name = "Anna"
    works[0].objects[0].friend = Person((key, 2))
    found = works[0].changes()
    for patch, read in (
        (found.to_json_patch(), ChangeSet.from_json_patch),
        (found.to_merge_patch(), ChangeSet.from_merge_patch),
    ):
        again = read(json.loads(json.dumps(patch)), works[1])
        assert again.changed == found.changed
        assert again.new[0].ref == Ref("Person", (key, 2))


def test_an_object_that_has_not_changed_has_no_patch():
    with pytest.raises(errors.PatchError, match="Person 1 has not changed"):
        ChangeSet().to_json_patch(Ref("Person", 1))
    work, _ann, _bob = people()
    with pytest.raises(errors.NotInWorkspaceError):
        ChangeSet.from_json_patch([], work, Person(5))


@pytest.mark.parametrize("write", [ChangeSet.to_json_patch, ChangeSet.to_merge_patch])
def test_an_object_that_comes_or_goes_has_no_patch_of_its_own(write):
    work, _ann, bob = people()
    work.add(Person(3))
    work.delete(bob)
    found = work.changes()
    with pytest.raises(errors.PatchError, match=r"^Person 3 is new, .* in new_values"):
        write(found, Ref("Person", 3))
    with pytest.raises(errors.PatchError, match=r"^Person 'b/~b' is deleted, .* in old_values"):
        write(found, Ref("Person", "b/~b"))


def test_without_the_package_an_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "jsonpatch", None)
    with pytest.raises(errors.MissingExtraError, match=r"install ormolu\[patches\]"):
        ChangeSet().to_json_patch()
    with pytest.raises(ImportError):
        ChangeSet.from_json_patch([], Workspace())


def test_graphs_of_every_kind(graph, node_class):
    ann = next(obj for obj in graph if obj.id == 1)
    ann.tags.append("y")
    ann.best = node_class(id=3, name="Cy", best=ann)
    found = graph.changes()
    copy = workspace_of(node_class)
    again = ChangeSet.from_json_patch(found.to_json_patch(), copy)
    assert again == found
    again.apply(copy)
    assert copy.changes() == found


# -- RFC 7396 ---------------------------------------------------------------------------------

# the examples of the RFC, appendix A
EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize("document, patch, result", EXAMPLES)
def test_the_examples_of_the_rfc(document, patch, result):
    before = json.dumps(document)
    assert merged(document, patch) == result
    assert json.dumps(document) == before
    if result is not None:
        assert merged(document, patch_between(document, result)) == result


def test_a_merge_patch():
    found = edit(*people())
    patch = found.to_merge_patch()
    assert patch == {
        "Person": {
            "1": {
                "name": "Anna",
                "meta": {"b": {"c": 3}},
                "tags": ["x", "z", "y"],
                "friend": {"$ref": ["Person", 3]},
            },
            "3": {
                "id": 3,
                "name": "Cy",
                "meta": {"on": {"$date": "2024-02-29"}},
                "tags": [],
                "friend": {"$ref": ["Person", 1]},
            },
            "b/~b": None,
        }
    }
    copy, _ann, _bob = people()
    again = ChangeSet.from_merge_patch(json.dumps(patch), copy)
    assert again == found
    again.apply(copy)
    assert copy.changes() == found


def test_a_field_that_is_none_is_null():
    work, ann, bob = people()
    ann.name = bob.friend = None
    work.add(Person(5))
    found = work.changes()
    patch = found.to_merge_patch()
    assert patch["Person"]["1"] == {"name": None}
    # or it would be what the class has for it by default
    assert patch["Person"]["5"] == {"id": 5, "name": None, "meta": {}, "tags": [], "friend": None}
    assert ChangeSet.from_merge_patch(patch, people()[0]) == found


def test_a_merge_patch_of_one_object():
    work, ann, _bob = people()
    ann.name = None
    ann.meta["a"] = 2
    patch = work.changes().to_merge_patch(Ref("Person", 1))
    assert patch == {"name": None, "meta": {"a": 2}}
    copy, ann, _bob = people()
    ChangeSet.from_merge_patch(patch, copy, ann).apply(copy)
    assert (ann.name, ann.meta["a"]) == (None, 2)


def test_what_a_merge_patch_cannot_say():
    work, ann, _bob = people()
    ann.meta["b"] = {"c": {"d": None}}
    with pytest.raises(
        errors.PatchError, match=r"/Person/1/meta/b/c/d is null.*to_json_patch\(\)"
    ):
        work.changes().to_merge_patch()
    ann.meta["b"] = [None]
    assert work.changes().to_merge_patch() == {"Person": {"1": {"meta": {"b": [None]}}}}


@pytest.mark.parametrize(
    "patch, why",
    [
        ({"Person": {"1": {"nam": 1}}}, "'nam', did you mean 'name'"),
        ({"Persons": {"1": {"name": 1}}}, "'Persons', did you mean 'Person'"),
        ({"Person": {"1": 3}}, "Person 1 would be 3"),
        ([], r"the document would be \[\]"),
        ("{", "no JSON"),
    ],
)
def test_a_merge_patch_that_does_not_apply(patch, why):
    with pytest.raises(errors.PatchError, match=why):
        ChangeSet.from_merge_patch(patch, people()[0])


def test_values_of_other_classes_are_written_as_one_says():
    codec = Codec(hooks={range: (lambda r: [r.start, r.stop], lambda pair: range(*pair))})
    found = ChangeSet(
        [ObjectChange(Ref("Person", 1), "changed", Changes({"name": Change("Ann", range(2))}))]
    )
    for patch, read in (
        (found.to_json_patch(codec=codec), ChangeSet.from_json_patch),
        (found.to_merge_patch(codec=codec), ChangeSet.from_merge_patch),
    ):
        assert read(json.loads(json.dumps(patch)), people()[0], codec=codec) == found
