"""Where instances have the values of their fields, past everything that watches those.

The native form of this module is ``storage.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .links import is_linked
from .sentinels import MISSING

__all__ = [
    "InDictionary",
    "Notifying",
    "SharedSlot",
    "Storage",
    "ThroughClass",
    "ThroughDescriptor",
]


class Storage:
    """Gives, takes and drops the value of one field of an instance."""

    __slots__ = ()

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        raise NotImplementedError

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        raise NotImplementedError


class ThroughClass(Storage):
    """A field that nothing watches: found as Python finds any attribute.

    The dictionary of the instance is not asked for: CPython 3.11 and 3.12 read attributes
    of an instance more slowly from then on.

    Args:
        name: of the field.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        try:
            return object.__getattribute__(instance, self.name)
        except AttributeError:
            return MISSING

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        if value is not MISSING:
            object.__setattr__(instance, self.name, value)
            return
        with suppress(AttributeError):  # there is none
            object.__delattr__(instance, self.name)


class InDictionary(Storage):
    """A field that is kept in the dictionary of the instance.

    Natively that is not asked for where CPython has not made it yet: attributes of the
    instance would be read more slowly from then on.

    Args:
        name: of the field.
        default: what the class has under that name, or ``MISSING``.
    """

    __slots__ = ("default", "name")

    def __init__(self, name: str, default: Any) -> None:
        self.name = name
        self.default = default

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        values: dict[str, Any] = object.__getattribute__(instance, "__dict__")
        return values.get(self.name, self.default)

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        values: dict[str, Any] = object.__getattribute__(instance, "__dict__")
        if value is MISSING:
            values.pop(self.name, None)
        else:
            values[self.name] = value


class ThroughDescriptor(Storage):
    """A field that is kept by a descriptor of the class: by a slot, mostly.

    Args:
        descriptor: what the class has for it.
    """

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: Any) -> None:
        self.descriptor = descriptor

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        try:
            return self.descriptor.__get__(instance, type(instance))
        except AttributeError:
            return MISSING

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        if value is not MISSING:
            self.descriptor.__set__(instance, value)
            return
        with suppress(AttributeError):  # there is none
            self.descriptor.__delete__(instance)


class SharedSlot(Storage):
    """A slot in which something else may lie beside the value.

    Args:
        slot: gives and takes what lies in it.
        shared: the class of what lies there then, with the value in ``value``.
    """

    __slots__ = ("shared", "slot")

    def __init__(self, slot: Storage, shared: type[Any]) -> None:
        self.slot = slot
        self.shared = shared

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        found = self.slot.get(instance)
        return found.value if type(found) is self.shared else found

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        found = self.slot.get(instance)
        if type(found) is self.shared:
            found.value = value
        else:
            self.slot.put(instance, value)


class Notifying(Storage):
    """Where values are, as containers that tell.

    What comes there otherwise, as what Pydantic validates and what was pickled, is exchanged
    when it is first read.

    Args:
        inner: where they are.
        key: the name of the field.
        default: what the class has under that name, or ``MISSING``; it stays what it is.
        exchange: returns what is to be there in the place of a value, for an instance.
    """

    __slots__ = ("default", "exchange", "inner", "key")

    def __init__(
        self, inner: Storage, key: str, default: Any, exchange: Callable[[Any, Any], Any]
    ) -> None:
        self.inner = inner
        self.key = key
        self.default = default
        self.exchange = exchange

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        value = self.inner.get(instance)
        # first what nearly all are
        if is_linked(value, instance, self.key):
            return value
        if value is MISSING or value is self.default:
            return value
        taken = self.exchange(instance, value)
        if taken is not value:
            self.inner.put(instance, taken)
        return taken

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        self.inner.put(instance, value if value is MISSING else self.exchange(instance, value))
