"""Errors of instances: without a state, in an identity map, from a pickle."""

from __future__ import annotations

from typing import Any

from ... import errors
from .wording import class_name, instance_name, shown

__all__ = ["InstanceFaults"]


class InstanceFaults:
    """What can be wrong with an instance, where it is in its life, and its pickle."""

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
