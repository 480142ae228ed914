"""Undo and redo, of values and of objects that come and go."""

import math
from dataclasses import dataclass, field

import attrs
import pydantic
import pytest

import ormolu
from ormolu import Timeline, Workspace, changes, errors, has_changed


def one(work, key):
    """The node of a key."""
    return next(obj for obj in work if obj.id == key)


def test_undo_and_redo(doc):
    timeline = Timeline(doc)
    doc.name = "b"
    assert timeline.mark("rename").name == "rename"
    doc.tags.append("y")
    doc.meta["k"]["n"] = 2
    timeline.mark("more")
    tags, inner = doc.tags, doc.meta["k"]
    assert timeline.undo().name == "more"
    assert (doc.name, doc.tags, doc.meta) == ("b", ["x"], {"k": {"n": 1}})
    assert doc.tags is tags
    assert doc.meta["k"] is inner
    assert timeline.undo().objects == (doc,)
    assert doc.name == "a"
    assert not has_changed(doc)
    assert timeline.redo().name == "rename"
    timeline.redo()
    assert (doc.name, doc.tags, doc.meta) == ("b", ["x", "y"], {"k": {"n": 2}})
    assert doc.tags is tags
    assert set(changes(doc)) == {"name", "tags", "meta"}


def test_what_there_is_to_undo(doc):
    timeline = Timeline(doc)
    assert (timeline.can_undo, timeline.can_redo) == (False, False)
    assert (timeline.undo_name, timeline.redo_name) == (None, None)
    doc.name = "b"
    assert (timeline.can_undo, timeline.undo_name) == (True, None)
    timeline.mark("rename")
    assert timeline.undo_name == "rename"
    assert [step.name for step in timeline.steps] == ["rename"]
    timeline.undo()
    assert (timeline.can_undo, timeline.can_redo) == (False, True)
    assert timeline.redo_name == "rename"
    assert repr(timeline) == "<Timeline of 0 step(s), 1 undone>"
    doc.size = 5
    assert (timeline.can_undo, timeline.can_redo, timeline.redo_name) == (True, False, None)


def test_nothing_done_is_no_step(doc):
    timeline = Timeline(doc)
    assert timeline.mark("nothing") is None
    doc.name = "b"
    doc.name = "a"
    doc.tags = ["x"]
    assert timeline.mark("nothing") is None
    with timeline.record("nothing"):
        pass
    assert timeline.steps == ()
    with pytest.raises(errors.TimelineError, match="nothing to undo"):
        timeline.undo()
    with pytest.raises(errors.TimelineError, match="nothing to redo"):
        timeline.redo()


def test_what_was_not_marked_is_undone_too(doc):
    timeline = Timeline(doc)
    doc.name = "b"
    assert timeline.undo().name is None
    assert doc.name == "a"
    timeline.redo()
    assert doc.name == "b"


def test_an_edit_after_an_undo_ends_what_was_undone(doc):
    timeline = Timeline(doc)
    doc.name = "b"
    timeline.undo()
    doc.size = 5
    with pytest.raises(errors.TimelineError, match="something else was done"):
        timeline.redo()
    timeline.undo()
    assert doc.size == 0


def test_values_go_past_setters_and_are_recorded(doc_class):
    if doc_class.__setattr__.__qualname__.startswith("a_frozen"):
        pytest.skip("never assigned")
    doc = doc_class(name="a")
    timeline = Timeline(doc)
    doc.name = "b"
    ormolu.commit(doc)
    timeline.undo()
    assert dict(changes(doc)) == {"name": ("b", "a")}
    ormolu.rollback(doc)
    assert doc.name == "b"
    timeline.undo()
    assert doc.name == "a"


def test_a_commit_is_no_edit_and_a_rollback_is_one(doc):
    timeline = Timeline(doc)
    doc.tags.append("y")
    ormolu.commit(doc)
    assert timeline.mark("edit") is not None
    ormolu.commit(doc)
    assert timeline.mark() is None
    timeline.undo()
    assert dict(changes(doc)) == {"tags": (["x", "y"], ["x"])}
    doc.name = "b"
    timeline.mark()
    ormolu.rollback(doc)
    assert timeline.mark("rollback").name == "rollback"
    timeline.undo()
    assert (doc.name, doc.tags) == ("b", ["x"])


def test_what_was_replaced_comes_back_as_the_object_it_was(doc):
    timeline = Timeline(doc)
    tags = doc.tags
    tags.append("y")
    doc.tags = ["z"]
    timeline.mark()
    tags.append("later")
    timeline.undo()
    assert doc.tags is tags
    assert tags == ["x"]
    timeline.redo()
    assert doc.tags == ["z"]


def test_frozen_objects_change_in_place(frozen_class):
    doc = frozen_class(name="a")
    timeline = Timeline(doc)
    doc.tags.append("x")
    timeline.undo()
    assert doc.tags == []
    timeline.redo()
    assert doc.tags == ["x"]


def test_fields_that_were_set_are_so_again():
    @ormolu.tracked
    class Doc(pydantic.BaseModel):
        name: str = "a"

    doc = Doc()
    timeline = Timeline(doc)
    doc.name = "b"
    timeline.undo()
    assert doc.model_fields_set == set()
    timeline.redo()
    assert doc.model_fields_set == {"name"}


def test_a_field_without_a_value():
    @ormolu.tracked("a")
    class Thing:
        pass

    thing = Thing()
    timeline = Timeline(thing)
    thing.a = 1
    timeline.mark()
    del thing.a
    timeline.undo()
    assert thing.a == 1
    timeline.undo()
    assert not hasattr(thing, "a")


def test_validators_that_look_at_other_fields_are_not_in_the_way():
    @ormolu.tracked
    @attrs.define
    class Span:
        start: int = 0
        end: int = attrs.field(default=1)

        @end.validator
        def _check(self, attribute, value):
            if value < self.start:
                raise ValueError("the end comes first")

    span = Span()
    timeline = Timeline(span)
    span.end = 9
    span.start = 8
    timeline.undo()
    assert (span.start, span.end) == (0, 1)


# -- steps ------------------------------------------------------------------------------------


def test_a_block_is_one_step(doc):
    timeline = Timeline(doc)
    doc.size = 1
    with timeline.record("both"):
        doc.name = "b"
        timeline.mark("inner")
        with timeline.record("inner"):
            doc.tags.append("y")
        doc.name = "c"
    assert [step.name for step in timeline.steps] == [None, "both"]
    timeline.undo()
    assert (doc.name, doc.tags, doc.size) == ("a", ["x"], 1)
    timeline.redo()
    assert (doc.name, doc.tags) == ("c", ["x", "y"])


def test_a_block_that_raises_is_taken_back(doc):
    timeline = Timeline(doc)
    with timeline.record("outer"):
        doc.name = "b"
        with pytest.raises(ZeroDivisionError), timeline.record("inner"):
            doc.name = "c"
            doc.tags.append("y")
            raise ZeroDivisionError
        assert (doc.name, doc.tags) == ("b", ["x"])
    timeline.undo()
    assert doc.name == "a"
    with pytest.raises(ZeroDivisionError), timeline.record("alone"):
        doc.name = "c"
        raise ZeroDivisionError
    assert doc.name == "a"
    assert timeline.can_redo


@pytest.mark.parametrize("what", ["undo", "redo", "clear"])
def test_no_undo_in_the_middle_of_a_step(doc, what):
    timeline = Timeline(doc)
    doc.name = "b"
    with (
        pytest.raises(errors.TimelineError, match=rf"{what}\(\) was called while"),
        timeline.record("step"),
    ):
        getattr(timeline, what)()
    assert timeline.can_undo


def test_a_limit(doc):
    timeline = Timeline(doc, limit=2)
    for size in (1, 2, 3):
        doc.size = size
        timeline.mark(str(size))
    assert [step.name for step in timeline.steps] == ["2", "3"]
    timeline.undo()
    timeline.undo()
    assert doc.size == 1
    assert not timeline.can_undo
    with pytest.raises(errors.TimelineError, match="larger limit"):
        Timeline(doc, limit=0)


def test_clear_forgets_steps(doc):
    timeline = Timeline(doc)
    doc.name = "b"
    timeline.mark()
    doc.name = "c"
    timeline.undo()
    doc.size = 5
    timeline.clear()
    assert not timeline.can_undo
    assert not timeline.can_redo
    assert (doc.name, doc.size) == ("b", 5)


class Clock:
    now = 0

    def __call__(self):
        return self.now


def test_edits_of_one_field_in_a_row_are_one_step(doc):
    clock = Clock()
    timeline = Timeline(doc, coalesce=2, clock=clock)
    for text in ("ab", "abc", "abcd"):
        clock.now += 1
        doc.name = text
        timeline.mark("typing")
    assert len(timeline.steps) == 1
    clock.now += 3
    doc.name = "later"
    timeline.mark("typing")
    doc.size = 1
    timeline.mark("typing")
    doc.size = 2
    timeline.mark("counting")
    assert len(timeline.steps) == 4
    for _ in range(3):
        timeline.undo()
    assert doc.name == "abcd"
    timeline.undo()
    assert doc.name == "a"
    timeline.redo()
    assert doc.name == "abcd"
    doc.name = "again"
    timeline.mark("typing")
    assert len(timeline.steps) == 2


def test_edits_that_come_to_nothing_are_no_step(doc):
    timeline = Timeline(doc, coalesce=math.inf)
    doc.tags.append("y")
    timeline.mark()
    doc.tags.remove("y")
    timeline.mark()
    assert timeline.steps == ()


def test_a_seal_ends_the_row(doc):
    timeline = Timeline(doc, coalesce=math.inf)
    doc.name = "b"
    timeline.mark()
    timeline.seal()
    doc.name = "c"
    timeline.mark()
    doc.name = "d"
    timeline.mark()
    assert len(timeline.steps) == 2


# -- graphs -----------------------------------------------------------------------------------


def befriend(one, other):
    """Change both sides, as a relationship does."""
    one.best, other.best = other, one


def test_both_sides_of_a_relationship(node_class):
    ann, bob, cy = (node_class(id=i, name=name) for i, name in enumerate(("Ann", "Bob", "Cy")))
    befriend(ann, bob)
    timeline = Timeline(ann)
    bob.best = None
    befriend(ann, cy)
    timeline.mark()
    timeline.undo()
    assert (ann.best, bob.best, cy.best) == (bob, ann, None)
    timeline.redo()
    assert (ann.best, bob.best, cy.best) == (cy, None, ann)


def test_what_was_done_to_an_object_before_it_came_stays(node_class):
    ann, bob = node_class(id=1, name="Ann"), node_class(id=2, name="Bob")
    timeline = Timeline(ann)
    bob.name = "Rob"
    befriend(ann, bob)
    timeline.undo()
    assert (ann.best, bob.best, bob.name) == (None, None, "Rob")


def test_an_object_that_leaves_the_graph_is_not_watched(node_class):
    ann, bob = node_class(id=1, name="Ann"), node_class(id=2, name="Bob")
    ann.best = bob
    timeline = Timeline(ann)
    ann.best = None
    timeline.mark()
    bob.name = "Rob"
    assert timeline.mark() is None
    timeline.undo()
    assert ann.best is bob
    assert bob.name == "Rob"
    bob.name = "Bert"
    timeline.undo()
    assert bob.name == "Rob"


def test_objects_come_and_go_in_a_workspace(graph, node_class):
    ann, bob = one(graph, 1), one(graph, 2)
    timeline = Timeline(graph)
    cy = node_class(id=3, name="Cy")
    with timeline.record("exchange"):
        ann.best = cy
        ann.friends.clear()
        graph.delete(bob)
    after = graph.changes()
    timeline.undo()
    assert not graph.changes()
    assert cy not in graph
    assert (ann.best, ann.friends) == (bob, [bob])
    timeline.redo()
    assert graph.changes() == after


def test_what_was_committed_can_be_undone(graph, node_class):
    ann, bob = one(graph, 1), one(graph, 2)
    timeline = Timeline(graph)
    cy = node_class(id=3, name="Cy")
    with timeline.record("exchange"):
        ann.best = cy
        ann.friends.clear()
        graph.delete(bob)
    done = graph.commit()
    timeline.undo()
    assert graph.changes() == done.inverted()
    assert graph.new == (bob,)
    assert graph.deleted == (cy,)
    graph.commit()
    timeline.redo()
    assert graph.changes() == done


def test_an_undo_of_a_discard(graph):
    bob = one(graph, 2)
    timeline = Timeline(graph)
    graph.discard(bob)
    timeline.mark()
    timeline.undo()
    assert bob in graph
    assert not graph.changes()


def test_an_undo_that_is_refused_changes_nothing(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    timeline = Timeline(graph)
    ann.name = "Anna"
    ann.friends.clear()
    ann.best = None
    graph.discard(bob)
    timeline.mark("edit")
    other = Workspace(key="id", cascade=False)
    other.attach(bob)
    with pytest.raises(errors.ClaimedError):
        timeline.undo()
    assert (ann.name, ann.friends, ann.best) == ("Anna", [], None)
    assert timeline.undo_name == "edit"
    other.discard(bob)
    timeline.undo()
    assert (ann.name, ann.friends) == ("Ann", [bob])


def test_a_storage_that_refuses_to_go_back():
    class Sturdy:
        def __get__(self, obj, owner=None):
            return self if obj is None else obj.kept

        def __set__(self, obj, value):
            if value in obj.refuses:
                raise ValueError("refused")
            obj.__dict__["kept"] = value

    @ormolu.tracked("value", "other")
    class Thing:
        value = Sturdy()

        def __init__(self):
            self.refuses = ()
            self.other = self.value = 0

    thing = Thing()
    timeline = Timeline(thing)
    thing.other = thing.value = 1
    timeline.mark()
    thing.refuses = (0,)
    with pytest.raises(ValueError, match="refused"):
        timeline.undo()
    assert (thing.other, thing.value) == (1, 1)
    assert len(timeline.steps) == 1


def test_what_is_not_tracked_has_no_timeline():
    with pytest.raises(errors.UntrackedInstanceError, match=r"@ormolu.tracked"):
        Timeline(object())


def test_cyclic_values():
    @ormolu.tracked
    @dataclass(eq=False)
    class Holder:
        held: list = field(default_factory=list)

    holder = Holder()
    timeline = Timeline(holder)
    holder.held.append(holder.held)
    timeline.undo()
    assert holder.held == []
    timeline.redo()
    assert holder.held[0] is holder.held
