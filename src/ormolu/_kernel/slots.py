"""Slots of Python classes; natively they are read where they are, with no look-up.

The native form of this module is its ``.pxd``, which is compiled into the others.
"""

from __future__ import annotations

from types import MemberDescriptorType
from typing import Any

__all__ = ["count_same", "is_kind", "place_of", "read"]


def place_of(class_: type, name: str) -> int:
    """Return something other than 0 if instances of ``class_`` have ``name`` in a slot.

    Args:
        class_: the class.
        name: the name of an attribute.
    """
    return int(isinstance(getattr(class_, name, None), MemberDescriptorType))


def read(instance: Any, place: int, name: str) -> Any:
    """Return what is in a slot.

    Args:
        instance: of the class that ``place_of`` was asked about.
        place: what it has returned.
        name: the name of the attribute.
    """
    return getattr(instance, name)


def count_same(sequence: Any, objects: tuple[Any, ...], first: int) -> int:
    """Return how long a sequence is, if it holds these very objects; else -1.

    Args:
        sequence: any that has a length and can be indexed.
        objects: what it may hold.
        first: with which of them it is to begin.
    """
    length = len(sequence)
    if length > len(objects) - first:
        return -1
    if length:
        for present in sequence:
            if present is not objects[first]:
                return -1
            first += 1
    return length


def is_kind(thing: Any, class_: type) -> bool:
    """Return whether ``thing`` has the slots of a class, whatever it says of itself."""
    return issubclass(type(thing), class_)
