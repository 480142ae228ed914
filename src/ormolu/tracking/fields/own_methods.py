"""Methods that write: those that a class has itself, and those that were made of them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["MADE", "own_method"]

MADE: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()
"""The functions that stand on classes in the place of their own."""


def own_method(class_: type, name: str) -> Callable[..., Any] | None:
    """Return a method that writes as the class has it, or ``None``: it has that of ``object``."""
    method: Any = getattr(class_, name)
    while method in MADE:
        method = method.__wrapped__
    return None if method is getattr(object, name) else method
