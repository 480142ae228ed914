"""Making tuples of a class of tuples, past its ``__new__``.

The native form of this module is its ``.pxd``, which is compiled into the others.
"""

from __future__ import annotations

from typing import Any

__all__ = ["pair", "triple"]


def pair(cls: type[tuple[Any, ...]], first: Any, second: Any) -> Any:
    """Return a tuple of two, of a class that adds no fields to it."""
    return tuple.__new__(cls, (first, second))


def triple(cls: type[tuple[Any, ...]], first: Any, second: Any, third: Any) -> Any:
    """Return a tuple of three, of a class that adds no fields to it."""
    return tuple.__new__(cls, (first, second, third))
