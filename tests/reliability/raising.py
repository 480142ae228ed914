"""What an instance leaves behind of which something that the layer calls has raised."""

import copy
from contextlib import suppress

from families import Refused, add, commit, parts

from ormolu import events
from ormolu.attributes import flag_modified, get_history, instance_state, register_attribute
from ormolu.instrumentation import register_class

# what happens to an instance, by the event that a listener hears of it
EVENTS = {
    "set": lambda family, owner: setattr(owner, "name", "refused"),
    "append": lambda family, owner: add(owner.members, family.member()),
    "remove": lambda family, owner: owner.members.pop(),
    "bulk_replace": lambda family, owner: setattr(owner, "members", [family.member()]),
    "dispose_collection": lambda family, owner: setattr(owner, "members", []),
    "init_collection": lambda family, owner: family.Owner().members.append(family.member()),
    "init": lambda family, owner: family.Owner(),
    "init_failure": lambda family, owner: family.Owner(wrong=1),
    "expire": lambda family, owner: instance_state(owner)._expire(vars(owner), set()),
    "pickle": lambda family, owner: instance_state(owner).__getstate__(),
    "modified": lambda family, owner: flag_modified(owner, "name"),
}
OF_MEMBERS = {"append", "remove", "bulk_replace", "init_collection", "dispose_collection"}
OF_CLASS = {"init", "init_failure", "expire", "pickle"}


def raising(*args, **kwargs):
    """Refuse."""
    raise Refused


def refuse(family, event):
    """Do what a listener refuses; return weak references to what there was."""
    target = family.Owner
    if event not in OF_CLASS:
        target = family.Owner.members if event in OF_MEMBERS else family.Owner.name
    owner = family.tied()
    gone = parts(owner)
    events.listen(target, event, raising)
    try:
        EVENTS[event](family, owner)
    except (Refused, TypeError):
        return gone
    finally:
        events.remove(target, event, raising)
    raise AssertionError(f"nobody was told of {event}")


# -- what is not a listener ---------------------------------------------------------------------

CALL_OUTS = {}


def call_out(function):
    """Take a function down that has something called that raises."""
    CALL_OUTS[function.__name__] = function
    return function


def fresh(**attributes):
    """Return an instance of a class with some attributes."""
    class_ = type("Fresh", (), {})
    register_class(class_)
    for key, options in attributes.items():
        register_attribute(class_, key, **options)
    return class_()


def fails(function, *args):
    """Have a function raise what it is to raise."""
    try:
        function(*args)
    except Refused:
        return
    raise AssertionError("nothing was raised")


@call_out
def a_loader():
    owner = fresh(x={"callable_": raising})
    fails(getattr, owner, "x")
    return parts(owner)


@call_out
def a_loader_of_the_previous_value():
    owner = fresh(x={"callable_": raising, "active_history": True})
    fails(setattr, owner, "x", 1)
    return parts(owner)


@call_out
def a_loader_of_a_collection():
    owner = fresh(x={"callable_": raising, "uselist": True, "useobject": True})
    fails(get_history, owner, "x")
    return parts(owner)


@call_out
def a_loader_of_what_is_expired():
    class_ = type("Fresh", (), {})
    register_class(class_, expired_attribute_loader=raising)
    register_attribute(class_, "x")
    owner = class_()
    owner.x = 1
    state = instance_state(owner)
    state._expire(state.dict, set())
    fails(getattr, owner, "x")
    return parts(owner)


@call_out
def an_init():
    gone = []

    class Fails:
        def __init__(self):
            self.x = 1
            gone.extend(parts(self))
            raise Refused

    register_class(Fails)
    register_attribute(Fails, "x")
    fails(Fails)
    return gone


@call_out
def a_comparison():
    owner = fresh(x={"compare_function": raising})
    owner.x = 1
    commit(owner)
    owner.x = 2
    fails(get_history, owner, "x")
    return parts(owner)


@call_out
def a_factory_of_collections():
    made = []

    def factory():
        if made:
            raise Refused
        made.append(1)
        return []

    owner = fresh(x={"uselist": True, "useobject": True, "typecallable": factory})
    with suppress(Refused):
        owner.x.append(owner)
    return parts(owner)


@call_out
def a_method_of_a_collection():
    class Full(list):
        def append(self, value):
            raise Refused

    owner = fresh(x={"uselist": True, "useobject": True, "typecallable": Full})
    fails(owner.x.append, owner)
    return parts(owner)


@call_out
def a_copy():
    owner = fresh(x={"uselist": True, "useobject": True})
    owner.x.append(owner)
    owner.value = type("Uncopied", (), {"__deepcopy__": raising})()
    fails(copy.deepcopy, owner)
    return parts(owner)


@call_out
def a_setattr():
    class Guarded:
        def __setattr__(self, name, value):
            raise Refused

    register_class(Guarded)
    register_attribute(Guarded, "x")
    owner = Guarded()
    fails(setattr, owner, "x", 1)
    return parts(owner)
