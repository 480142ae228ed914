"""Where a class keeps the value of a field that nothing watches; for others see the kernel."""

from __future__ import annotations

from contextlib import suppress
from types import MemberDescriptorType
from typing import Any

from .._kernel.sentinels import MISSING
from .._kernel.storage import Storage

__all__ = ["ThroughClass", "is_slot"]


class ThroughClass(Storage):
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


def is_slot(member: Any) -> bool:
    """Return whether a member of a class is a slot of its instances."""
    return isinstance(member, MemberDescriptorType)
