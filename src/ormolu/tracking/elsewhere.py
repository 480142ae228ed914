"""Fields of classes that keep values in a place of their own.

Such a class has ``__setattr__`` put a value into a dictionary, another object or a file, and
``__getattr__`` find it there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .._kernel.sentinels import MISSING
from .._kernel.storage import Storage
from . import writers

__all__ = ["Elsewhere", "keeps_elsewhere"]

Method = Callable[..., Any]


def keeps_elsewhere(class_: type) -> bool:
    """Return whether a class may keep values where nothing but itself finds them.

    Those that libraries have given their methods do not: they say so on the class.
    """
    if hasattr(class_, "__pydantic_fields__") or "__attrs_own_setattr__" in vars(class_):
        return False
    return hasattr(class_, "__getattr__") and _own(class_, "__setattr__") is not None


class Elsewhere(Storage):
    """Where instances have the value of a field, or what their class finds and puts instead.

    Args:
        name: of the field.
        inner: the place where they have it if the class does nothing of its own.
    """

    __slots__ = ("inner", "name")

    def __init__(self, name: str, inner: Storage) -> None:
        self.name = name
        self.inner = inner

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        value = self.inner.get(instance)
        if value is not MISSING:
            return value
        try:
            return type(instance).__getattr__(instance, self.name)
        except Exception:  # it may find nothing, and say so in many ways
            return MISSING

    @property
    def facing(self) -> Storage:
        """The same to a descriptor, which is asked to put what the class has decided to keep."""
        return _Facing(self.name, self.inner)

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there, as the class does; nothing at all if it is ``MISSING``."""
        if self.inner.get(instance) is not MISSING:
            self.inner.put(instance, value)
        elif value is not MISSING:
            _own(type(instance), "__setattr__")(instance, self.name, value)  # type: ignore[misc]
        else:
            delete = _own(type(instance), "__delattr__") or object.__delattr__
            with suppress(Exception):  # there is none
                delete(instance, self.name)


class _Facing(Elsewhere):
    __slots__ = ()

    def put(self, instance: Any, value: Any) -> None:
        self.inner.put(instance, value)


def _own(class_: type, name: str) -> Method | None:
    """Return a method that writes as the class has it, or ``None``: it has that of ``object``."""
    method: Any = getattr(class_, name)
    while method in writers.MADE:
        method = method.__wrapped__
    return None if method is getattr(object, name) else method
