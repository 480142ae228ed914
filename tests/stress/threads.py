"""Many threads at once on instances of the same classes; a crash or an error ends it.

usage: threads.py [SECONDS]

Each thread makes, changes and drops instances of its own, of classes that all share,
while others register subclasses, listen and stop listening, and expire.  And all of them
write to one object that they share: what comes of that is not promised, but nothing crashes.
"""

from __future__ import annotations

import gc
import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ormolu import events
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.errors import UntrackedInstanceError
from ormolu.instrumentation import register_class, unregister_class

THREADS = 4


class Owner:
    """Has members."""


class Member:
    """Refers to its owner."""


def prepare() -> None:
    """Register the classes that all threads share."""
    for cls in (Owner, Member):
        register_class(cls)
        register_attribute(cls, "name")
        register_attribute(cls, "size")
    register_attribute(
        Owner, "members", uselist=True, useobject=True, backref="owner", trackparent=True
    )
    register_attribute(Member, "owner", useobject=True, backref="members", trackparent=True)
    SHARED.append(Owner())


def change_objects(chosen: random.Random) -> None:
    """Make, change and drop instances, and see that nothing of it is lost."""
    owner = Owner()
    owner.name, owner.size = "a", 0
    for size in range(20):
        owner.size = size
    members = [Member() for _ in range(chosen.randrange(1, 6))]
    for member in members:
        if chosen.random() < 0.5:
            owner.members.append(member)
        else:
            member.owner = owner
    if owner.size != 19 or len(owner.members) != len(members):
        raise AssertionError("a change is lost")
    if get_history(owner, "name").added != ["a"]:
        raise AssertionError("a history is lost")
    owner.members.remove(members[0])
    if members[0].owner is not None:
        raise AssertionError("the other side of a change is lost")
    del owner.name


def change_classes(chosen: random.Random) -> None:
    """Register a subclass, use it, and take it back."""
    cls = type("Made", (Owner,), {})
    register_class(cls)
    register_attribute(cls, "more")
    made = cls()
    made.more, made.size = 1, 2
    if (made.more, made.size) != (1, 2):
        raise AssertionError("a value is lost")
    del made
    unregister_class(cls)


def change_listeners(chosen: random.Random) -> None:
    """Listen for a moment."""
    heard: list[object] = []

    def listener(target: object, value: object, old: object, initiator: object) -> None:
        heard.append(value)

    events.listen(Member.size, "set", listener)
    Member().size = 1
    events.remove(Member.size, "set", listener)
    if not heard:
        raise AssertionError("a listener was not told")


SHARED: list[Owner] = []


def change_one_object(chosen: random.Random) -> None:
    """Do what there is to do to an object that all threads have; it may fail, and no more."""
    owner = SHARED[0]
    try:
        state = instance_state(owner)
    except UntrackedInstanceError:  # another thread is expiring it
        return
    steps: list[Callable[[], object]] = [
        lambda: setattr(owner, "size", chosen.random()),
        lambda: owner.size,
        lambda: delattr(owner, "size"),
        lambda: owner.members.append(Member()),
        lambda: owner.members.pop(-1),
        lambda: setattr(owner, "members", [Member(), Member()]),
        lambda: list(owner.members),
        lambda: get_history(owner, "size"),
        lambda: get_history(owner, "members"),
        lambda: vars(owner).pop("size", None),
        lambda: state._commit_all(state.dict),
        lambda: state._expire(state.dict, set()),
        lambda: [state.committed_state.clear()],
        lambda: setattr(state, "key", (Owner, (chosen.randrange(9),), None)),
        lambda: state.key,
    ]
    for _ in range(20):
        with suppress(Exception):
            chosen.choice(steps)()
    if chosen.random() < 0.05:
        SHARED[0] = Owner()


def run(seconds: float) -> int:
    """Run all of it for so long; return how many rounds there were."""
    until = time.monotonic() + seconds
    failed: list[BaseException] = []
    rounds = [0] * THREADS
    tasks: list[Callable[[random.Random], None]] = [change_objects] * 6
    tasks += [change_classes, change_listeners, change_one_object, change_one_object]

    def work(number: int) -> None:
        chosen = random.Random(number)
        try:
            while time.monotonic() < until and not failed:
                chosen.choice(tasks)(chosen)
                rounds[number] += 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(rounds)


def main() -> None:
    """Run for as long as the command line says."""
    prepare()
    rounds = run(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
    gc.collect()
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"{rounds:,} rounds, with the GIL {'on' if enabled else 'off'}")


if __name__ == "__main__":
    main()
