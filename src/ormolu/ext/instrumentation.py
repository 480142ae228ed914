"""Alternate instrumentation: state, values and manager kept where you like.

A class chooses its own kind of manager with the attribute
``__ormolu_manager__``; a function in :data:`instrumentation_finders` chooses
one for any class.  What is chosen is a callable that takes the class and
returns an :class:`InstrumentationManager` or a
:class:`~ormolu.instrumentation.ClassManager`.  All of a hierarchy has to use
the same one.

Importing this module is what makes ormolu ask; until a class is registered that
has an alternate manager, look-ups are as fast as without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.alternates import Alternates
from ..core.classes import ClassManager
from ..core.layer import CORE
from ..core.preparation import prepare_instrumentation
from ..core.registry import CORE_REGISTRY

__all__ = [
    "INSTRUMENTATION_MANAGER",
    "InstrumentationManager",
    "find_native_user_instrumentation_hook",
    "instrumentation_finders",
]

INSTRUMENTATION_MANAGER = "__ormolu_manager__"
"""The attribute by which a class chooses its kind of manager."""


def find_native_user_instrumentation_hook(cls: Any) -> Any:
    """Return what ``cls`` chooses itself, or ``None``."""
    return getattr(cls, INSTRUMENTATION_MANAGER, None)


instrumentation_finders: list[Callable[[Any], Any]] = [find_native_user_instrumentation_hook]
"""Functions ``(class) -> factory or None``, asked in order; add your own."""


class InstrumentationManager:
    """Where the manager, the states and the values of a class are kept.

    Derive from it and override what is to be different.

    Args:
        class_: the class.

    Example:
        >>> from ormolu.instrumentation import register_class
        >>> states = {}
        >>> class InARegistry(InstrumentationManager):
        ...     def install_state(self, class_, instance, state):
        ...         states[id(instance)] = state
        ...     def state_getter(self, class_):
        ...         return lambda instance: states[id(instance)]
        >>> class Point:
        ...     __ormolu_manager__ = InARegistry
        >>> manager = register_class(Point)
        >>> id(Point()) in states
        True
    """

    def __init__(self, class_: type) -> None:
        """Take the class; the base keeps nothing of it."""

    def manage(self, class_: type, manager: ClassManager[Any]) -> None:
        """Keep the manager of ``class_``."""
        setattr(class_, "_default_class_manager", manager)  # noqa: B010 - any class has room

    def unregister(self, class_: type, manager: ClassManager[Any]) -> None:
        """Forget the manager of ``class_``."""
        delattr(class_, "_default_class_manager")

    def manager_getter(self, class_: type) -> Callable[[Any], Any]:
        """Return ``(class) -> manager``."""
        return lambda cls: cls._default_class_manager

    def instrument_attribute(self, class_: type, key: str, inst: Any) -> None:
        """Hear that an attribute is being added."""

    def post_configure_attribute(self, class_: type, key: str, inst: Any) -> None:
        """Hear that an attribute is ready."""

    def install_descriptor(self, class_: type, key: str, inst: Any) -> None:
        """Put the descriptor of an attribute on the class."""
        setattr(class_, key, inst)

    def uninstall_descriptor(self, class_: type, key: str) -> None:
        """Take the descriptor of an attribute off the class."""
        delattr(class_, key)

    def install_member(self, class_: type, key: str, implementation: Any) -> None:
        """Put a member, such as ``__init__``, on the class."""
        setattr(class_, key, implementation)

    def uninstall_member(self, class_: type, key: str) -> None:
        """Take a member off the class."""
        delattr(class_, key)

    def instrument_collection_class(
        self, class_: type, key: str, collection_class: Any
    ) -> Callable[[], Any]:
        """Return a factory of instrumented collections."""
        factory: Callable[[], Any] = prepare_instrumentation(collection_class)
        return factory

    def get_instance_dict(self, class_: type, instance: Any) -> Any:
        """Return the dictionary of the values of ``instance``."""
        return instance.__dict__

    def initialize_instance_dict(self, class_: type, instance: Any) -> None:
        """Make that dictionary, for a new instance."""

    def install_state(self, class_: type, instance: Any, state: Any) -> None:
        """Keep the state of ``instance``."""
        setattr(instance, "_default_state", state)  # noqa: B010 - any instance may have room

    def remove_state(self, class_: type, instance: Any) -> None:
        """Forget the state of ``instance``."""
        delattr(instance, "_default_state")

    def state_getter(self, class_: type) -> Callable[[Any], Any]:
        """Return ``(instance) -> state``; it raises AttributeError or KeyError for none."""
        return lambda instance: instance._default_state

    def dict_getter(self, class_: type) -> Callable[[Any], Any]:
        """Return ``(instance) -> dictionary of values``."""
        return lambda instance: self.get_instance_dict(class_, instance)


CORE_REGISTRY.alternates = Alternates(CORE, instrumentation_finders, ClassManager)
