"""Tracked classes that are made anew, their instances, and weak references to all there is."""

import weakref

from ormolu.attributes import (
    PASSIVE_NO_RESULT,
    SQL_OK,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import attribute_keyed_dict, collection_adapter
from ormolu.instrumentation import manager_of_class, register_class


class Refused(Exception):
    """What is raised where something is to raise."""


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
