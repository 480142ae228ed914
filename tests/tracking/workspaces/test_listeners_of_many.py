"""Listeners of many objects are told when all is done, and keep nothing from it."""

import json
from dataclasses import dataclass, field

import pytest
from worlds import World, with_keys, with_lists

from ormolu import ChangeSet, Workspace, checkpoint, commit, errors, on_change, rollback, tracked


@tracked(notify=True)
@dataclass(eq=False)
class Doc:
    id: int
    title: str = ""
    tags: list = field(default_factory=list)
    meta: dict = field(default_factory=dict)
    seen: set = field(default_factory=set)


@pytest.fixture
def docs():
    return Doc(1), Doc(2)


@pytest.fixture
def work(docs):
    work = Workspace("id")
    work.attach(*docs)
    return work


def refuse(event):
    raise ZeroDivisionError


def test_a_rollback_is_done_before_anybody_can_object(docs, work):
    first, second = docs
    first.title = second.title = "new"
    heard = []
    on_change(first, call=lambda event: heard.append((event.kind, event.new)))
    on_change(second, call=refuse)
    with pytest.raises(
        errors.ListenerFailedError, match=r"Doc\.title was rolled back, and stays so"
    ):
        work.rollback()
    assert (first.title, second.title) == ("", "") and not work.changes()
    assert heard == [("rolled back", "")]


def test_a_checkpoint_too(docs, work):
    first, second = docs
    with work.checkpoint() as point:
        first.title = second.title = "new"
        on_change(second, call=refuse)
        with pytest.raises(errors.ListenerFailedError, match="was rolled back"):
            point.rollback()
    assert (first.title, second.title) == ("", "")


def test_what_was_stored_is_committed(docs, work):
    @tracked
    @dataclass(eq=False)
    class Plain:
        id: int
        tags: list = field(default_factory=list)

    stored, after = [], []
    plain = Plain(1)
    work.attach(plain)
    work.before_commit(stored.append)
    work.after_commit(after.append)
    on_change(plain, call=refuse)
    plain.tags.append("x")
    with pytest.raises(errors.ListenerFailedError):
        work.commit()
    work.commit()
    assert len(stored) == len(after) == 1 and not work.dirty


@pytest.mark.parametrize("make", [with_lists, with_keys])
def test_a_relationship_is_rolled_back_once(make):
    world = World(make)
    commit(world.france)
    heard = []
    on_change(world.france, call=lambda event: heard.append(event.kind))
    world.france.cities.clear()
    heard.clear()
    rollback(world.france)
    assert heard == ["rolled back"]
    with checkpoint(world.france) as point:
        world.france.cities.clear()
        heard.clear()
        point.rollback()
    assert heard == ["rolled back"]


def test_what_tells_is_written_as_what_it_stands_for(docs, work):
    first, _ = docs
    first.tags.append("x")
    first.meta["a"] = [1, {"b": {2}}]
    first.seen.add(3)
    done = work.changes()
    assert ChangeSet.from_json(json.dumps(done.to_json())) == done
    assert done.to_merge_patch()["Doc"]["1"]["tags"] == ["x"]
    work.commit()
    patch = [{"op": "add", "path": "/tags/-", "value": "y"}]
    ChangeSet.from_json_patch(patch, work, of=first).apply(work)
    assert first.tags == ["x", "y"] and type(first.tags).__name__ == "TrackedList"


async def later(done): ...


class Later:
    async def __call__(self, done): ...


@pytest.mark.parametrize("callback", [None, 3, later, Later()])
def test_a_callback_that_cannot_save_anything(work, docs, callback):
    for register in (work.before_commit, work.after_commit):
        with pytest.raises(errors.ArgumentError, match=r"called back|coroutine function"):
            register(callback)
    docs[0].title = "a"
    assert len(work.commit()) == 1


@pytest.mark.parametrize("make", [with_lists, with_keys])
def test_members_that_only_go_when_others_are_assigned(make):
    world = World(make)
    world.City("Nice", world.france)
    heard = []
    on_change(world.france, "cities", call=lambda event: heard.append(len(event.new)))
    kind = type(world.france.cities)
    one = [world.lyon] if issubclass(kind, list) else {"Lyon": world.lyon}
    world.france.cities = one
    world.france.cities = type(one)()
    assert heard == [1, 0]
    assert world.lyon.country is None


def test_members_that_come_in_another_order():
    world = World(with_lists)
    world.City("Nice", world.france)
    heard = []
    on_change(world.france, "cities", call=heard.append)
    world.france.cities = world.france.cities[::-1]
    assert [city.name for city in world.france.cities] == ["Nice", "Lyon"]
    assert len(heard) == 1
