"""Blocks that end badly: what ended them is raised, and nothing stays open."""

import asyncio
import threading
from dataclasses import dataclass

import pytest

import ormolu
from ormolu import (
    MISSING,
    Change,
    Changes,
    ChangeSet,
    ObjectChange,
    Ref,
    Timeline,
    Workspace,
    errors,
    rollback,
    track,
    tracked,
    untrack,
    watch,
)


@tracked
@dataclass(eq=False)
class Node:
    id: int
    name: str = ""
    other: "Node | None" = None


@pytest.fixture
def node():
    return Node(1)


@pytest.fixture
def work(node):
    work = Workspace(key="id")
    work.attach(node)
    return work


@pytest.fixture
def elsewhere():
    elsewhere = Workspace(key="id")
    elsewhere.attach(Node(2))
    yield elsewhere.objects[0]
    elsewhere.close()


def test_a_step_with_what_another_workspace_has(work, node, elsewhere):
    timeline = Timeline(work)
    with pytest.raises(errors.ClaimedError), timeline.record("refer"):
        node.name = "a"
        node.other = elsewhere
    node.other = None
    with timeline.record("rename"):
        node.name = "b"
    timeline.undo()
    assert node.name != "b"
    while timeline.can_undo:
        timeline.undo()
    assert node.name == "" and node.other is None


def test_a_step_with_that_which_ends_with_an_exception(work, node, elsewhere):
    timeline = Timeline(work)
    with pytest.raises(ZeroDivisionError), timeline.record("refer"):
        node.name = "a"
        node.other = elsewhere
        _ = 1 / 0
    assert node.name == "" and node.other is None
    assert not timeline.can_undo


def test_a_checkpoint_that_cannot_be_gone_back_to(work, node):
    node.name = "a"
    with pytest.raises(ZeroDivisionError) as raised, work.checkpoint():
        node.name = "b"
        rollback(node)

        ormolu.commit(node)
        _ = 1 / 0
    (note,) = raised.value.__notes__
    assert "was not rolled back to" in note
    with work.checkpoint() as point:
        node.name = "c"
        point.rollback()
    assert node.name == ""


def test_a_checkpoint_of_a_workspace_that_is_gone_says_so(work, node):
    with pytest.raises(ZeroDivisionError) as raised, work.checkpoint():
        node.name = "b"
        work.commit()
        _ = 1 / 0
    assert "which is gone" in raised.value.__notes__[0]
    assert node.name == "b"


def test_looking_at_a_workspace_changes_nothing(work, node):
    new = Node(3)
    node.other = new
    assert repr(work) == "<Workspace of 1 object(s), 1 dirty>"
    other = Workspace(key="id")
    other.attach(new)
    assert repr(other) == "<Workspace of 1 object(s)>"


def test_a_workspace_that_is_gone_lets_its_objects_go(node):
    def forgotten():
        work = Workspace(key="id")
        work.attach(node)
        work.before_commit(lambda changes: len(work))

    forgotten()
    work = Workspace(key="id")
    work.attach(node)
    assert node in work


def test_a_callback_hears_of_what_those_before_it_have_made(work, node):
    heard = []

    @work.before_commit
    def save(changes):
        for change in changes.new:
            work.find(change.ref).id = 7

    @work.before_commit
    def hear(changes):
        heard.append((list(changes), changes.about))

    node.other = Node(None)
    done = work.commit(who="ann")
    assert heard == [(list(done), {"who": "ann"})]
    assert ("Node", 7) in [(ref.class_name, ref.key) for ref in done]


def test_what_other_threads_change_is_waited_for_as_it_was():

    @tracked(notify=True)
    class Box:
        table: dict

        def __init__(self):
            self.table = {"a": {"n": [1]}}

    async def main():
        box = Box()
        changes = watch(box)

        def write():
            box.table["a"]["n"].append(2)
            del box.table["a"]

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        async for event in changes:
            return event
        return None

    event = asyncio.run(main())
    assert event.old == {"a": {"n": [1]}} and event.new == {}


class Account:
    def __init__(self, email):
        self.email = email
        self.note = ""

    def __setattr__(self, name, value):
        if name == "email" and "@" not in value:
            raise AttributeError("no address")
        object.__setattr__(self, name, value)


class Coin:
    def __init__(self, value, year):
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "year", year)

    def __setattr__(self, name, value):
        raise AttributeError("coins do not change")


def test_a_refused_value_is_not_taken_for_a_frozen_object():

    def new(name, **values):
        fields = Changes({key: Change(MISSING, value) for key, value in values.items()})
        return ChangeSet([ObjectChange(Ref(name, number=1), "new", fields)])

    track(Account, "email", "note")
    track(Coin, "value", "year")
    work = Workspace(classes=[Account, Coin])
    with pytest.raises(AttributeError, match="no address"):
        new("Account", email="bad", note="x").apply(work)
    assert not work.new
    new("Account", email="a@b", note="x").apply(work)
    new("Coin", value=1, year=1999).apply(work)
    assert [vars(obj) for obj in work.new] == [
        {"email": "a@b", "note": "x"},
        {"value": 1, "year": 1999},
    ]
    work.close()
    untrack(Account)
    untrack(Coin)


@pytest.mark.parametrize(
    ("block", "name"),
    [
        (lambda work, node: ormolu.checkpoint(node), "a"),
        (lambda work, node: work.checkpoint(), "a"),
        (lambda work, node: work, "a"),
        (lambda work, node: ormolu.batch(), "told at the end"),
    ],
    ids=["checkpoint", "checkpoint of a workspace", "workspace", "batch"],
)
def test_what_ends_a_block_comes_before_what_listeners_raise(work, node, block, name):
    @ormolu.on_change(node)
    def refuse(event):
        if event.kind == "rolled back" or event.new == "told at the end":
            raise LookupError("no")

    with pytest.raises(ZeroDivisionError) as raised, block(work, node):
        node.name = name
        _ = 1 / 0
    (note,) = raised.value.__notes__
    assert "LookupError" in note and "was not rolled back" not in note
