"""Workspaces: what is new, dirty and deleted; commit, rollback and checkpoints of a graph."""

import gc
import weakref
from dataclasses import dataclass, field

import pydantic
import pytest

import ormolu
from ormolu import MISSING, Ref, Workspace, changes, errors, has_changed
from ormolu.tracking.instances import held


def one(work, key):
    """The node of a key."""
    return next(obj for obj in work if obj.id == key)


def test_what_is_attached_is_known_and_unchanged(graph):
    assert len(graph) == 2
    assert (graph.new, graph.dirty, graph.deleted) == ((), (), ())
    assert not graph.changes()
    assert one(graph, 1) in graph
    assert [obj.id for obj in graph] == [1, 2]


def test_what_an_object_refers_to_comes_with_it(graph):
    ann = one(graph, 1)
    assert ann.best in graph
    assert len(graph) == 2


def test_without_cascade_it_does_not(node_class):
    ann = node_class(id=1, name="Ann", best=node_class(id=2, name="Bob"))
    work = Workspace(key="id", cascade=False)
    work.add(ann)
    assert len(work) == 1
    assert work.changes()["Node", 1].new_values["best"] == Ref("Node", 2)


def test_an_added_object_is_new_with_all_its_fields(graph, node_class):
    cy = node_class(id=3, name="Cy", best=one(graph, 1))
    graph.add(cy)
    assert [obj.id for obj in graph.new] == [3]
    change = graph.changes()["Node", 3]
    assert change.kind == "new"
    assert change.new_values == {
        "id": 3,
        "name": "Cy",
        "tags": [],
        "best": Ref("Node", 1),
        "friends": [],
    }
    assert change.old_values == {}


def test_what_a_changed_object_refers_to_is_new(graph, node_class):
    one(graph, 1).friends.append(node_class(id=3, name="Cy"))
    found = graph.changes()
    assert [(change.kind, change.ref) for change in found.values()] == [
        ("changed", Ref("Node", 1)),
        ("new", Ref("Node", 3)),
    ]
    assert found["Node", 1].new_values == {"friends": [Ref("Node", 2), Ref("Node", 3)]}


def test_a_changed_object_is_dirty(graph):
    ann = one(graph, 1)
    ann.name = "Anna"
    ann.tags.append("y")
    assert graph.dirty == (ann,)
    assert dict(graph.changes()["Node", 1].fields) == {
        "name": ("Ann", "Anna"),
        "tags": (["x"], ["x", "y"]),
    }


def test_a_change_set_stays_as_it_is(graph):
    ann = one(graph, 1)
    ann.tags.append("y")
    found = graph.changes()
    ann.tags.append("z")
    assert found["Node", 1].new_values == {"tags": ["x", "y"]}


def test_a_deleted_object_says_what_it_was(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    bob.name = "Rob"
    ann.friends.clear()
    graph.delete(bob)
    assert graph.deleted == (bob,)
    assert bob in graph
    change = graph.changes()["Node", 2]
    assert change.kind == "deleted"
    assert change.old_values["name"] == "Bob"
    graph.commit()
    assert bob not in graph
    assert graph.get(type(bob), 2) is None


def test_a_deleted_object_can_be_added_again(graph):
    bob = one(graph, 2)
    graph.delete(bob)
    graph.add(bob)
    assert not graph.deleted
    assert not graph.changes()


def test_a_new_object_that_is_deleted_never_was(graph, node_class):
    cy = node_class(id=3, name="Cy")
    graph.add(cy)
    graph.delete(cy)
    assert cy not in graph
    assert not graph.changes()


def test_another_object_under_the_key_of_a_deleted_one_is_a_change(graph, node_class):
    ann, bob = one(graph, 1), one(graph, 2)
    graph.delete(bob)
    other = node_class(id=2, name="Bert", best=ann)
    ann.best = other
    ann.friends[:] = []
    graph.add(other)
    found = graph.changes()
    assert found["Node", 2].kind == "changed"
    assert dict(found["Node", 2].fields) == {"name": ("Bob", "Bert")}
    graph.commit()
    assert graph.get(type(bob), 2) is other


# -- commit and rollback ----------------------------------------------------------------------


def test_commit(graph, node_class):
    ann, cy = one(graph, 1), node_class(id=3, name="Cy")
    ann.best = cy
    before = graph.changes()
    assert graph.commit() == before
    assert (graph.new, graph.dirty) == ((), ())
    assert graph.get(node_class, 3) is cy
    assert not has_changed(ann)
    assert not graph.commit()
    ann.best = None
    assert dict(graph.changes()["Node", 1].fields) == {"best": (Ref("Node", 3), None)}


def test_rollback(graph, node_class):
    ann, bob = one(graph, 1), one(graph, 2)
    tags = ann.tags
    cy = node_class(id=3, name="Cy")
    ann.tags.append("y")
    ann.friends.append(cy)
    bob.name = "Rob"
    cy.best = ann
    graph.delete(bob)
    graph.rollback()
    assert (ann.tags, bob.name, cy.best) == (["x"], "Bob", None)
    assert ann.tags is tags
    assert len(ann.friends) == 1
    assert cy not in graph
    assert not graph.deleted
    assert not graph.changes()


def test_callbacks_get_what_is_committed(graph):
    told = []
    graph.before_commit(lambda found: told.append(("before", found, graph.dirty)))
    graph.after_commit(lambda found: told.append(("after", found, graph.dirty)))
    ann = one(graph, 1)
    ann.name = "Anna"
    done = graph.commit(who="me", why="typo")
    assert told == [("before", done, (ann,)), ("after", done, ())]
    assert told[0][1].about == done.about == {"who": "me", "why": "typo"}
    graph.commit()
    assert len(told) == 2


def test_what_a_callback_changes_before_is_committed(graph, node_class):
    cy = node_class(id=None, name="Cy")
    graph.add(cy)
    assert graph.ref(cy) == Ref("Node", number=3)

    @graph.before_commit
    def give_keys(found):
        assert found.new[0].ref == Ref("Node", number=3)
        cy.id = 3

    done = graph.commit()
    assert list(done) == [Ref("Node", 3)]
    assert done["Node", 3].new_values["id"] == 3
    assert graph.get(node_class, 3) is cy


def test_a_callback_that_raises_before_has_nothing_committed(graph):
    @graph.before_commit
    def refuse(found):
        raise OSError("full")

    ann = one(graph, 1)
    ann.name = "Anna"
    with pytest.raises(OSError, match="full"):
        graph.commit()
    assert graph.dirty == (ann,)
    graph.remove_callback(refuse)
    graph.commit()
    assert not graph.dirty


def test_all_callbacks_after_are_called_whichever_raises(graph):
    told = []

    def fail(found):
        raise OSError("full")

    for callback in (fail, told.append, fail):
        graph.after_commit(callback)
    one(graph, 1).name = "Anna"
    with pytest.raises(ExceptionGroup, match="after all was committed"):
        graph.commit()
    assert len(told) == 1
    assert not graph.dirty
    graph.remove_callback(fail)
    graph.after_commit(fail)
    one(graph, 1).name = "Ann"
    with pytest.raises(OSError, match="full"):
        graph.commit()


@pytest.mark.parametrize("what", ["commit", "rollback"])
def test_a_callback_cannot_commit_in_the_middle(graph, what):
    graph.before_commit(lambda found: getattr(graph, what)())
    one(graph, 1).name = "Anna"
    with pytest.raises(errors.WorkspaceError, match=rf"{what}\(\).*callback"):
        graph.commit()
    assert graph.dirty


def test_a_workspace_commits_at_the_end_of_its_block(node_class):
    ann, done = node_class(id=1, name="Ann"), []
    with Workspace(key="id") as work:
        work.after_commit(done.append)
        work.attach(ann)
        ann.name = "Anna"
    assert len(done) == 1
    assert ann not in work
    assert not has_changed(ann)


def test_a_workspace_rolls_back_if_its_block_raises(node_class):
    ann = node_class(id=1, name="Ann")
    with pytest.raises(ZeroDivisionError), Workspace(key="id") as work:
        work.attach(ann)
        ann.name = "Anna"
        raise ZeroDivisionError
    assert ann.name == "Ann"
    assert ann not in work


def test_a_workspace_rolls_back_if_its_commit_is_refused(node_class):
    ann = node_class(id=1, name="Ann")

    def refuse(found):
        raise OSError("full")

    with pytest.raises(OSError, match="full"), Workspace(key="id") as work:
        work.before_commit(refuse)
        work.attach(ann)
        ann.name = "Anna"
    assert ann.name == "Ann"


# -- all or nothing ---------------------------------------------------------------------------


class Sturdy:
    """Keeps a value, and refuses some."""

    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.name)

    def __set__(self, obj, value):
        if value in obj.refuses:
            raise ValueError(f"refused {value!r}")
        object.__setattr__(obj, self.name, value)


def test_a_rollback_that_is_refused_changes_nothing():
    @ormolu.tracked("tags", "value")
    class Thing:
        value = Sturdy()

        def __init__(self, value):
            self.refuses = set()
            self.tags: list = []
            self.value = value

    things = [Thing(i) for i in range(3)]
    work = Workspace()
    work.attach(*things)
    new = Thing(9)
    work.add(new)
    for thing in things:
        thing.value += 10
        thing.tags.append("x")
    work.delete(things[2])
    before = work.changes()
    things[1].refuses.add(1)
    with pytest.raises(ValueError, match="refused 1"):
        work.rollback()
    assert [thing.value for thing in things] == [10, 11, 12]
    assert [thing.tags for thing in things] == [["x"]] * 3
    assert work.changes() == before
    things[1].refuses.clear()
    work.rollback()
    assert [thing.value for thing in things] == [0, 1, 2]
    assert not work.changes()


def test_a_commit_that_fails_commits_nothing(graph, monkeypatch):
    ann, bob = one(graph, 1), one(graph, 2)
    ann.name, bob.name = "Anna", "Rob"
    ann.tags.append("y")
    before = graph.changes()
    point = graph.checkpoint()
    bob.tags.append("z")
    from ormolu.tracking import verbs

    commit, done = verbs.commit, []

    def fail(obj):
        if done:
            raise MemoryError
        done.append(commit(obj))

    monkeypatch.setattr(verbs, "commit", fail)
    with pytest.raises(MemoryError):
        graph.commit()
    monkeypatch.undo()
    assert done
    point.rollback()
    assert graph.changes() == before
    graph.rollback()
    assert (ann.name, bob.name, ann.tags) == ("Ann", "Bob", ["x"])


# -- checkpoints ------------------------------------------------------------------------------


def test_a_checkpoint_of_a_graph(graph, node_class):
    ann, bob = one(graph, 1), one(graph, 2)
    tags = ann.tags
    bob.name = "Rob"
    point = graph.checkpoint()
    cy = node_class(id=3, name="Cy")
    graph.add(cy)
    cy.name = "Cyd"
    tags.append("y")
    bob.name = "Bert"
    graph.delete(bob)
    point.rollback()
    assert (tags, bob.name, cy.name) == (["x"], "Rob", "Cy")
    assert cy not in graph
    assert graph.dirty == (bob,)
    assert not graph.deleted
    bob.name = "Bill"
    point.release()
    assert dict(graph.changes()["Node", 2].fields) == {"name": ("Bob", "Bill")}
    with pytest.raises(errors.CheckpointError, match="gone"):
        point.rollback()


def test_checkpoints_within_one_another(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    with graph.checkpoint():
        ann.name = "Anna"
        with pytest.raises(ZeroDivisionError), graph.checkpoint():
            ann.name, bob.name = "Anne", "Rob"
            raise ZeroDivisionError
        assert (ann.name, bob.name) == ("Anna", "Bob")
    assert ann.name == "Anna"
    graph.rollback()
    assert ann.name == "Ann"


def test_the_end_of_an_outer_checkpoint_is_that_of_the_inner(graph):
    outer = graph.checkpoint()
    inner = graph.checkpoint()
    outer.rollback()
    with pytest.raises(errors.CheckpointError):
        inner.release()
    outer.release()


def test_a_commit_ends_checkpoints(graph):
    with graph.checkpoint() as point:
        one(graph, 1).name = "Anna"
        graph.commit()
    with pytest.raises(errors.CheckpointError):
        point.release()
    assert one(graph, 1).name == "Anna"


def test_an_object_that_was_committed_by_itself_is_not_rolled_back(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    point = graph.checkpoint()
    ann.name, bob.name = "Anna", "Rob"
    ormolu.commit(bob)
    with pytest.raises(errors.CheckpointError, match="Node is gone"):
        point.rollback()
    assert (ann.name, bob.name) == ("Anna", "Rob")


def test_an_object_that_was_first_changed_after_a_checkpoint_has_a_point_too(graph):
    ann = one(graph, 1)
    ann.name = "Anna"
    graph.commit()
    with graph.checkpoint() as point:
        bob = one(graph, 2)
        bob.tags.append("y")
        with graph.checkpoint() as inner:
            bob.name, ann.name = "Rob", "Anne"
            inner.rollback()
            assert (bob.name, bob.tags, ann.name) == ("Bob", ["y"], "Anna")
        ormolu.rollback(bob)
        bob.name = "Bert"
        point.rollback()
        assert (bob.name, bob.tags, ann.name) == ("Bob", [], "Anna")
        bob.name = "Bert"
        ormolu.commit(bob)
        with pytest.raises(errors.CheckpointError, match="committed"):
            point.rollback()


def test_a_checkpoint_leaves_untouched_objects_without_a_state(node_class):
    work = Workspace(key="id")
    node = node_class(id=1, name="Ann")
    work.attach(node)
    work.commit()
    assert held.find(node) is None
    with work.checkpoint():
        assert held.find(node) is None


def test_an_object_that_is_elsewhere_by_now_is_not_rolled_back(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    point = graph.checkpoint()
    ann.name = "Anna"
    graph.discard(bob)
    other = Workspace(key="id", cascade=False)
    other.add(bob)
    with pytest.raises(errors.ClaimedError, match="is in another one by now"):
        point.rollback()
    assert ann.name == "Anna"
    other.discard(bob)
    point.rollback()
    assert ann.name == "Ann"
    assert bob in graph


# -- names ------------------------------------------------------------------------------------


def test_an_object_goes_by_its_key_as_it_was_committed(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    bob.id = 7
    ann.name = "Anna"
    assert graph.ref(bob) == Ref("Node", 2)
    assert graph.get(type(bob), 2) is bob
    found = graph.changes()
    assert found["Node", 2].becomes == Ref("Node", 7)
    graph.commit()
    assert graph.ref(bob) == Ref("Node", 7)
    assert graph.get(type(bob), 7) is bob
    assert graph.get(type(bob), 2) is None


def test_keys_can_be_exchanged(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    ann.id, bob.id = 2, 1
    graph.commit()
    assert graph.get(type(ann), 1) is bob
    assert graph.get(type(ann), 2) is ann


def test_objects_without_keys_go_by_numbers(node_class):
    work = Workspace()
    ann, bob = node_class(id=1, name="Ann"), node_class(id=2, name="Bob")
    work.attach(ann)
    work.add(bob)
    ann.best = bob
    assert str(work.changes()).splitlines()[:2] == [
        "changed Node #1",
        "    best: None -> Ref('Node', number=2)",
    ]
    work.commit()
    assert work.find(Ref("Node", number=2)) is bob


def test_a_key_can_be_computed(node_class):
    work = Workspace(key=lambda node: (node.id, node.name))
    ann = node_class(id=1, name="Ann")
    work.add(ann)
    assert list(work.changes()) == [Ref("Node", (1, "Ann"))]


# -- letting go -------------------------------------------------------------------------------


def test_a_discarded_object_keeps_its_changes_and_its_name(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    bob.name = "Rob"
    ann.friends.append(bob)
    graph.discard(bob)
    assert bob not in graph
    assert dict(changes(bob)) == {"name": ("Bob", "Rob")}
    assert graph.changes()["Node", 1].new_values == {"friends": [Ref("Node", 2)] * 2}
    graph.add(bob)
    assert graph.dirty == (ann, bob)


def test_a_discarded_object_can_go_elsewhere(graph):
    bob = one(graph, 2)
    graph.discard(bob, one(graph, 1))
    other = Workspace(key="id")
    other.attach(bob)
    assert bob in other
    assert len(other) == 2


def test_another_object_may_have_taken_the_name_of_a_discarded_one(graph, node_class):
    bob = one(graph, 2)
    graph.discard(bob)
    graph.attach(node_class(id=2, name="Bert"))
    with pytest.raises(errors.IdentityConflictError, match="another Node 2"):
        graph.add(bob)
    graph.discard(graph.get(node_class, 2))
    graph.add(bob)
    assert graph.get(node_class, 2) is bob


def test_a_workspace_holds_objects_until_it_is_gone(node_class):
    work = Workspace(key="id")
    work.add(node_class(id=1, name="Ann"))
    gone = weakref.ref(work.objects[0])
    gc.collect()
    assert gone() is not None
    del work
    gc.collect()
    assert gone() is None


def test_the_objects_of_a_workspace_that_is_gone_are_free(node_class):
    ann = node_class(id=1, name="Ann")
    Workspace(key="id").add(ann)
    gc.collect()
    work = Workspace(key="id")
    work.add(ann)
    assert ann in work


def test_a_workspace_tells_what_it_holds(graph, node_class):
    one(graph, 1).name = "Anna"
    graph.add(node_class(id=3, name="Cy"))
    assert repr(graph) == "<Workspace of 3 object(s), 1 new, 1 dirty>"


# -- what values can be -----------------------------------------------------------------------


def test_references_anywhere_in_values_are_names():
    @dataclass
    class Place:
        who: object

    @ormolu.tracked
    @dataclass(eq=False)
    class Holder:
        id: int
        held: object = None

    holder, other = Holder(1), Holder(2)
    work = Workspace(key="id")
    work.attach(holder)
    holder.held = {
        "a": (other, [other]),
        other: {other, frozenset({(other, 1)})},
        "p": Place(other),
    }
    ref = Ref("Holder", 2)
    found = work.changes()["Holder", 1].new_values["held"]
    assert found == {"a": (ref, [ref]), ref: {ref, frozenset({(ref, 1)})}, "p": Place(ref)}
    assert holder.held["p"].who is other
    assert work.new == (other,)


def test_values_that_contain_themselves():
    @ormolu.tracked
    @dataclass
    class Holder:
        id: int
        held: list = field(default_factory=list)

    holder = Holder(1)
    work = Workspace(key="id")
    work.attach(holder)
    knot = ([],)
    knot[0].append(knot)
    holder.held.append(knot)
    found = work.changes()["Holder", 1].new_values["held"]
    assert found[0][0][0] is found[0]
    assert found[0] is not knot


def test_a_field_without_a_value():
    @ormolu.tracked("a", "b")
    class Thing:
        pass

    thing = Thing()
    work = Workspace()
    work.attach(thing)
    thing.a = 1
    assert dict(work.commit().changed[0].fields) == {"a": (MISSING, 1)}
    del thing.a
    assert dict(work.changes().changed[0].fields) == {"a": (1, MISSING)}


def test_values_that_are_nested_deeply():
    @ormolu.tracked
    @dataclass(eq=False)
    class Holder:
        id: int
        held: list = field(default_factory=list)

    holder = Holder(1)
    work = Workspace(key="id")
    work.attach(holder)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    holder.held.append(deep)
    with pytest.raises(errors.PatchError, match="nested too deeply"):
        work.commit()
    work.rollback()
    assert holder.held == []


def test_values_of_classes_with_attributes():
    class Words(list):
        pass

    class Model(pydantic.BaseModel):
        who: object

    @ormolu.tracked
    @dataclass(eq=False)
    class Holder:
        id: int
        held: object = None

    holder = Holder(1)
    work = Workspace(key="id")
    work.attach(holder)
    words = Words([1])
    words.who = holder
    holder.held = [words, Model(who=holder)]
    found = work.changes()["Holder", 1].new_values["held"]
    assert (type(found[0]), found[0], found[0].who) == (Words, [1], Ref("Holder", 1))
    assert found[1] == Model(who=Ref("Holder", 1))
    assert words.who is holder
