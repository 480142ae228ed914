"""Errors and warnings of classes and of how they are registered."""

from __future__ import annotations

import warnings
from typing import Any

from ... import errors
from .wording import an, class_name, shown

__all__ = ["ClassFaults"]


class ClassFaults:
    """What can be wrong with a class, its registration and its names."""

    def not_a_class(self, given: Any) -> Exception:
        """Something other than a class was to be registered."""
        return errors.NotAClassError(
            f"{shown(given)} is {an(type(given).__name__)}, not a class; give the class itself"
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
