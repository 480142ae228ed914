"""The errors of the layer, made in one place.

The kernel and the core say what went wrong; what class of error that is, and
in what words, is a matter of the door.  Methods return the error to be raised.
"""

from __future__ import annotations

import warnings
from typing import Any

from .. import errors

__all__ = ["Faults", "class_name", "instance_name", "shown"]


_LONGEST = 200


def shown(thing: Any) -> str:
    """Return how an object is shown in a message: by its repr, if it has one, cut short."""
    try:
        text = repr(thing)
    except Exception:
        text = f"<{type(thing).__name__} without a repr>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def class_name(class_: Any) -> str:
    """Return how a class is called in a message."""
    return getattr(class_, "__qualname__", None) or shown(class_)


def instance_name(state: Any) -> str:
    """Return how an instance is called in a message, by its state."""
    if state is None:
        return "None"
    return f"<{state.class_.__name__} at {id(state.obj()):#x}>"


class Faults:
    """The errors of ormolu's own doors.

    Args:
        state_attr: the attribute of an instance that holds its state.
        manager_attr: the attribute of a class that holds its manager.
    """

    def __init__(self, state_attr: str, manager_attr: str) -> None:
        self.state_attr = state_attr
        self.manager_attr = manager_attr

    # -- classes -----------------------------------------------------------------

    def not_a_class(self, given: Any) -> Exception:
        """Something other than a class was to be registered."""
        return errors.NotAClassError(
            f"{shown(given)} is a {type(given).__name__}, not a class; give the class itself"
        )

    def immutable_class(self, class_: Any) -> Exception:
        """A class that Python does not let anyone change was to be registered."""
        return errors.NotAClassError(
            f"class {class_name(class_)} is built in and cannot be changed; register a subclass",
            class_=class_,
        )

    def layout(self, class_: Any, lacking: str) -> Exception:
        """Instances have no room for what the layer puts there."""
        if class_.__itemsize__ and lacking == "__weakref__":
            base = next(base for base in class_.__mro__ if base.__module__ == "builtins")
            return errors.LayoutError(
                f"class {class_name(class_)} cannot be referred to weakly, since {base.__name__} "
                "is of variable size; register an ordinary class that has one as an attribute",
                class_=class_,
            )
        return errors.LayoutError(
            f"class {class_name(class_)} has __slots__ with no room for {lacking}; add "
            f'"{lacking}" to them, or give the class an InstrumentationManager that keeps '
            "state and values elsewhere (ormolu.ext.instrumentation)",
            class_=class_,
        )

    def conflicting_managers(self, class_: Any, factories: Any) -> Exception:
        """Two kinds of instrumentation in one hierarchy."""
        return errors.ConflictingManagersError(
            f"multiple instrumentation implementations meet in the hierarchy of class "
            f"{class_name(class_)}: {shown(factories)}; use one for all of it",
            class_=class_,
        )

    def instances_alive(self, class_: Any, count: int) -> Exception:
        """A class with living instances was to be unregistered."""
        return errors.InstancesAliveError(
            f"class {class_name(class_)} still has {count} tracked instance(s); let go of "
            "them first, or pass force=True to leave them untracked",
            class_=class_,
        )

    def reserved_name(self, class_: Any, key: str) -> Exception:
        """An attribute was to have a name of the layer's own."""
        return errors.ReservedNameError(
            f"{class_name(class_)}.{key}: the requested attribute name conflicts with the "
            "instrumentation attribute of the same name; choose another name",
            class_=class_,
            key=key,
        )

    def invalid_key(self, class_: Any, key: Any) -> Exception:
        """The name of an attribute is not an identifier."""
        return errors.InvalidKeyError(
            f"{shown(key)} cannot be an attribute of class {class_name(class_)}: it is not an "
            "identifier; give a name that can follow a dot",
            class_=class_,
            key=key if isinstance(key, str) else None,
        )

    def unregistered_class(self, class_: Any) -> Exception:
        """There is no manager."""
        return errors.UnregisteredClassError(
            f"class {class_name(class_)} is not registered; call "
            "ormolu.instrumentation.register_class() with it first",
            class_=class_,
        )

    def unknown_options(self, class_: Any, key: str, unknown: Any, known: Any) -> Exception:
        """An attribute was registered with an option that there is not."""
        return errors.RegistrationError(
            f"{class_name(class_)}.{key} cannot have {', '.join(sorted(unknown))}; "
            f"the options are {', '.join(sorted(known))}",
            class_=class_,
            key=key,
        )

    def no_such_attribute(self, class_: Any, key: str) -> Exception:
        """There is no instrumented attribute of that name."""
        return errors.NoSuchAttributeError(
            f"class {class_name(class_)} has no instrumented attribute {shown(key)}; call "
            "ormolu.attributes.register_attribute() first",
            class_=class_,
            key=key if isinstance(key, str) else None,
        )

    def init_too_late(self, class_: Any) -> Exception:
        """An ``init_method`` was given after finalisation."""
        return errors.RegistrationError(
            f"class {class_name(class_)} is instrumented already, so its init_method can no "
            "longer be chosen; give it at the first registration",
            class_=class_,
        )

    def no_expired_loader(self, state: Any, keys: Any) -> Exception:
        """Expired attributes, and nothing to load them with."""
        return errors.LoaderError(
            f"{', '.join(sorted(keys)) or 'an attribute'} of {instance_name(state)} is expired "
            f"and class {class_name(state.class_)} has no expired_attribute_loader; give one "
            "to register_class(), or do not expire",
            class_=state.class_,
        )

    def warn_finalizer(self, class_: Any) -> None:
        """Warn that instances with ``__del__`` live on in reference cycles."""
        warnings.warn(
            f"class {class_name(class_)} defines __del__; tracked instances are often part of "
            "reference cycles, in which it runs late or at an awkward moment; use "
            "weakref.finalize() instead",
            errors.FinalizerWarning,
            stacklevel=2,
        )

    def warn_old_name(self, old: str, new: str) -> None:
        """Warn that a name has a successor."""
        warnings.warn(
            f"{old} is now called {new}; use that name",
            errors.DeprecatedNameWarning,
            stacklevel=3,
        )

    # -- instances ------------------------------------------------------------------

    def untracked_instance(self, instance: Any) -> Exception:
        """The instance has no state."""
        return self.unreadable_instance(instance, None)

    def unreadable_instance(self, instance: Any, key: str | None) -> Exception:
        """An attribute was read of an instance that has no state."""
        name = class_name(type(instance))
        where = f"{name}.{key}: " if key else ""
        return errors.UntrackedInstanceError(
            f"{where}this {name} has no state, since it was made without __init__ (by "
            "__new__, or before the class was registered); make it with "
            "manager_of_class(...).new_instance(), or call setup_instance() on it",
            class_=type(instance),
            key=key,
        )

    def unwritable_instance(self, instance: Any, key: str) -> Exception:
        """An attribute was written of an instance that has no state."""
        return self.unreadable_instance(instance, key)

    def untracked_member(self, impl: Any, value: Any) -> Exception:
        """An object without a state was put into an attribute that holds tracked ones.

        A layer with errors of another tree says what it says of any such object.
        """
        usual = self.untracked_instance(value)
        if not isinstance(usual, errors.UntrackedInstanceError):
            return usual
        kind = class_name(type(value))
        return errors.UntrackedInstanceError(
            f"{shown(value)} cannot be put into {impl}: this {kind} has no state; give an "
            "instance of a registered class, made with __init__ or "
            "manager_of_class(...).new_instance()",
            class_=impl.class_,
            key=impl.key,
        )

    def unpickled_unregistered(self, instance: Any, class_: Any) -> Exception:
        """A pickle holds an instance of a class that is not registered here."""
        return errors.UnregisteredClassError(
            f"cannot unpickle a {class_name(class_)}: the class is not registered in this "
            "process; register it before loading the pickle",
            class_=class_,
        )

    def corrupt_pickle(self, class_: Any, key: Any, problem: str) -> Exception:
        """A pickle says what nobody can have pickled."""
        name = "a tracked instance" if class_ is None else f"a {class_name(class_)}"
        # what a pickle has made says nothing here: not what it is called, nor its repr
        where = f", {key!r}" if type(key) is str else ""
        return errors.CorruptPickleError(
            f"cannot unpickle {name}{where}: {problem}; make the pickle anew from a living "
            "instance, and load only pickles that you trust",
            class_=class_,
            key=key if type(key) is str else None,
        )

    def dereferenced(self, state: Any, key: str) -> Exception:
        """A change was to be recorded of an instance that is gone."""
        return errors.DereferencedError(
            f"cannot record a change of {class_name(state.class_)}.{key}: the instance has "
            "been garbage collected; keep a reference to it while it is being changed",
            class_=state.class_,
            key=key,
        )

    def still_held(self, state: Any) -> Exception:
        """A state was to forget an instance that it keeps alive itself."""
        return errors.LifeCycleError(
            f"{instance_name(state)} has changes and is kept alive by its state; commit first",
            class_=state.class_,
        )

    def life_cycle(self, state: Any, needed: str, done: str) -> Exception:
        """An instance is not where in its life it has to be."""
        return errors.LifeCycleError(
            f"{instance_name(state)} is {state.life_cycle}, and only {needed} instances can be "
            f"{done}",
            class_=state.class_,
        )

    def identity_taken(self, state: Any, present: Any) -> Exception:
        """Two living instances with one identity."""
        return errors.IdentityConflictError(
            f"{instance_name(state)} cannot be added: {instance_name(present)} has the identity "
            f"{shown(state.key)} already; use that one, or discard it first",
            class_=state.class_,
        )

    def identity_map_closed(self, state: Any) -> Exception:
        """The map was closed."""
        return errors.IdentityMapClosedError(
            f"{instance_name(state)} cannot be added: the identity map is closed; use a new one",
            class_=state.class_,
        )

    # -- attributes ------------------------------------------------------------------

    def no_value(self, impl: Any, state: Any) -> Exception:
        """There is no value to delete."""
        return errors.NoValueError(
            f"{impl} of {instance_name(state)} has no value to delete; assign one first",
            class_=impl.class_,
            key=impl.key,
        )

    def nothing_to_flag(self, state: Any, key: str) -> Exception:
        """An attribute without a value was to be flagged as modified."""
        return errors.NoValueError(
            f"{class_name(state.class_)}.{key} of {instance_name(state)} cannot be flagged as "
            "modified: it has no value here; read or assign it first",
            class_=state.class_,
            key=key,
        )

    def loader_left_unset(self, impl: Any, state: Any) -> Exception:
        """The loader said it had set the value, and had not."""
        return errors.LoaderLeftUnsetError(
            f"the loader of {impl} came back without a value for {instance_name(state)}; it "
            f"has to put {impl.key!r} into state.dict (as set_committed_value() does); the "
            "attribute is still to be loaded",
            class_=impl.class_,
            key=impl.key,
        )

    def loader_answered(self, impl: Any, state: Any, symbol: Any) -> Exception:
        """A symbol came where a value was asked for."""
        return errors.LoaderError(
            f"{symbol.name} was to be the value of {impl} of {instance_name(state)}, and is an "
            "answer to another question; give a value, or have the loader return ATTR_WAS_SET "
            "once it has set one, ATTR_EMPTY if there is none",
            class_=impl.class_,
            key=impl.key,
        )

    def not_its_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        """A loader has put something into an instance where its collection has to be."""
        return errors.IncompatibleCollectionError(
            f"{impl} of {instance_name(state)} holds a collection of its own, and its loader has "
            f"put {shown(value)} into state.dict; set the members with set_committed_value()",
            class_=impl.class_,
            key=impl.key,
        )

    def loader_reentered(self, impl: Any, state: Any) -> Exception:
        """The loader goes round in circles."""
        return errors.LoaderReentryError(
            f"the loader of {impl} reads {impl} of {instance_name(state)} itself; inside of a "
            "loader read state.dict, or state.committed_state",
            class_=impl.class_,
            key=impl.key,
        )

    def not_associated(self, impl: Any, state: Any, value: Any) -> Exception:
        """An object was to be removed from where it is not."""
        return errors.NotAMemberError(
            f"{shown(value)} is not the value of {impl} of {instance_name(state)} and cannot be "
            "removed from it; see what is there with get_attribute()",
            class_=impl.class_,
            key=impl.key,
        )

    def parents_not_tracked(self, impl: Any) -> Exception:
        """Who holds an object was asked of an attribute that does not know."""
        return errors.ParentsNotTrackedError(
            f"{impl} is not configured to track parents; register it with trackparent=True",
            class_=impl.class_,
            key=impl.key,
        )

    def stale_parent(self, impl: Any, state: Any, parent: Any) -> Exception:
        """The last known holder is gone."""
        return errors.StaleParentError(
            f"{instance_name(state)} cannot be removed from {instance_name(parent)} along "
            f"{impl}: another holder was recorded later and is gone, so whether this one still "
            "holds it is not known; reload both",
            class_=impl.class_,
            key=impl.key,
        )

    def backref_conflict(self, impl: Any, state: Any, initiator: Any, far_impl: Any) -> Exception:
        """The listeners tie together attributes that do not belong together."""
        return errors.BackrefConflictError(
            f"{instance_name(state)} put into {initiator.parent_token} changes "
            f"{far_impl.parent_token} by way of {impl.parent_token}, which is no side of that "
            "relationship; check the backref of all three",
            class_=impl.class_,
            key=impl.key,
        )

    # -- collections ---------------------------------------------------------------------

    def incompatible_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        """A value of the wrong kind was assigned."""
        given = "None" if value is None else type(value).__name__
        wanted = impl._duck_typed_as.__name__ if impl._duck_typed_as else "collection"
        return errors.IncompatibleCollectionError(
            f"Incompatible collection type: {impl} of {instance_name(state)} was given a "
            f"{given}, which is not {wanted}-like; assign a {wanted} of members",
            class_=impl.class_,
            key=impl.key,
        )

    def not_members(self, impl: Any, state: Any, value: Any, cause: Exception) -> Exception:
        """Something that cannot be gone through was to be loaded into a collection.

        ``cause`` is what Python says of it; returned, it is raised on.
        """
        return errors.IncompatibleCollectionError(
            f"{impl} of {instance_name(state)} holds a collection, and {shown(value)} was to be "
            "loaded into it; its loader has to return an iterable of members",
            class_=impl.class_,
            key=impl.key,
        )

    def already_initialized(self, impl: Any, state: Any) -> Exception:
        """An empty collection was to be made where there is one."""
        return errors.CollectionError(
            f"{impl} of {instance_name(state)} has a collection already; read it instead",
            class_=impl.class_,
            key=impl.key,
        )

    def loaded_by_listener(self, impl: Any, state: Any) -> Exception:
        """A listener read the collection whose change was to wait for its load."""
        return errors.CollectionError(
            f"{impl} of {instance_name(state)} was loaded by a listener in the middle of a "
            "change of it; a listener of it must not read it",
            class_=impl.class_,
            key=impl.key,
        )

    def empty_collection(self, adapter: Any) -> Exception:
        """A collection made for a read was to be filled unrecorded."""
        return errors.EmptyCollectionError(
            f"this collection of {adapter.attr} was made for a read and is not its owner's; "
            "use init_collection() to fill it unrecorded, or append with events",
            class_=adapter.attr.class_,
            key=adapter.attr.key,
        )

    def emptiness(self, adapter: Any) -> Exception:
        """The adapter is not in the state that the call needs."""
        state = "already" if adapter.empty else "not"
        return errors.CollectionError(
            f"the collection of {adapter.attr} is {state} one made for a read",
            class_=adapter.attr.class_,
            key=adapter.attr.key,
        )

    def warn_invalidated(self, adapter: Any) -> None:
        """Warn of a change of a collection that its owner has replaced."""
        warnings.warn(
            f"this collection of {adapter.attr} was replaced or expired, and a change of it "
            "is not one of its former owner; read the attribute again",
            errors.InvalidatedCollectionWarning,
            stacklevel=2,
        )

    def collection_role(self, class_: Any, role: str) -> Exception:
        """A collection class lacks a method."""
        return errors.CollectionClassError(
            f"collection class {class_name(class_)} has no {role}: derive it from list, set or "
            f"dict, or mark a method with @collection.{role}",
            class_=class_,
        )

    def not_a_factory(self, given: Any) -> Exception:
        """What is to make collections cannot be called."""
        return errors.CollectionClassError(
            f"{shown(given)} is a {type(given).__name__} and makes no collections; give a class "
            "of collections, or a function that returns an empty one"
        )

    def builtin_collection(self, class_: Any) -> Exception:
        """A built-in type cannot be instrumented in place."""
        return errors.CollectionClassError(
            f"{class_name(class_)} is built in and cannot be instrumented; use a subclass",
            class_=class_,
        )

    def not_a_member(self, adapter: Any, value: Any, cause: Exception) -> Exception:
        """An object was to be removed from a collection that it is not in.

        ``cause`` is what the collection itself raised; returned, it is raised on.
        """
        by_hash = isinstance(cause, KeyError)
        kind = errors.NotAMemberKeyError if by_hash else errors.NotAMemberError
        return kind(
            f"{shown(value)} is not in {adapter.attr} of {instance_name(adapter.owner_state)} and "
            "cannot be removed from it; check with `in` first, or use discard() of a set",
            class_=adapter.attr.class_,
            key=adapter.attr.key,
        )

    def missing_argument(self, method: Any, argument: Any) -> Exception:
        """A decorated method was called without the argument that is the member."""
        return errors.CollectionError(
            f"{class_name(method)}() was called without the argument {shown(argument)}, which is "
            "the member it adds or removes"
        )

    def unkeyed_member(self, collection: Any, value: Any, initiator: Any) -> Exception:
        """The key of a member of a keyed dictionary is not known."""
        where = getattr(initiator, "impl", None) or type(collection).__name__
        return errors.CollectionError(
            f"{shown(value)} has no value yet for the key of the dictionary {where}; set it "
            "first, or make the dictionary with ignore_unpopulated_attribute=True"
        )

    def unknown_key_function(self, value: Any) -> Exception:
        """A keyed dictionary that came from a pickle was asked for a key."""
        return errors.CollectionError(
            f"the key of {shown(value)} is not known: the dictionary came from a pickle without "
            "its owner, and does not call the function that the pickle names; set its keyfunc"
        )

    def misplaced_member(self, collection: Any, value: Any, key: Any) -> Exception:
        """Another member has the key of the one to be removed."""
        return errors.NotAMemberError(
            f"{shown(value)} cannot be removed: the dictionary holds "
            f"{shown(collection.get(key))} for its key {shown(key)}; has the value "
            "that the key is made from changed?"
        )

    def collection_expected(self, impl: Any) -> Exception:
        """A call that is about collections was made for another attribute."""
        return errors.CollectionError(
            f"{impl} does not hold a collection; assign its value instead",
            class_=impl.class_,
            key=impl.key,
        )
