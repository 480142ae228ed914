"""What a container that tells knows of what holds it, looked up at every read of one.

The native form of this module is ``links.pyx``.
"""

from __future__ import annotations

import weakref
from types import MemberDescriptorType
from typing import Any

__all__ = ["Link", "LinksSlot", "is_linked"]


class Link:
    """Says what holds a container, and keeps nothing of it alive.

    Args:
        target: a container, or an object with fields.
        key: the index, key or name under which the container is there.
    """

    __slots__ = ("key", "target")

    def __init__(self, target: Any, key: Any) -> None:
        self.target = weakref.ref(target)
        self.key = key

    def holds(self, part: Any) -> bool:
        """Return whether the container is still there."""
        raise NotImplementedError

    def is_like(self, other: Link) -> bool:
        """Return whether another link says the same."""
        return type(self) is type(other) and self.target() is other.target()


class LinksSlot:
    """The slot of a container for its links, not found where the parts of a value are looked for.

    Args:
        class_: the class of containers.
        slot: its slot.
    """

    def __init__(self, class_: type, slot: MemberDescriptorType) -> None:
        self._slot = slot
        _slots[class_] = self

    def __get__(self, container: Any, owner: type | None = None) -> Any:
        try:
            return self._slot.__get__(container, owner)
        except AttributeError:  # it was made without __init__
            return ()

    def __set__(self, container: Any, links: tuple[Link, ...]) -> None:
        self._slot.__set__(container, links)


_slots: dict[type, LinksSlot] = {}


def is_linked(value: Any, instance: Any, key: str) -> bool:
    """Return whether a value is a container that knows that it is a field of an instance.

    Args:
        value: any value.
        instance: the instance.
        key: the name of the field.
    """
    slot = _slots.get(type(value))
    if slot is not None:
        for link in slot.__get__(value):
            if link.target() is instance and link.key == key:
                return True
    return False
