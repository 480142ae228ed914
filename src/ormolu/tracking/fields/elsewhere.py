"""Fields of classes that keep values in a place of their own.

Such a class has ``__setattr__`` put a value into a dictionary, another object or a file, and
``__getattr__`` or ``__getattribute__`` find it there.  What they find may also be no value of
the field at all, but what stands for one where there is none.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from ..._kernel.sentinels import MISSING
from ..._kernel.storage import Storage
from .own_methods import own_method

__all__ = ["Elsewhere", "finds_by_itself", "keeps_elsewhere"]


def keeps_elsewhere(class_: type) -> bool:
    """Return whether a class may keep values where nothing but itself finds them.

    Those that libraries have given their methods do not: they say so on the class.
    """
    if hasattr(class_, "__pydantic_fields__") or "__attrs_own_setattr__" in vars(class_):
        return False
    finds = hasattr(class_, "__getattr__") or own_method(class_, "__getattribute__") is not None
    return finds and own_method(class_, "__setattr__") is not None


def finds_by_itself(class_: type) -> bool:
    """Return whether a class finds what is kept elsewhere before anything on it is asked."""
    return keeps_elsewhere(class_) and own_method(class_, "__getattribute__") is not None


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
        return self._found(instance) if value is MISSING else value

    def has_now(self, instance: Any) -> bool:
        """Return whether the instance has the value as if the class did nothing of its own."""
        return self.inner.get(instance) is not MISSING

    def _found(self, instance: Any) -> Any:
        """Return what the class finds, or ``MISSING``."""
        place = id(instance), self.name
        finding = _finding.get()
        if place in finding:
            return MISSING  # the class asks in turn what is found as usual
        token = _finding.set(finding | {place})
        try:
            return _find(instance, self.name)
        except Exception:  # it may find nothing, and say so in many ways
            return MISSING
        finally:
            _finding.reset(token)

    @property
    def facing(self) -> Storage:
        """The same to a descriptor, which is asked to put what the class has decided to keep."""
        return _Facing(self.name, self.inner)

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there, as the class does; nothing at all if it is ``MISSING``."""
        if self.inner.get(instance) is not MISSING:
            self.inner.put(instance, value)
        elif value is not MISSING:
            own_method(type(instance), "__setattr__")(instance, self.name, value)  # type: ignore[misc]
        else:
            delete = own_method(type(instance), "__delattr__") or object.__delattr__
            with suppress(Exception):  # there is none
                delete(instance, self.name)


def _find(instance: Any, name: str) -> Any:
    finder = own_method(type(instance), "__getattribute__")
    if finder is not None:
        try:
            return finder(instance, name)
        except AttributeError:
            pass
    return type(instance).__getattr__(instance, name)


_finding: ContextVar[frozenset[tuple[int, str]]] = ContextVar(
    "ormolu_finding", default=frozenset()
)
"""The fields whose classes are looking for values."""


class _Facing(Elsewhere):
    __slots__ = ()

    def put(self, instance: Any, value: Any) -> None:
        self.inner.put(instance, value)
