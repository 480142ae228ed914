"""Does memory stay where it is?  ``python -m reliability.memory OPERATIONS INSTANCES SEED``.

All of it happens in one process: instances that are made, changed, tied into cycles, pickled,
expired and dropped; calls that are refused; listeners that raise; classes that come and go;
threads that end.  The resident memory of the second tenth is the plateau; none of the later
tenths may be more than two percent above it.
"""

from __future__ import annotations

import copy
import gc
import pickle
import random
import resource
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ormolu import events
from ormolu.attributes import (
    flag_modified,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.instrumentation import register_class, unregister_class

__all__ = ["run"]

TENTHS = 10
ALLOWED = 1.02
BLOCK = 1000


class _Owner:
    """Has members."""


class _Member:
    """Belongs to an owner."""


# what is registered for them later is nothing that a type checker sees
Owner: Any = _Owner
Member: Any = _Member


class Refused(Exception):  # noqa: N818 - a refusal is what is wanted
    """What a listener raises."""


def _load(state: Any, keys: set[str], passive: Any) -> None:
    for key in keys & {"name", "size", "late"}:
        set_committed_value(state.obj(), key, [1])


def prepare() -> None:
    """Register the classes."""
    for class_ in (Owner, Member):
        register_class(class_, expired_attribute_loader=_load)
        register_attribute(class_, "name")
        register_attribute(class_, "size")
        register_attribute(class_, "late", callable_=lambda state, passive: [1])
    register_attribute(
        Owner, "members", uselist=True, useobject=True, backref="owner", trackparent=True
    )
    register_attribute(Member, "owner", useobject=True, backref="members", trackparent=True)
    register_attribute(Owner, "friends", uselist=True, useobject=True, typecallable=set)


def retire() -> None:
    """Take the classes back."""
    for class_ in (Member, Owner):
        unregister_class(class_, force=True)


def resident() -> int:
    """Return the resident memory, in bytes, once what can go has gone."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


# -- what is done --------------------------------------------------------------------------


def change(chance: random.Random, owners: list[Any]) -> None:
    """Change values and members of instances that stay."""
    owner = chance.choice(owners)
    owner.name, owner.size = chance.random(), chance.randrange(9)
    owner.members = [Member() for _ in range(chance.randrange(3))]
    owner.friends.add(chance.choice(owners))
    owner.friends.discard(chance.choice(owners))
    del owner.size
    get_history(owner, "members")
    if chance.random() < 0.5:
        instance_state(owner)._commit_all(vars(owner))


def come_and_go(chance: random.Random, owners: list[Any]) -> None:
    """Make instances in a cycle, and drop them."""
    owner = Owner()
    owner.members = [Member(), Member()]
    owner.friends = {owner}
    owner.self = owner.members[0].back = owner


def expire(chance: random.Random, owners: list[Any]) -> None:
    """Expire and load again."""
    owner = chance.choice(owners)
    instance_state(owner)._expire(vars(owner), set())
    set_committed_value(owner, "name", "loaded")
    assert owner.late == [1]
    flag_modified(owner, "name")


def copies(chance: random.Random, owners: list[Any]) -> None:
    """Pickle and copy."""
    owner = Owner()
    owner.name = "a"
    owner.members.append(Member())
    assert pickle.loads(pickle.dumps(owner)).members
    copy.copy(owner).name = "b"


def refusals(chance: random.Random, owners: list[Any]) -> None:
    """Do what is refused, and what a listener refuses."""

    def refuse(*args: Any) -> None:
        raise Refused

    owner = chance.choice(owners)
    for wrong in (lambda: owner.members.remove(Member()), lambda: setattr(owner, "members", 5)):
        with suppress(Exception):
            wrong()
    events.listen(Owner.name, "set", refuse)
    with suppress(Refused):
        owner.name = "refused"
    events.remove(Owner.name, "set", refuse)


def classes(chance: random.Random, owners: list[Any]) -> None:
    """Make a class that nobody keeps, registered or no more."""
    made: Any = type("Made", (chance.choice((Owner, object)),), {})
    register_class(made)
    register_attribute(made, "more", active_history=True)
    heard: list[Any] = []
    events.listen(made.more, "set", lambda *args: heard.append(args))
    instance: Any = made()
    instance.more = 1
    assert heard
    if chance.random() < 0.5:
        unregister_class(made, force=True)


def threads(chance: random.Random, owners: list[Any]) -> None:
    """Let a thread make and change instances, and end."""
    thread = threading.Thread(target=come_and_go, args=(chance, owners))
    thread.start()
    thread.join()


_DOINGS: tuple[tuple[Callable[[random.Random, list[Any]], None], int], ...] = (
    (change, 400),
    (come_and_go, 400),
    (expire, 100),
    (copies, 40),
    (refusals, 40),
    (classes, 1),
    (threads, 2),
)


def _operate(chance: random.Random, owners: list[Any], count: int) -> None:
    doings, weights = zip(*_DOINGS, strict=True)
    for doing in chance.choices(doings, weights, k=count):
        doing(chance, owners)


# -- what is looked at ---------------------------------------------------------------------


def plateau(step: Callable[[], None], steps: int, tell: Callable[[str], None], what: str) -> float:
    """Take steps; return by which factor memory exceeded its plateau.

    Raises:
        AssertionError: it did by more than is allowed.
    """
    measured = []
    per_tenth = max(steps // TENTHS, 1)
    for tenth in range(TENTHS):
        for _ in range(per_tenth):
            step()
        measured.append(resident())
        tell(f"memory: {what}, {tenth + 1} of {TENTHS}, {measured[-1]:,} bytes")
    factor = max(measured[2:]) / measured[1]
    assert factor <= ALLOWED, f"{what}: memory grew by {factor:.3f}: {measured}"
    return factor


def run(
    operations: int, instances: int, seed: int, tell: Callable[[str], None]
) -> dict[str, float]:
    """Work, and look at the memory.

    Args:
        operations: how many mixed operations.
        instances: how many instances are made and dropped, a tenth of them at a time.
        seed: the same one does the same.
        tell: told of the progress.

    Returns:
        By which factor memory exceeded the plateau in both, and how much there was of both.

    Raises:
        AssertionError: memory grew, or something outlived its instance.
    """
    chance = random.Random(seed)
    prepare()
    owners: list[Any] = [Owner() for _ in range(50)]
    try:
        mixed = plateau(
            lambda: _operate(chance, owners, BLOCK), operations // BLOCK, tell, "operations"
        )
        many = plateau(lambda: _crowd(instances // TENTHS), TENTHS, tell, "instances")
    finally:
        owners.clear()
        gc.collect()
        retire()
    return {
        "operations": operations,
        "instances": instances,
        "growth of operations": round(mixed, 4),
        "growth of instances": round(many, 4),
    }


def _crowd(count: int) -> None:
    """Make many instances, drop them, and see that their states go with them."""
    crowd: list[Any] = [Owner() for _ in range(count)]
    for owner in crowd:
        owner.name = "a"
        owner.members.append(Member())
    watched = [weakref.ref(instance_state(owner)) for owner in crowd[:: max(count // 100, 1)]]
    del owner
    crowd.clear()
    gc.collect()
    assert not any(reference() for reference in watched), "a state outlived its instance"


if __name__ == "__main__":
    operations, instances, seed = map(int, sys.argv[1:])
    print(run(operations, instances, seed, lambda line: print(line, file=sys.stderr)))
