"""What one writes in a class of collections, and asks of a collection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .._kernel.adapter import CollectionAdapter
from .preparation import APPEND, REMOVE, mark

__all__ = ["collection", "collection_adapter"]

_F = TypeVar("_F", bound=Callable[..., Any])


class collection:  # noqa: N801 - a namespace of decorators, known by this name
    """Decorators for the methods of a class of collections.

    Only what cannot be seen needs to be said: a class that derives from
    ``list``, ``set`` or ``dict``, or is like one, needs none of these.

    Example:
        >>> class Bag:
        ...     def __init__(self): self.items = []
        ...     @collection.appender
        ...     def put(self, item): self.items.append(item)
        ...     @collection.remover
        ...     def take(self, item): self.items.remove(item)
        ...     @collection.iterator
        ...     def members(self): return iter(self.items)
    """

    @staticmethod
    def appender(fn: _F) -> _F:
        """Mark the method that appends one member, its first argument.

        A method that does its own telling takes ``_sa_initiator`` as well.
        """
        return mark(fn, "_sa_instrument_role", "appender")

    @staticmethod
    def remover(fn: _F) -> _F:
        """Mark the method that removes one member, its first argument."""
        return mark(fn, "_sa_instrument_role", "remover")

    @staticmethod
    def iterator(fn: _F) -> _F:
        """Mark the method that returns an iterator over all members."""
        return mark(fn, "_sa_instrument_role", "iterator")

    @staticmethod
    def internally_instrumented(fn: _F) -> _F:
        """Mark a method that does its own telling and is to be left as it is."""
        return mark(fn, "_sa_instrumented", True)

    @staticmethod
    def adds(arg: int | str) -> Callable[[_F], _F]:
        """Mark a method that adds the member given as ``arg``, a position or a name."""
        return lambda fn: mark(fn, "_sa_instrument_before", (APPEND, arg))

    @staticmethod
    def replaces(arg: int | str) -> Callable[[_F], _F]:
        """Mark a method that adds ``arg`` and returns the member it replaced."""
        return lambda fn: mark(
            mark(fn, "_sa_instrument_before", (APPEND, arg)), "_sa_instrument_after", REMOVE
        )

    @staticmethod
    def removes(arg: int | str) -> Callable[[_F], _F]:
        """Mark a method that removes the member given as ``arg``."""
        return lambda fn: mark(fn, "_sa_instrument_before", (REMOVE, arg))

    @staticmethod
    def removes_return() -> Callable[[_F], _F]:
        """Mark a method that removes the member it returns."""
        return lambda fn: mark(fn, "_sa_instrument_after", REMOVE)


def collection_adapter(collection: Any) -> CollectionAdapter | None:
    """Return the adapter of an instrumented collection.

    Args:
        collection: the value of a collection attribute; ``None`` is returned
            for one that its owner has replaced.

    Raises:
        AttributeError: it is not an instrumented collection.
    """
    adapter: CollectionAdapter | None = collection._sa_adapter
    return adapter
