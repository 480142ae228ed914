"""The two doors to the layer, by the names that both have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["Door", "open_door"]


class Door:
    """What a program needs of the layer, whichever way it came to it.

    Attributes:
        attributes: the module of that name, of ormolu or of SQLAlchemy.
        collections: the same.
        instrumentation: the same.
        listen: ``(target, event, function, **options)``.
        unlisten: ``(target, event, function)``.
        register: ``(class, key, **options)`` registers an attribute.
        unregister: ``(class)`` takes a class back.
        identity_map: makes an identity map.
    """

    attributes: Any
    collections: Any
    instrumentation: Any
    listen: Callable[..., Any]
    unlisten: Callable[..., Any]
    register: Callable[..., Any]
    unregister: Callable[[type], Any]
    identity_map: Callable[[], Any]


class _Core(Door):
    def __init__(self) -> None:
        from ormolu import attributes, collections, events, instrumentation, state

        self.attributes, self.collections = attributes, collections
        self.instrumentation = instrumentation
        self.listen, self.unlisten = events.listen, events.remove
        self.register = attributes.register_attribute
        self.unregister = partial(instrumentation.unregister_class, force=True)
        self.identity_map = state.IdentityMap


class _Beneath(Door):
    def __init__(self) -> None:
        import ormolu.sqlalchemy

        ormolu.sqlalchemy.install()
        from sqlalchemy.orm import attributes, collections, identity, instrumentation

        from sqlalchemy import event

        self.attributes, self.collections = attributes, collections
        self.instrumentation = instrumentation
        self.listen, self.unlisten = event.listen, event.remove
        self.unregister = instrumentation.unregister_class
        self.identity_map = identity._WeakInstanceDict

    def register(self, class_: type, key: str, **options: Any) -> Any:
        """Register an attribute with what a mapper would give."""
        mapped = {"comparator": object(), "parententity": object()}
        return self.attributes._register_attribute(class_, key, **mapped, **options)


def open_door(name: str) -> Door:
    """Return the door called ``core`` or ``sqlalchemy``; of the second there is one a process."""
    return _Beneath() if name == "sqlalchemy" else _Core()
