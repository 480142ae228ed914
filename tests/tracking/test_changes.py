"""What changed: by assignment and in place, in classes of every kind."""

from dataclasses import dataclass, field

import pytest

import ormolu
from ormolu import (
    MISSING,
    changes,
    commit,
    errors,
    has_changed,
    history,
    original,
    rollback,
    tracked,
)


def test_an_instance_is_made_unchanged(doc):
    assert not changes(doc)
    assert not has_changed(doc)
    assert doc.size == 0


def test_an_assignment_is_a_change(doc):
    doc.name = "b"
    assert dict(changes(doc)) == {"name": ("a", "b")}
    assert has_changed(doc)
    assert has_changed(doc, "name", "size")
    assert not has_changed(doc, "size")
    assert original(doc, "name") == "a"
    assert original(doc, "size") == 0


def test_the_value_before_the_first_assignment_counts(doc):
    doc.name = "b"
    doc.name = "c"
    assert dict(changes(doc)) == {"name": ("a", "c")}


def test_back_to_what_it_was_is_no_change(doc):
    doc.name = "b"
    doc.name = "a"
    assert not changes(doc)


def test_an_equal_value_is_no_change(doc):
    doc.tags = ["x"]
    assert not changes(doc)


def test_a_list_changed_in_place_is_a_change(doc):
    doc.tags.append("y")
    assert dict(changes(doc)) == {"tags": (["x"], ["x", "y"])}
    assert original(doc, "tags") == ["x"]
    assert changes(doc).paths() == {"tags[1]": (MISSING, "y")}


def test_a_nested_value_changed_in_place_is_told_by_its_path(doc):
    doc.meta["k"]["n"] = 2
    assert changes(doc).paths() == {"meta.k.n": (1, 2)}
    assert str(changes(doc)) == "meta.k.n: 1 -> 2"


def test_what_was_changed_in_place_and_then_replaced(doc):
    doc.tags.append("y")
    doc.tags = ["z"]
    assert dict(changes(doc)) == {"tags": (["x"], ["z"])}


def test_a_deleted_field_is_a_change(doc):
    if hasattr(type(doc), "__pydantic_fields__"):
        pytest.skip("models do not let go of fields in a way that lasts")
    if hasattr(type(doc), "size"):
        pytest.skip("the class has a value for it")
    del doc.size
    assert dict(changes(doc)) == {"size": (0, MISSING)}
    rollback(doc)
    assert doc.size == 0


def test_rollback(doc):
    tags, meta = doc.tags, doc.meta
    doc.name, doc.size = "b", 5
    doc.tags.append("y")
    doc.meta["k"]["n"] = 2
    doc.meta["more"] = 1
    rollback(doc)
    assert (doc.name, doc.size, doc.tags, doc.meta) == ("a", 0, ["x"], {"k": {"n": 1}})
    assert doc.tags is tags
    assert doc.meta is meta
    assert not changes(doc)


def test_rollback_of_one_field(doc):
    doc.name, doc.size = "b", 5
    rollback(doc, "name")
    assert dict(changes(doc)) == {"size": (0, 5)}
    assert doc.name == "a"


def test_rollback_gives_back_the_very_object(doc):
    tags = doc.tags
    doc.tags = ["z"]
    rollback(doc)
    assert doc.tags is tags


def test_commit_is_where_changes_begin(doc):
    doc.name = "b"
    done = commit(doc)
    assert dict(done) == {"name": ("a", "b")}
    assert not changes(doc)
    assert ormolu.previous_changes(doc) == done
    doc.name = "c"
    assert dict(changes(doc)) == {"name": ("b", "c")}
    assert ormolu.previous_changes(doc) == done
    rollback(doc)
    assert doc.name == "b"
    assert ormolu.previous_changes(doc) == done


def test_who_holds_a_value_over_a_commit_may_change_it(doc):
    tags = doc.tags
    tags.append("y")
    commit(doc)
    tags.append("z")
    assert dict(changes(doc)) == {"tags": (["x", "y"], ["x", "y", "z"])}


def test_who_holds_a_value_over_a_rollback_may_change_it(doc):
    tags = doc.tags
    tags.append("y")
    rollback(doc)
    tags.append("z")
    assert dict(changes(doc)) == {"tags": (["x"], ["x", "z"])}
    rollback(doc, "tags")
    tags.append("z")
    assert dict(changes(doc)) == {"tags": (["x"], ["x", "z"])}


def test_history_is_what_orms_have(doc):
    assert history(doc, "name") == ((), ["a"], ())
    doc.name = "b"
    assert history(doc, "name") == (["b"], (), ["a"])
    doc.tags.append("y")
    assert history(doc, "tags") == ([["x", "y"]], (), [["x"]])


def test_an_attribute_that_is_no_field_is_nobodys(doc_class):
    if not doc_class.__dictoffset__ or hasattr(doc_class, "__pydantic_fields__"):
        pytest.skip("there is no room for one")
    doc = doc_class(name="a")
    doc.other = 1
    assert not changes(doc)
    assert doc.other == 1


def test_frozen_instances_change_in_place_only(frozen_class):
    doc = frozen_class(name="a")
    with pytest.raises(Exception, match=r"assign|frozen|set attribute"):
        doc.name = "b"
    assert not changes(doc)
    doc.tags.append("y")
    assert dict(changes(doc)) == {"tags": ([], ["y"])}
    rollback(doc)
    assert doc.tags == []


def test_a_refused_value_is_no_change():
    import attrs

    @ormolu.tracked
    @attrs.define
    class Doc:
        size: int = attrs.field(validator=attrs.validators.ge(0))

    doc = Doc(1)
    with pytest.raises(ValueError, match=">= 0"):
        doc.size = -1
    assert not changes(doc)
    assert doc.size == 1
    doc.size = 2
    assert dict(changes(doc)) == {"size": (1, 2)}


def test_a_model_validates_what_is_assigned():
    import pydantic

    @ormolu.tracked
    class Doc(pydantic.BaseModel, validate_assignment=True):
        size: int
        name: str = "n"

    doc = Doc(size=1)
    with pytest.raises(pydantic.ValidationError):
        doc.size = "many"
    assert not changes(doc)
    assert doc.model_fields_set == {"size"}
    doc.size = "7"
    doc.name = "m"
    assert dict(changes(doc)) == {"size": (1, 7), "name": ("n", "m")}
    assert doc.model_fields_set == {"size", "name"}
    rollback(doc)
    assert doc.model_fields_set == {"size"}
    assert doc.model_dump() == {"size": 1, "name": "n"}


def test_a_field_that_does_not_exist(doc):
    with pytest.raises(ormolu.errors.UnknownFieldError, match=r"Doc has no.*'nam'.*'name'"):
        has_changed(doc, "nam")
    with pytest.raises(ormolu.errors.UnknownFieldError):
        rollback(doc, "nam")


def test_an_object_that_is_not_tracked():
    with pytest.raises(ormolu.errors.UntrackedInstanceError, match=r"int.*@ormolu.tracked"):
        changes(3)


def test_what_was_committed_stays_what_it_was(doc):
    doc.tags.append("y")
    doc.meta = {"a": [1]}
    done = ormolu.commit(doc)
    doc.tags.append("z")
    doc.meta["a"].append(2)
    for one in (done, ormolu.previous_changes(doc)):
        assert one["tags"] == (["x"], ["x", "y"])
        assert one["meta"].new == {"a": [1]}
        assert "tags[1]: (nothing) -> 'y'" in str(one).splitlines()
    now = ormolu.changes(doc)
    ormolu.rollback(doc)
    assert now["tags"] == (["x", "y"], ["x", "y", "z"])


def test_some_fields_are_committed(doc):
    doc.name, doc.size = "b", 1
    doc.tags.append("y")
    assert dict(ormolu.commit(doc, "name", "tags")) == {
        "name": ("a", "b"),
        "tags": (["x"], ["x", "y"]),
    }
    assert list(ormolu.previous_changes(doc)) == ["name", "tags"]
    assert dict(ormolu.changes(doc)) == {"size": (0, 1)}
    doc.tags.append("z")
    ormolu.rollback(doc)
    assert (doc.name, doc.size, doc.tags) == ("b", 0, ["x", "y"])
    with pytest.raises(errors.UnknownFieldError, match="did you mean 'name'"):
        ormolu.commit(doc, "nam")


@dataclass(eq=False)
class User:
    name: str


@dataclass(frozen=True)
class Tag:
    name: str
    aliases: list = field(default_factory=list, compare=False)


@tracked
@dataclass
class Holder:
    one: object = None
    other: object = None


@pytest.mark.parametrize("is_read", [False, True])
def test_another_object_of_a_class_that_compares_by_identity(is_read):
    first, second = User("a"), User("a")
    holder, told = Holder(first), []
    subscription = ormolu.on_change(holder, call=told.append)
    _ = holder.one if is_read else None
    holder.one = second
    assert ormolu.has_changed(holder, "one") and len(told) == 1
    assert str(ormolu.changes(holder)).startswith("one: User(name='a') -> User(name='a')")
    assert ormolu.history(holder, "one").deleted == [first]
    ormolu.rollback(holder)
    assert holder.one is first and not ormolu.has_changed(holder)
    holder.one.name = "b"
    assert str(ormolu.changes(holder)) == "one.name: 'a' -> 'b'"
    subscription.cancel()


def test_what_changes_within_a_member_of_a_set():
    tag = Tag("x")
    holder = Holder({tag})
    next(iter(holder.one)).aliases.append("y")
    assert ormolu.has_changed(holder) and list(ormolu.changes(holder)) == ["one"]
    ormolu.rollback(holder)
    assert tag.aliases == [] and not ormolu.has_changed(holder)


def test_a_container_in_two_fields_one_of_which_is_read_later():
    shared = ["x"]
    holder = Holder(shared, shared)
    holder.one.append("y")
    assert holder.other == ["x", "y"]
    assert ormolu.original(holder, "one") == ormolu.original(holder, "other") == ["x"]
    ormolu.rollback(holder)
    assert holder.one is holder.other is shared and shared == ["x"]
    holder.one = ["z"]
    holder.other = holder.one
    holder.other.append("w")
    ormolu.rollback(holder)
    assert holder.one is holder.other is shared and shared == ["x"]
