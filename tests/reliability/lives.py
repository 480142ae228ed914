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

from ormolu import events
from ormolu.attributes import (
    PASSIVE_NO_RESULT,
    SQL_OK,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import attribute_keyed_dict, collection_adapter
from ormolu.instrumentation import manager_of_class, register_class, unregister_class
from ormolu.state import IdentityMap

LIVES = {}


def life(function):
    """Take a function down as a way of living."""
    LIVES[function.__name__] = function
    return function


class Refused(Exception):
    """What a listener raises."""


class Own(list):
    """A collection of the user's own."""


KINDS = {"list": list, "set": set, "dict": attribute_keyed_dict("name"), "own": Own}


class Family:
    """Owners and members, of classes of their own.

    Args:
        kind: the class of collections.
    """

    def __init__(self, kind):
        self.kind = kind
        self.Owner = type("Owner", (), {})
        self.Member = type("Member", (), {})
        for class_ in (self.Owner, self.Member):
            register_class(class_, expired_attribute_loader=load)
            register_attribute(class_, "name")
        both = {"useobject": True, "trackparent": True}
        several = {"uselist": True, "typecallable": kind, **both}
        register_attribute(self.Owner, "members", backref="owner", **several)
        register_attribute(self.Member, "owner", backref="members", **both)
        register_attribute(self.Owner, "late", backref="of", callable_=later, **several)
        register_attribute(self.Member, "of", backref="late", **both)
        self.Owner.class_level = None

    def member(self, name="a"):
        """Return a member with a name."""
        member = self.Member()
        member.name = name
        return member

    def tied(self):
        """Return an owner with two members, with changes."""
        owner = self.Owner()
        owner.name = "old"
        add(owner.members, self.member("a"), self.member("b"))
        commit(owner)
        owner.name = "new"
        add(owner.members, self.member("c"))
        return owner

    def end(self):
        """Return weak references to the classes and managers, and hold them no more."""
        classes = (self.Owner, self.Member)
        gone = [weakref.ref(part) for class_ in classes for part in (class_, class_.__init__)]
        gone += [weakref.ref(manager_of_class(class_)) for class_ in classes if registered(class_)]
        vars(self).clear()
        return gone


def registered(class_):
    """Whether a class is registered."""
    return "_ormolu_manager" in vars(class_)


def load(state, keys, passive):
    """Load what is expired."""
    for key in keys:
        if key == "name":
            set_committed_value(state.obj(), key, "loaded")


def later(state, passive):
    """Load a collection, unless it is not to be loaded now."""
    return [] if passive & SQL_OK else PASSIVE_NO_RESULT


def add(collection, *members):
    """Add to a collection of any kind."""
    for member in members:
        collection_adapter(collection).append_with_event(member)


def commit(instance):
    """Take what is there as committed."""
    state = instance_state(instance)
    state._commit_all(state.dict)


def parts(*instances):
    """Return weak references to instances, their states, their collections and members."""
    found = []
    for instance in instances:
        found += [instance, instance_state(instance)]
        for value in vars(instance).values():
            if hasattr(value, "_sa_adapter"):
                found += [value, *collection_adapter(value)]
    return [weakref.ref(part) for part in found if type(part).__weakrefoffset__]


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
