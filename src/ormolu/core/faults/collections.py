"""Errors and warnings of collections and their members."""

from __future__ import annotations

import warnings
from typing import Any

from ... import errors
from .wording import class_name, instance_name, shown

__all__ = ["CollectionFaults"]


class CollectionFaults:
    """What can be wrong with a collection, its class, and its members."""

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

    def foreign_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        """Something else has been put among the values of the instance."""
        return errors.CollectionError(
            f"{impl} of {instance_name(state)} has {shown(value)} among its values, which is no "
            "collection of ormolu's; take it out of them, or expire the attribute, and assign to "
            "the attribute instead",
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
