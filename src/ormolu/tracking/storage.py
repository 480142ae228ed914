"""Where a class keeps the value of a field, past everything that watches it."""

from __future__ import annotations

from contextlib import suppress
from types import MemberDescriptorType
from typing import Any, Protocol

from .._kernel.sentinels import MISSING
from .anchorages import InSlot

__all__ = ["InDictionary", "SharedSlot", "Storage", "ThroughClass", "ThroughDescriptor"]


class Storage(Protocol):
    """Gives, takes and drops the value of one field of an instance."""

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""


class ThroughClass:
    """A field that nothing watches: found as Python finds any attribute.

    The dictionary of the instance is not asked for: CPython 3.11 and 3.12 read attributes
    of an instance more slowly from then on.
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


class InDictionary:
    """A field that is watched, and kept in the dictionary of the instance.

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


class ThroughDescriptor:
    """A field that is watched, and kept by a descriptor of the class: by a slot, mostly."""

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


class SharedSlot:
    """A slot in which the state of the instance may lie beside the value."""

    __slots__ = ("slot",)

    def __init__(self, slot: Storage) -> None:
        self.slot = slot

    def get(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        found = self.slot.get(instance)
        return found.value if type(found) is InSlot else found

    def put(self, instance: Any, value: Any) -> None:
        """Put a value there; nothing at all if it is ``MISSING``."""
        found = self.slot.get(instance)
        if type(found) is InSlot:
            found.value = value
        else:
            self.slot.put(instance, value)


def is_slot(member: Any) -> bool:
    """Return whether a member of a class is a slot of its instances."""
    return isinstance(member, MemberDescriptorType)
