"""What a thread does: a task is called with the world and the thread's own chance."""

from __future__ import annotations

import copy
import gc
import pickle
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ormolu import events
from ormolu.attributes import (
    flag_modified,
    get_history,
    instance_state,
    register_attribute,
    unregister_attribute,
)
from ormolu.instrumentation import manager_of_class, register_class, unregister_class
from ormolu.state import IdentityMap

from .world import Member, Owner, World

__all__ = ["Task", "change_one_object", "tasks"]

# there, pickling any object crashes whose ``__dict__`` another thread writes to: the pickler
# of CPython 3.13 goes through the dictionary without a lock
FREE_THREADED = "free-threading" in sys.version

Task = Callable[[World, random.Random], None]


def commit(*instances: Any) -> None:
    """Take the present values as committed."""
    for instance in instances:
        state = instance_state(instance)
        state._commit_all(state.dict)


# -- instances of one's own ------------------------------------------------------------------


def values(world: World, chance: random.Random) -> None:
    """Write an object of one's own: its last value and its history are what it holds."""
    owner = Owner()
    owner.name, written = chance.random(), []
    commit(owner)
    before = owner.name
    world.sizes()
    for size in range(chance.randrange(1, 20)):
        owner.size = size
        written.append(size)
    owner.name = "new"
    assert world.sizes() == written, "a listener was not told"
    assert owner.size == written[-1], "an update is lost"
    assert get_history(owner, "size").added == [written[-1]], "a history is lost"
    assert get_history(owner, "name") == (["new"], (), [before]), "a history is lost"
    del owner.name
    assert "name" not in vars(owner)


def made(world: World, chance: random.Random) -> None:
    """Make and drop instances, of which each is told of."""
    world.inits()
    count = chance.randrange(1, 10)
    kept = [Owner() for _ in range(count)]
    assert world.inits() == count, "an instance was made untold"
    assert len({id(instance_state(owner)) for owner in kept}) == count


def members(world: World, chance: random.Random) -> None:
    """Tie objects of one's own, from both sides."""
    owner, others = Owner(), [Member() for _ in range(chance.randrange(1, 6))]
    for member in others:
        if chance.random() < 0.5:
            owner.members.append(member)
        else:
            member.owner = owner
    assert set(owner.members) == set(others), "a member is lost"
    assert all(member.owner is owner for member in others), "an owner is lost"
    commit(owner, *others)
    owner.members.remove(others[0])
    assert others[0].owner is None, "the other side of a change is lost"
    assert get_history(owner, "members").deleted == [others[0]], "a history is lost"
    owner.friends = {owner}
    owner.friends.discard(owner)
    assert owner.friends == set()


def expired(world: World, chance: random.Random) -> None:
    """Expire an object of one's own, and load it again."""
    owner = Owner()
    owner.name = owner.size = "old"
    commit(owner)
    state = instance_state(owner)
    if chance.random() < 0.5:
        state._expire(state.dict, set())
    else:
        state._expire_attributes(state.dict, ["name", "size"])
    assert (owner.name, owner.size) == ("loaded", "loaded"), "it was not loaded"
    assert not state.modified
    flag_modified(owner, "name")
    assert state.modified


def mapped(world: World, chance: random.Random) -> None:
    """Keep instances in an identity map of one's own."""
    held, alive = IdentityMap(), {}
    for number in range(chance.randrange(1, 9)):
        alive[number] = Member()
        commit(alive[number])
        held.make_persistent(alive[number], (Member, number))
    assert all(held[Member, number] is member for number, member in alive.items())
    alive[0].name = "changed"
    assert held.dirty == [alive[0]], "a change is lost"
    alive.pop(0)
    assert held[Member, 0].name == "changed", "a change is lost with its instance"
    held.commit()
    assert held.dirty == []


def copied(world: World, chance: random.Random) -> None:
    """Pickle and copy an object of one's own, with its history."""
    owner = Owner()
    owner.name = "old"
    owner.members.append(Member())
    commit(owner)
    owner.name = "new"
    for twin in (pickle.loads(pickle.dumps(owner)), copy.deepcopy(owner), copy.copy(owner)):
        assert get_history(twin, "name") == (["new"], (), ["old"]), "a copy has lost its history"
        assert len(twin.members) == 1
    assert owner.members[0].owner is owner


# -- classes ---------------------------------------------------------------------------------


def subclass(world: World, chance: random.Random) -> None:
    """Register a subclass, and one of it; use them, and take them back, or leave them."""
    near: Any = type("Near", (Owner,), {})
    register_class(near)
    register_attribute(near, "more")
    far: Any = type("Far", (near,), {})
    register_class(far)
    assert {"name", "size", "members", "more"} <= set(manager_of_class(far)), "not inherited"
    world.sizes()
    instance = far()
    instance.more, instance.size = 1, 2
    assert (instance.more, instance.size) == (1, 2), "an update is lost"
    assert world.sizes() == [2], "a subclass has lost a listener"
    if chance.random() < 0.02 and len(world.subclasses) < 100:
        world.subclasses.append((far, frozenset({"more"})))
    elif chance.random() < 0.5:
        del instance
        unregister_class(far, force=True)
        assert far.__dict__.get("more") is None
        unregister_class(near, force=True)


def attribute(world: World, chance: random.Random) -> None:
    """Add an attribute to the base class of all, use it, and take it away."""
    key = f"extra_{chance.randrange(10**9)}"
    register_attribute(Owner, key)
    owner = Owner()
    setattr(owner, key, 1)
    assert get_history(owner, key).added == [1], "an attribute is lost"
    for class_, _ in world.subclasses[:]:
        assert key in manager_of_class(class_), "a subclass has not got an attribute"
    unregister_attribute(Owner, key)
    assert key not in manager_of_class(Owner)


def listener(world: World, chance: random.Random) -> None:
    """Listen for a moment, to attribute and class."""
    heard: list[Any] = []

    def set_(target: Any, value: Any, old: Any, initiator: Any) -> None:
        heard.append(target)

    def init(target: Any, args: Any, kwargs: Any) -> None:
        heard.append(target)

    propagate = chance.random() < 0.5
    targets = ((Owner.name, "set", set_), (Owner, "init", init))
    for target, event, function in targets:
        events.listen(target, event, function, propagate=propagate)
    owner = Owner()
    owner.name = 1
    assert sum(target is owner for target in heard[:]) == 2, "a listener is lost"
    for target, event, function in targets:
        events.remove(target, event, function)
    later = Owner()
    later.name = 1
    assert not any(target is later for target in heard[:]), "one that has gone is told"


def collect(world: World, chance: random.Random) -> None:
    """Have the collector run in the middle of what others do."""
    gc.collect(chance.randrange(2))


# -- one object ------------------------------------------------------------------------------


def change_one_object(world: World, chance: random.Random) -> None:
    """Do what there is to do to the object that all have; it may fail, and no more."""
    owner = world.shared
    steps: list[Callable[[], object]] = [
        lambda: setattr(owner, "size", chance.random()),
        lambda: owner.size,
        lambda: delattr(owner, "size"),
        lambda: owner.members.append(Member()),
        lambda: owner.members.pop(-1),
        lambda: owner.members.sort(key=id),
        lambda: setattr(owner, "members", [Member(), Member()]),
        lambda: setattr(Member(), "owner", owner),
        lambda: list(owner.members),
        lambda: owner.friends.add(Owner()),
        lambda: owner.friends.clear(),  # noqa: PLW0108 - not looked up before it is called
        lambda: get_history(owner, "size"),
        lambda: get_history(owner, "members"),
        lambda: vars(owner).pop("size", None),
        lambda: vars(owner).pop("members", None),
        lambda: commit(owner),
        lambda: instance_state(owner)._expire(vars(owner), set()),
        lambda: instance_state(owner).committed_state.clear(),  # noqa: PLW0108
        lambda: setattr(instance_state(owner), "key", (Owner, (chance.randrange(9),), None)),
        lambda: instance_state(owner).key,
        lambda: instance_state(owner).unloaded,
        lambda: copy.copy(owner),
    ]
    if not FREE_THREADED:
        steps.append(lambda: pickle.dumps(owner))
    for _ in range(20):
        with suppress(Exception):
            chance.choice(steps)()
    if chance.random() < 0.05:
        world.shared = Owner()
    world.sizes()


def tasks() -> tuple[tuple[Task, int], ...]:
    """Return what there is to do, and how often each is done."""
    return (
        (values, 30),
        (made, 10),
        (members, 20),
        (expired, 10),
        (mapped, 10),
        (copied, 3),
        (subclass, 5),
        (attribute, 3),
        (listener, 8),
        (collect, 1),
        (change_one_object, 15),
    )
