"""Keys of objects in patches: what they read like, what becomes of them, and who has one."""

import json
from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from tests.naming import named

import ormolu
from ormolu import ChangeSet, Codec, Ref, Workspace, errors, related

pytest.importorskip("jsonpatch")


@ormolu.tracked
@dataclass(eq=False)
class Author:
    id: int
    name: str
    books: list["Book"] = related(back_populates="author")


@ormolu.tracked
@dataclass(eq=False)
class Book:
    id: int
    name: str
    author: Author | None = related(back_populates="books")


@ormolu.tracked
@dataclass(eq=False)
class Note:
    id: int | str | None
    name: str = ""
    parts: list["Note"] = field(default_factory=list)
    best: "Note | None" = None


def library():
    ann = Author(1, "Ann")
    for number, name in enumerate(("one", "two"), 1):
        Book(number, name, ann)
    work = Workspace(key="id", classes=[Note])
    work.attach(ann)
    return work


def of_json(patch, work, of=None):
    return ChangeSet.from_json_patch(patch, work, of)


def of_merge(patch, work, of=None):
    return ChangeSet.from_merge_patch(patch, work, of)


# -- a key that changes -----------------------------------------------------------------------

RENAMING = [
    lambda work: of_json([{"op": "replace", "path": "/Book/1/id", "value": 7}], work),
    lambda work: of_json([{"op": "replace", "path": "/id", "value": 7}], work, work.get(Book, 1)),
    lambda work: of_merge({"Book": {"1": {"id": 7}}}, work),
    lambda work: of_merge({"id": 7}, work, work.get(Book, 1)),
]


@pytest.mark.parametrize("read", RENAMING)
def test_a_key_that_a_patch_changes_is_the_name_from_then_on(read):
    work = library()
    found = read(work)
    assert found["Book", 1].becomes == Ref("Book", 7)
    found.apply(work)
    assert found == work.changes()
    found.inverted().apply(work)
    assert not work.changes()
    found.apply(work)
    work.commit()
    later = of_merge({"Book": {"7": {"name": "seven"}}}, work)
    both = found | later
    assert (len(both), both["Book", 1].becomes) == (1, Ref("Book", 7))
    assert not found | found.inverted()
    both.apply(copy := library())
    assert copy.changes() == both


def test_a_key_that_comes_or_goes():
    work = Workspace(key="id", classes=[Note])
    work.attach(Note("a"), Note(None))
    assert of_merge({"Note": {"a": {"name": "b"}}}, work)["Note", "a"].becomes is None
    for found in (
        of_merge({"Note": {"a": {"id": None}, "#2": {"id": 3}}}, work),
        of_json(
            [
                {"op": "replace", "path": "/Note/a/id", "value": None},
                {"op": "replace", "path": "/Note/#2/id", "value": 3},
            ],
            work,
        ),
    ):
        assert found["Note", "a"].becomes == Ref("Note", number=1)
        assert found[Ref("Note", number=2)].becomes == Ref("Note", 3)
        found.apply(work)
        assert work.changes() == found
        assert of_merge(found.to_merge_patch(), work) is not None
        work.rollback()
        assert of_merge(found.to_merge_patch(), work) == found


def test_what_is_as_it_would_be_has_not_changed():
    work = Workspace(key="id")
    work.attach(Note("a"))
    assert not of_merge({"Note": {"a": {"name": None, "parts": None}}}, work)
    assert not of_json([{"op": "remove", "path": "/Note/a/name"}], work)
    # True is equal to 1, so it is not assigned
    found = of_merge({"Book": {"1": {"id": True}}}, library())
    assert found["Book", 1].becomes is None


def test_keys_that_two_objects_exchange():
    work = library()
    found = of_merge({"Book": {"1": {"id": 2}, "2": {"id": 1}}}, work)
    found.apply(work)
    assert work.changes() == found
    assert not found | found.inverted()
    found.inverted().apply(work)
    assert not work.changes()


def test_a_key_that_is_none_of_an_object_that_needs_one():
    for patch, of in (({"Book": {"1": {"id": None}}}, None), ({"id": None}, 1)):
        work = library()
        with pytest.raises(errors.PatchError, match=r"^Book 1: .*'id'"):
            of_merge(patch, work, of and work.get(Book, of))


def test_an_object_whose_key_is_a_function_keeps_its_name_until_it_is_known():
    work = Workspace(key=lambda book: book.id)
    work.attach(Book(1, "one"))
    found = of_merge({"Book": {"1": {"id": 7}}}, work)
    assert found["Book", 1].becomes is None


def test_a_key_that_no_object_can_have():
    @ormolu.tracked
    @dataclass(eq=False)
    class Thing:
        id: Any

    work = Workspace(key="id")
    work.attach(Thing(1))
    with pytest.raises(errors.PatchError, match=r"^Thing 1: \[2\] cannot be a key: unhashable"):
        of_merge({"Thing": {"1": {"id": [2]}}}, work)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/Book/1/id"},
        {"op": "move", "from": "/Book/1/id", "path": "/Book/1/name"},
    ],
    ids=named,
)
def test_a_key_cannot_be_taken_away(operation):
    work = library()
    with pytest.raises(
        errors.PatchError, match=r"take away the key 'id'.*replace its key"
    ) as told:
        of_json([operation], work)
    assert told.value.key == "id"
    operation = {name: part.replace("/Book/1", "") for name, part in operation.items()}
    with pytest.raises(errors.PatchError, match=r"take away the key 'id'"):
        of_json([operation], work, work.get(Book, 1))


def test_a_key_that_comes_back_or_is_said_by_the_path():
    work = library()
    other = {"name": "uno", "author": None}
    for patch in (
        [{"op": "replace", "path": "/Book/1", "value": other}],
        [
            {"op": "remove", "path": "/Book/1/id"},
            {"op": "add", "path": "/Book/1/id", "value": 1},
            {"op": "replace", "path": "/Book/1/name", "value": "uno"},
        ],
    ):
        found = of_json(patch, work)["Book", 1]
        assert (found.new_values["name"], found.becomes) == ("uno", None)
        assert "id" not in found.fields
    patch = [{"op": "remove", "path": "/Book/1/id"}, {"op": "remove", "path": "/Book/1"}]
    assert of_json(patch, work)["Book", 1].kind == "deleted"


# -- keys that are no texts -------------------------------------------------------------------


class Colour(Enum):
    RED = "red"
    BLUE = "7"


class Size(Enum):
    S = 1
    L = 2


PAIRS = [
    (UUID(int=1), UUID(int=2)),
    (date(2024, 2, 29), date(2024, 3, 1)),
    (datetime(2024, 2, 29, 1), datetime(2024, 10, 27, 2, fold=1)),
    (time(1), time(1, 30)),
    (Decimal("1.50"), Decimal("1E+5")),
    (Fraction(1, 3), Fraction(2)),
    (Colour.RED, Colour.BLUE),
    (Size.S, Size.L),
]
ANNOTATED = {
    "by itself": lambda class_: class_,
    "or None": lambda class_: class_ | None,
    "or a number": lambda class_: class_ | int,
    "not at all": lambda class_: Any,
    "or a text": lambda class_: class_ | str,
}
CODEC = Codec(types=[Colour, Size])


@pytest.fixture(params=ANNOTATED)
def things(request):
    """What makes a workspace with a thing of a key, and whether texts may be keys as well."""

    def make(key):
        fields = [("id", ANNOTATED[request.param](type(key))), ("v", int, 0)]
        class_ = ormolu.tracked(make_dataclass("Thing", fields, eq=False))

        def again():
            work = Workspace(key="id")
            work.attach(class_(key))
            return work

        return again, class_

    return make, request.param == "or a text"


@pytest.mark.parametrize("keys", PAIRS, ids=named)
def test_what_is_written_of_a_key_is_read_again(things, keys):
    (there, new), (make, _) = keys, things
    again, class_ = make(there)
    for codec in (CODEC, Codec(types=[class_, Colour, Size])):
        work = again()
        work.objects[0].v = 1
        work.add(class_(new, 2))
        found = work.changes()
        for patch, read in (
            (found.to_json_patch(codec=codec), ChangeSet.from_json_patch),
            (found.to_json_patch(tests=False, codec=codec), ChangeSet.from_json_patch),
            (found.to_merge_patch(codec=codec), ChangeSet.from_merge_patch),
        ):
            assert read(json.loads(json.dumps(patch)), again(), codec=codec) == found


@pytest.mark.parametrize("keys", PAIRS, ids=named)
def test_a_key_is_a_plain_text_or_has_a_tag(things, keys):
    (there, new), (make, may_be_text) = keys, things
    again, _ = make(there)
    work = again()
    work.objects[0].v = 1
    (plain,) = work.changes().to_merge_patch()["Thing"]
    assert not plain.startswith("{")
    for text in (plain, json.dumps(CODEC.tagged(there))):
        pointer = text.replace("~", "~0").replace("/", "~1")
        patch = [{"op": "replace", "path": f"/Thing/{pointer}/v", "value": 1}]
        for found in (
            ChangeSet.from_json_patch(patch, again(), codec=CODEC),
            ChangeSet.from_merge_patch({"Thing": {text: {"v": 1}}}, again(), codec=CODEC),
        ):
            assert found == work.changes()
    if not may_be_text:
        text = json.dumps(CODEC.tagged(new))
        found = ChangeSet.from_merge_patch({"Thing": {text: {"v": 1}}}, again(), codec=CODEC)
        assert found.new[0].new_values == {"id": new, "v": 1}


@pytest.mark.parametrize("keys", [PAIRS[0], PAIRS[1], PAIRS[4], PAIRS[6], PAIRS[7]], ids=named)
def test_the_key_of_a_new_object_is_the_text_of_its_path(things, keys):
    (there, new), (make, may_be_text) = keys, things
    again, _ = make(there)
    text = str(new.value if isinstance(new, Enum) else new)
    for found in (
        ChangeSet.from_merge_patch({"Thing": {text: {"v": 1}}}, again()),
        of_json([{"op": "add", "path": f"/Thing/{text}", "value": {"v": 1}}], again()),
    ):
        key = text if may_be_text else new
        assert found.new[0].ref == Ref("Thing", key)
        assert found.new[0].new_values == {"id": key, "v": 1}


@pytest.mark.parametrize(
    "key, text",
    [(UUID(int=10), str(UUID(int=10)).upper()), (Decimal("1.50"), "1.5"), (Fraction(2), "4/2")],
    ids=named,
)
def test_other_texts_of_the_same_key(key, text):
    class_ = ormolu.tracked(make_dataclass("Thing", [("id", type(key)), ("v", int, 0)], eq=False))
    work = Workspace(key="id")
    work.attach(class_(key))
    patch = [{"op": "replace", "path": f"/Thing/{text.replace('/', '~1')}/v", "value": 1}]
    assert of_json(patch, work).changed[0].ref == Ref("Thing", key)
    assert of_merge({"Thing": {text: {"v": 1}}}, work).changed[0].ref == Ref("Thing", key)
    whole = [{"op": "add", "path": "/Thing", "value": {text: {"v": 1}}}]
    assert of_json(whole, work).changed[0].ref == Ref("Thing", key)
    with pytest.raises(errors.PatchError, match="is there twice, also as"):
        of_merge({"Thing": {text: {"v": 1}, json.dumps(Codec().encode(key)): {}}}, work)


def test_texts_that_are_keys_themselves():
    text = '{"$uuid": "x"}'
    work = Workspace(key="id", classes=[Note])
    work.attach(Note(text), Note("2024-02-29"))
    for key in (text, "2024-02-29"):
        assert of_merge({"Note": {key: {"name": "x"}}}, work).changed[0].ref == Ref("Note", key)
    assert of_merge({"Note": {"7": {}}}, work).new[0].ref == Ref("Note", "7")


def test_a_hook_says_how_a_key_is_written():
    codec = Codec(hooks={UUID: (lambda key: key.int, lambda number: UUID(int=number))})
    class_ = ormolu.tracked(make_dataclass("Thing", [("id", UUID), ("v", int, 0)], eq=False))
    work = Workspace(key="id")
    work.attach(class_(UUID(int=5)))
    work.objects[0].v = 1
    patch = work.changes().to_merge_patch(codec=codec)
    assert patch == {"Thing": {'{"$UUID": 5}': {"v": 1}}}
    work.rollback()
    assert ChangeSet.from_merge_patch(patch, work, codec=codec).changed


# -- objects that are referred to -------------------------------------------------------------


@pytest.mark.parametrize("annotation", [UUID, UUID | None, Any, UUID | str], ids=str)
def test_the_name_of_an_object_has_its_key_as_a_text_too(annotation):
    fields = [("id", annotation), ("best", Any, None), ("all", list, None)]
    class_ = ormolu.tracked(make_dataclass("Thing", fields, eq=False))
    work, key, other = Workspace(key="id"), UUID(int=1), UUID(int=2)
    work.attach(class_(key, all=[]))
    plain, tagged = str(key), {"$uuid": str(key)}
    for text in (plain, tagged):
        fields = {"best": {"$ref": ["Thing", text]}, "all": [{"$ref": ["Thing", text]}]}
        for found in (
            of_merge({"Thing": {plain: fields}}, work),
            of_merge({"Thing": {str(other): {"id": {"$uuid": str(other)}, **fields}}}, work),
        ):
            (one,) = found.values()
            assert one.new_values["best"] == Ref("Thing", key)
            assert one.new_values["all"] == [Ref("Thing", key)]
            found.apply(work)
            work.rollback()
    (found,) = of_merge({"Thing": {plain: {"best": {"$ref": ["Thing", "x"]}}}}, work).values()
    assert found.new_values["best"] == Ref("Thing", "x")


def test_the_name_of_an_object_that_is_patched_alone_or_new():
    class_ = ormolu.tracked(make_dataclass("Thing", [("id", UUID), ("best", Any, None)], eq=False))
    work, key, other = Workspace(key="id"), UUID(int=1), UUID(int=2)
    work.attach(class_(key))
    patch = {"best": {"$ref": ["Thing", str(other)]}}
    alone = of_merge(patch, work, work.objects[0])
    assert alone["Thing", key].new_values["best"] == Ref("Thing", other)
    both = of_merge({"Thing": {str(key): patch, str(other): {}}}, work)
    both.apply(work)
    assert work.objects[0].best.id == other


def test_texts_and_numbers_stay_what_they_are_in_names():
    work = Workspace(key="id", classes=[Note])
    work.attach(Note(1), Note("a"), Note(None))
    for key in ("1", "a", "#3", "x", 1):
        found = of_merge({"Note": {"a": {"best": {"$ref": ["Note", key]}}}}, work)
        assert found["Note", "a"].new_values == {"best": Ref("Note", key)}


def test_numbers_in_a_patch_are_those_of_the_workspace_that_it_was_read_for():
    work = Workspace(key="id")
    work.attach(Note("a"))
    for found in (
        of_merge({"Note": {"a": {"id": None}}}, work),
        of_json([{"op": "replace", "path": "/Note/a/id", "value": None}], work),
    ):
        found.apply(work)
        data = found.to_json()
        assert data == work.changes().to_json()
        assert data["origin"] == ChangeSet.from_json(data).to_json()["origin"]
        work.rollback()


def test_what_cannot_be_read_or_written_names_the_field():
    work = library()
    with pytest.raises(errors.PatchError, match=r"^Book 1, name: ") as told:
        of_merge({"Book": {"1": {"name": 3}}}, work)
    assert told.value.key == "name"
    work.get(Book, 1).name = object()
    for write in (ChangeSet.to_json, ChangeSet.to_json_patch, ChangeSet.to_merge_patch):
        with pytest.raises(errors.PatchError, match=r"^Book 1, name: ") as told:
            write(work.changes())
        assert (told.value.key, told.value.class_) == ("name", object)


# -- keys that read like tags -----------------------------------------------------------------


def test_an_object_whose_key_reads_like_a_tag_goes():
    work = Workspace(key="id")
    work.attach(Note("$ref"))
    work.delete(work.get(Note, "$ref"))
    patch = work.changes().to_merge_patch()
    assert patch == {"Note": {"$ref": None}}
    copy = Workspace(key="id")
    copy.attach(Note("$ref"))
    assert of_merge(patch, copy) == work.changes()
