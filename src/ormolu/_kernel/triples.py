"""Making tuples of three, of a class of tuples.

The native form of this module is its ``.pxd``, which is compiled into the others.
"""

from __future__ import annotations

from typing import Any

__all__ = ["triple"]


def triple(cls: type[tuple[Any, ...]], first: Any, second: Any, third: Any) -> Any:
    """Return a tuple of a class that adds no fields to it, past its ``__new__``."""
    return tuple.__new__(cls, (first, second, third))
