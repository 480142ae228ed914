"""Names that pass from one object to another, before and after a commit."""

from dataclasses import dataclass

import pytest

from ormolu import Timeline, Workspace, errors, related, tracked


@tracked
@dataclass(eq=False)
class Node:
    id: int | None
    name: str = ""
    other: "Node | None" = None


@tracked
@dataclass(eq=False)
class Owner:
    id: int
    things: list["Thing"] = related(back_populates="owner")


@tracked
@dataclass(eq=False)
class Thing:
    id: int
    owner: Owner | None = related(back_populates="things")


def with_nodes(*numbers):
    work = Workspace(key="id")
    work.attach(*map(Node, numbers))
    return work, work.objects


class TestSettledUnderTheNameOfADeletedOne:
    @pytest.fixture
    def work(self):
        work, (first, second) = with_nodes(1, 2)
        work.delete(second)
        first.id = 2
        done = work.settle(first)
        assert [(one.kind, one.ref_after.key) for one in done.values()] == [
            ("deleted", 2),
            ("changed", 2),
        ]
        return work

    def test_the_deleted_one_is_gone(self, work):
        (first,) = work.objects
        assert not work.changes() and work.get(Node, 2) is first
        first.name = "later"
        assert [one.kind for one in work.commit().values()] == ["changed"]

    def test_rollbacks_leave_that(self, work):
        work.rollback()
        with work.checkpoint() as point:
            point.rollback()
        with pytest.raises(errors.IdentityConflictError):
            work.add(Node(5), Node(2))
        assert work.objects == (work.get(Node, 2),) and not work.changes()


def test_a_new_object_waits_for_a_key_that_another_gives_up():
    work, (known,) = with_nodes(1)
    new = Node(None, "new")
    work.add(new)
    known.id, new.id = 8, 1
    with pytest.raises(errors.IdentityConflictError, match=r"Node 1 until the next commit, and"):
        work.commit()
    work.settle(known)
    assert [(one.kind, one.ref.key) for one in work.commit().values()] == [("new", 1)]


def test_a_new_object_that_is_deleted_stays_away():
    work, (known,) = with_nodes(1)
    known.other = new = Node(2)
    assert new in work.new
    work.delete(new)
    assert new not in work and [one.kind for one in work.changes().values()] == ["changed"]
    work.add(new)
    assert new in work.new


def test_deletions_are_done_again_one_after_the_other():
    child = Node(2)
    parent = Node(1, "p", child)
    work = Workspace(key="id")
    work.attach(parent)
    timeline = Timeline(work)
    for obj in (child, parent):
        work.delete(obj)
        timeline.mark(f"delete {obj.id}")
    work.commit()
    timeline.undo()
    timeline.undo()
    assert parent in work and child in work
    timeline.redo()
    assert child not in work and parent in work and timeline.can_redo
    timeline.redo()
    assert parent not in work


def test_what_an_object_says_of_its_owner_comes_before_lists_that_are_merged():
    def fresh():
        work = Workspace(key="id")
        work.attach(Owner(1), Thing(1), Thing(2))
        return work

    work = fresh()
    owner, first, second = work.objects
    first.owner = owner
    one = work.settle(first)
    first.owner = None
    second.owner = owner
    two = work.commit()
    copy = fresh()
    one.apply(copy)
    copy.commit()
    assert two.apply(copy) == ()
    assert [thing.id for thing in copy.get(Owner, 1).things] == [2]
    assert copy.get(Thing, 1).owner is None


def test_sets_that_cannot_be_one_say_so():
    work, (known,) = with_nodes(1)
    known.id = 8
    one = work.commit()
    work.add(Node(1))
    two = work.commit()
    with pytest.raises(errors.ConflictError, match="apply them one after the other"):
        one.merged(two)

    work, (known,) = with_nodes(1)
    new = Node(2)
    work.add(new)
    one = work.commit()
    known.id, new.id = 2, 1
    two = work.commit()
    with pytest.raises(errors.PatchError, match="apply them one after the other"):
        one.merged(two)


def test_many_are_merged_at_once():
    work, (known,) = with_nodes(1)
    done = []
    for number in range(5):
        known.name = f"name {number}"
        done.append(work.commit(who=number))
    first, *others = done
    merged = first.merged(*others)
    assert merged == done[0] | done[1] | done[2] | done[3] | done[4]
    assert merged["Node", 1].fields["name"] == ("", "name 4") and merged.about == {"who": 4}


def test_new_objects_are_found_by_whatever_key_they_have():
    work = Workspace(key="id")
    nodes = [Node(None) for _ in range(4)]
    work.add(*nodes)
    numbered = work.ref(nodes[3])
    for number, node in enumerate(nodes[:3]):
        node.id = number
        assert work.get(Node, number) is node
    nodes[0].id, nodes[1].id = 1, 0
    assert work.get(Node, 0) is nodes[1] and work.get(Node, 1) is nodes[0]
    vars(nodes[2])["id"] = 7
    assert work.get(Node, 7) is nodes[2] and work.get(Node, 2) is None
    assert work.find(numbered) is nodes[3]
    work.discard(nodes[1])
    assert work.get(Node, 0) is None
