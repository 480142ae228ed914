"""Some objects of a workspace are committed alone, whatever becomes of the others."""

import pytest

from ormolu import ChangeSet, Ref, has_changed, previous_changes, rollback
from ormolu.errors import IdentityConflictError, NotInWorkspaceError


def one(work, key):
    return next(obj for obj in work.objects if obj.id == key)


def test_a_settled_object_is_committed_and_the_others_keep_their_changes(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    ann.name, bob.name = "Anna", "Rob"
    done = graph.settle(ann)
    assert list(done) == [Ref("Node", 1)]
    assert not has_changed(ann)
    assert graph.dirty == (bob,)
    graph.rollback()
    assert (ann.name, bob.name) == ("Anna", "Bob")


def test_a_deleted_object_that_is_settled_is_gone(graph):
    bob = one(graph, 2)
    graph.delete(bob)
    assert [change.kind for change in graph.settle(bob).values()] == ["deleted"]
    assert bob not in graph
    assert not graph.changes()


def test_a_new_object_that_is_settled_is_known_by_its_key(graph, node_class):
    cy, di = node_class(id=None, name="Cy"), node_class(id=4, name="Di")
    cy.best = di
    graph.add(cy)
    cy.id = 3
    graph.settle(cy)
    assert graph.get(node_class, 3) is cy
    assert graph.new == (di,)  # it came with the other, and nobody keeps it yet
    graph.rollback()
    assert cy in graph


def test_what_has_not_changed_is_left_alone(graph):
    told = []
    graph.after_commit(told.append)
    assert not graph.settle(one(graph, 1), one(graph, 1))
    assert not told


def test_with_a_new_object_the_deleted_one_is_settled_whose_name_it_has(graph, node_class):
    bob, other = one(graph, 2), node_class(id=2, name="Bert")
    graph.delete(bob)
    graph.add(other)
    assert graph.changes()["Node", 2].kind == "changed"
    assert graph.settle(other)["Node", 2].fields["name"] == ("Bob", "Bert")
    assert graph.get(node_class, 2) is other
    assert not graph.deleted


def test_what_cannot_be_settled(graph, node_class):
    with pytest.raises(NotInWorkspaceError):
        graph.settle(node_class(id=5, name="Ed"))
    ann = one(graph, 1)
    ann.id = 2
    with pytest.raises(IdentityConflictError):
        graph.settle(ann)
    assert graph.dirty == (ann,)


# -- within a commit --------------------------------------------------------------------------


def test_what_was_settled_stays_so_if_the_callback_raises(graph, node_class):
    ann, bob, cy = one(graph, 1), one(graph, 2), node_class(id=None, name="Cy")
    ann.name, bob.name = "Anna", "Rob"
    graph.add(cy)
    told = []
    graph.after_commit(told.append)

    @graph.before_commit
    def write(found):
        cy.id = 3
        graph.settle(cy)
        graph.settle(ann)
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        graph.commit(who="me")
    assert graph.dirty == (bob,)
    assert graph.get(node_class, 3) is cy
    assert [list(done) for done in told] == [[Ref("Node", 3), Ref("Node", 1)]]
    assert told[0].about == {"who": "me"}
    rollback(ann)
    assert ann.name == "Anna"


def test_a_commit_tells_also_of_what_was_settled_in_it(graph):
    ann, bob = one(graph, 1), one(graph, 2)
    ann.name, bob.name = "Anna", "Rob"
    before, told = graph.changes(), []
    graph.before_commit(lambda found: graph.settle(ann))
    graph.after_commit(told.append)
    assert graph.commit() == before
    assert told == [before]
    assert previous_changes(ann)["name"].new == "Anna"


def test_what_is_settled_and_changed_again_is_told_of_once(graph):
    ann = one(graph, 1)
    ann.name = "Anna"

    @graph.before_commit
    def write(found):
        ann.id = 7
        graph.settle(ann)
        ann.name = "Anne"

    done = graph.commit()
    assert list(done) == [Ref("Node", 1)]
    assert done["Node", 1].becomes == Ref("Node", 7)
    assert done["Node", 1].fields["name"] == ("Ann", "Anne")


def test_a_settled_change_has_the_names_that_others_get_later(graph, node_class):
    cy, di = node_class(id=None, name="Cy"), node_class(id=None, name="Di")
    cy.best = di
    graph.add(cy)

    @graph.before_commit
    def write(found):
        for key, change in enumerate(found.new, 3):
            obj = graph.find(change.ref)
            obj.id = key
            graph.settle(obj)

    done = graph.commit()
    assert done["Node", 3].new_values["best"] == Ref("Node", 4)
    assert ChangeSet.from_json(done.to_json()) == done


def test_an_error_after_a_failed_commit_does_not_hide_why_it_failed(graph):
    ann = one(graph, 1)
    ann.name = "Anna"

    @graph.before_commit
    def write(found):
        graph.settle(ann)
        raise OSError("full")

    @graph.after_commit
    def log(done):
        raise ValueError("no log")

    with pytest.raises(OSError, match="full") as caught:
        graph.commit()
    assert "no log" in caught.value.__notes__[0]


def test_a_checkpoint_goes_on_without_what_was_settled(graph, node_class):
    ann, bob = one(graph, 1), one(graph, 2)
    cy = node_class(id=3, name="Cy")
    with pytest.raises(RuntimeError), graph.checkpoint():
        ann.name, bob.name = "Anna", "Rob"
        graph.add(cy)
        graph.settle(ann, cy)
        raise RuntimeError
    assert (ann.name, bob.name) == ("Anna", "Bob")
    assert cy in graph
    assert not graph.changes()


# -- names ------------------------------------------------------------------------------------


def test_a_name_is_good_until_the_commit_ends(graph, node_class):
    cy = node_class(id=None, name="Cy")
    ann, bob = one(graph, 1), one(graph, 2)
    graph.add(cy)
    ann.name = "Anna"
    graph.delete(bob)
    found = {}

    @graph.before_commit
    def give_keys(changes):
        cy.id, ann.id = 3, 9
        graph.settle(ann)
        found.update({str(ref): graph.find(ref) for ref in (*changes, Ref("Node", 3))})

    graph.commit()
    assert found == {"Node 1": ann, "Node 2": bob, "Node #3": cy, "Node 3": cy}
    assert graph.find(Ref("Node", number=3)) is None
    assert graph.find(Ref("Node", 1)) is None
