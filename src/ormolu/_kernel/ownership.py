"""Whether a collection is its owner's, as its adapter knows it."""

from __future__ import annotations

from typing import Any

from . import slots

__all__ = ["Ownership", "is_genuine", "set_aside"]


class Ownership:
    """What every adapter knows of its collection; the base of the adapters.

    Attributes:
        invalidated: the owner holds another collection, or none, by now.
        empty: the collection was made for a read and is not the owner's yet.
    """

    __slots__ = ("empty", "invalidated")

    def __init__(self) -> None:
        self.invalidated: bool = False
        self.empty: bool = False


def is_genuine(adapter: Any) -> bool:
    """Return whether what a collection has for its adapter is one.

    Values of an instance come from anywhere, such as a pickle made by hand: anything can
    stand in the place of a collection, or of an adapter.
    """
    return slots.is_kind(adapter, Ownership)


def set_aside(collection: Any, invalidated: bool = True) -> None:
    """Have a collection know that it is its owner's no longer, or is again.

    Args:
        collection: the value of a collection attribute; anything else is left as it is.
        invalidated: what its adapter is to know.
    """
    adapter: Any = getattr(collection, "_sa_adapter", None)
    if is_genuine(adapter):
        adapter.invalidated = invalidated
