"""Whether a collection is its owner's, as its adapter knows it."""

from __future__ import annotations

from typing import Any

from . import slots

__all__ = ["Ownership", "adapter_of", "is_genuine", "set_aside"]


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


def adapter_of(impl: Any, state: Any, collection: Any) -> Any:
    """Return the adapter of what is there for a collection.

    Args:
        impl: the collection attribute.
        state: the state of the instance.
        collection: its value.

    Raises:
        CollectionError: it is no collection of the attribute's, or has no adapter.
    """
    adapter: Any = getattr(collection, "_sa_adapter", None)
    if is_genuine(adapter):
        return adapter
    raise impl.layer.faults.foreign_collection(impl, state, collection)


def set_aside(collection: Any, invalidated: bool = True) -> None:
    """Have a collection know that it is its owner's no longer, or is again.

    Args:
        collection: the value of a collection attribute; anything else is left as it is.
        invalidated: what its adapter is to know.
    """
    adapter: Any = getattr(collection, "_sa_adapter", None)
    if is_genuine(adapter):
        adapter.invalidated = invalidated
