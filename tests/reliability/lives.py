"""Ways for instances to live and to go, each a function that returns what it has left behind.

A life is called with the classes of one family and returns weak references to all that the
layer has had for its instances; by then it holds none of them any more.
"""

import asyncio
import contextvars
import copy
import pickle
import threading
import weakref
from contextlib import suppress

from families import add, commit, parts

from ormolu import events
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.collections import collection_adapter
from ormolu.instrumentation import manager_of_class, register_class, unregister_class
from ormolu.state import IdentityMap

LIVES = {}


def life(function):
    """Take a function down as a way of living."""
    LIVES[function.__name__] = function
    return function


# -- what the instances themselves are held by --------------------------------------------------


@life
def dropped(family):
    return parts(family.tied())


@life
def in_a_cycle(family):
    owner = family.tied()
    owner.self = owner
    owner.circle = [family.tied()]
    owner.circle[0].back = owner.circle
    return parts(owner, owner.circle[0])


@life
def on_the_class(family):
    owner = family.Owner.class_level = family.tied()
    owner.of = family.Owner
    gone = parts(owner)
    family.Owner.class_level = None
    return gone


@life
def on_a_class_that_goes(family):
    class_ = type("Local", (family.Owner,), {})
    register_class(class_)
    class_.own = class_()
    add(class_.own.members, family.member())
    return [*parts(class_.own), weakref.ref(class_), weakref.ref(manager_of_class(class_))]


@life
def in_a_thread_that_ends(family):
    gone, own = [], threading.local()

    def run():
        own.owner = family.tied()
        gone.extend(parts(own.owner))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return gone


@life
def in_a_generator_that_is_dropped(family):
    def generate():
        owner = family.tied()
        yield parts(owner)
        owner.name = "never"

    return next(generate())


@life
def in_a_coroutine_that_is_cancelled(family):
    gone = []

    async def work():
        owner = family.tied()
        gone.extend(parts(owner))
        await asyncio.sleep(60)

    async def cancel():
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    return gone


@life
def in_a_context_that_a_listener_copied(family):
    contexts = []

    def hear(target, value, old, initiator):
        contexts.append(contextvars.copy_context())

    owner = family.tied()
    events.listen(family.Owner.name, "set", hear)
    owner.name = "newer"
    events.remove(family.Owner.name, "set", hear)
    family.contexts = contexts  # they live on
    return parts(owner) + contexts[0].run(lambda: parts(family.tied()))


# -- what the layer does with them ---------------------------------------------------------------


@life
def expired(family):
    owner = family.tied()
    state = instance_state(owner)
    gone = parts(owner)
    state._expire(state.dict, set())
    assert owner.name == "loaded"
    state._expire_attributes(state.dict, ["name"])
    return gone


@life
def with_changes_of_an_unloaded_collection(family):
    owner, member, gone = family.Owner(), family.member(), family.member()
    commit(owner)
    member.of = gone.of = owner
    gone.of = None
    assert "late" not in vars(owner)
    return parts(owner, member, gone)


@life
def with_changes_that_were_loaded_afterwards(family):
    owner, member = family.Owner(), family.member()
    commit(owner)
    member.of = owner
    assert list(collection_adapter(owner.late)) == [member]
    return parts(owner, member)


@life
def in_an_identity_map(family):
    held, owner = IdentityMap(), family.tied()
    commit(owner)
    held.make_persistent(owner, (family.Owner, 1))
    owner.name = "changed"
    held.commit()
    deleted = family.tied()
    held.make_persistent(deleted, (family.Owner, 2))
    held.delete(deleted)
    held.enroll(pending := family.tied())
    family.deleted = weakref.ref(held)
    return [*parts(owner, deleted, pending), weakref.ref(held)]


@life
def in_a_map_that_stays_while_they_are_clean(family):
    held = family.held = IdentityMap()
    owner = family.tied()
    commit(owner)
    held.make_persistent(owner, (family.Owner, 1))
    return parts(owner)


@life
def moved_from_one_to_another(family):
    first, second = family.tied(), family.tied()
    for member in list(collection_adapter(first.members)):
        member.owner = second
    first.members = family.Owner().members
    return parts(first, second)


@life
def asked_for_histories(family):
    owner = family.tied()
    for key in ("name", "members", "late"):
        assert get_history(owner, key) is not None
    state = instance_state(owner)
    family.kept = state.attrs.name.history  # it is of values, and of nothing of the layer's
    return parts(owner)


@life
def copied(family):
    owner = family.tied()
    return parts(owner, copy.copy(owner), copy.deepcopy(owner))


@life
def pickled(family):
    globals().update(Owner=family.Owner, Member=family.Member)
    try:
        for class_ in (family.Owner, family.Member):
            class_.__module__, class_.__qualname__ = __name__, class_.__name__
        owner = family.tied()
        return parts(owner, *(pickle.loads(pickle.dumps(owner, n)) for n in range(6)))
    finally:
        del globals()["Owner"], globals()["Member"]


@life
def of_a_class_that_was_unregistered_meanwhile(family):
    class_ = type("Local", (), {})
    register_class(class_)
    register_attribute(class_, "members", uselist=True, useobject=True)
    local = class_()
    local.members.append(family.member())
    gone = [*parts(local), weakref.ref(manager_of_class(class_)), weakref.ref(class_)]
    unregister_class(class_, force=True)
    return gone


@life
def with_listeners_that_hold_them(family):
    owner = family.tied()
    targets = [(family.Owner.name, "set"), (family.Owner.members, "append")]
    targets += [(family.Owner.members, "remove"), (family.Owner, "expire"), (family.Owner, "init")]

    def hear(*args, held=owner):
        """Hold it."""

    for target, event in targets:
        events.listen(target, event, hear, propagate=True)
    owner.name = "newer"
    collection_adapter(owner.members).clear_with_event()
    for target, event in targets:
        events.remove(target, event, hear)
    return parts(owner)
