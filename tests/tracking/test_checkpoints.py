"""Checkpoints: back to a point in the middle."""

from dataclasses import dataclass

import pytest

from ormolu import changes, checkpoint, commit, errors, rollback, tracked


def test_back_to_a_checkpoint(doc):
    doc.name = "b"
    point = checkpoint(doc)
    doc.name, doc.size = "c", 5
    doc.tags.append("y")
    assert list(point.changes()) == ["name", "size", "tags"]
    assert dict(changes(doc))["name"] == ("a", "c")
    point.rollback()
    assert (doc.name, doc.size, doc.tags) == ("b", 0, ["x"])
    assert dict(changes(doc)) == {"name": ("a", "b")}
    doc.size = 6
    point.rollback()
    assert doc.size == 0


def test_released_changes_stay(doc):
    doc.tags.append("b")
    point = checkpoint(doc)
    doc.tags.append("c")
    doc.name = "c"
    point.release()
    assert dict(changes(doc)) == {"name": ("a", "c"), "tags": (["x"], ["x", "b", "c"])}
    rollback(doc)
    assert (doc.name, doc.tags) == ("a", ["x"])


def test_nested_checkpoints(doc):
    with checkpoint(doc):
        doc.name = "b"
        with pytest.raises(RuntimeError), checkpoint(doc):
            doc.name = "c"
            doc.meta["k"]["n"] = 9
            raise RuntimeError
        assert doc.name == "b"
        assert doc.meta == {"k": {"n": 1}}
    assert dict(changes(doc)) == {"name": ("a", "b")}


def test_rollback_of_an_outer_one_ends_the_inner(doc):
    outer = checkpoint(doc)
    doc.name = "b"
    inner = checkpoint(doc)
    doc.name = "c"
    outer.rollback()
    assert doc.name == "a"
    with pytest.raises(errors.CheckpointError, match=r"Doc is gone"):
        inner.rollback()


@pytest.mark.parametrize("over", [commit, rollback])
def test_gone_with_all_that_was_recorded(doc, over):
    with checkpoint(doc) as point:
        doc.name = "b"
        over(doc)
    with pytest.raises(errors.CheckpointError):
        point.release()


def test_an_object_that_nothing_happens_to(doc):
    with checkpoint(doc) as point:
        assert not point.changes()
    assert not changes(doc)


def test_a_field_that_is_rolled_back_alone_in_the_middle(doc):
    doc.name, doc.size = "b", 1
    point = checkpoint(doc)
    doc.name, doc.size = "c", 2
    rollback(doc, "name")
    assert doc.name == "a"
    assert dict(point.changes()) == {"name": ("b", "a"), "size": (1, 2)}
    assert dict(changes(doc)) == {"size": (0, 2)}
    point.rollback()
    assert (doc.name, doc.size) == ("b", 1)
    assert dict(changes(doc)) == {"name": ("a", "b"), "size": (0, 1)}


def test_a_rollback_in_the_middle_is_taken_back_as_well(doc):
    tags = doc.tags
    doc.name = "b"
    tags.append("y")
    for keys in (), ("name",), ("tags",), ("size", "tags"):
        with pytest.raises(ZeroDivisionError), checkpoint(doc):
            doc.size = 7
            tags.append("z")
            rollback(doc, *keys)
            doc.size = 9
            _ = 1 / 0
        assert (doc.name, doc.size, doc.tags) == ("b", 0, ["x", "y"])
        assert doc.tags is tags
        assert list(changes(doc)) == ["name", "tags"]
    with checkpoint(doc):
        rollback(doc)
        doc.size = 3
    assert dict(changes(doc)) == {"size": (0, 3)}
    assert doc.tags == ["x"]


def test_a_commit_in_the_middle_is_no_secret(doc):
    doc.name = "b"
    with pytest.raises(ZeroDivisionError) as raised, checkpoint(doc):
        commit(doc)
        _ = 1 / 0
    assert "did not go back to its checkpoint" in raised.value.__notes__[0]
    assert doc.name == "b"


def test_who_holds_a_value_over_a_checkpoint_may_change_it(doc):
    tags = doc.tags
    point = checkpoint(doc)
    tags.append("y")
    assert list(point.changes()) == ["tags"]
    point.rollback()
    assert doc.tags == ["x"]
    tags.append("z")
    point.rollback()
    assert doc.tags is tags
    assert tags == ["x"]


def test_there_is_none_of_an_object_that_is_being_made():
    @tracked
    @dataclass
    class Early:
        name: str

        def __post_init__(self):
            checkpoint(self)

    with pytest.raises(errors.CheckpointError, match="Early is still being made"):
        Early("a")
