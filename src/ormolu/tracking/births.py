"""What an instance is assigned while it is made is no change of it."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any

from .._kernel.beside import BeingMade
from . import held

__all__ = ["MADE", "birth", "set_slots"]

MADE: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()
"""The functions that stand on classes in the place of their own."""


def birth(original: Callable[..., Any], how: BeingMade) -> Callable[..., Any]:
    """Return a method that makes an instance, such as ``__setstate__``, as one that says so.

    Args:
        original: the method.
        how: what it says.
    """

    @functools.wraps(original)
    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if not held.begin(self, how):
            return original(self, *args, **kwargs)
        try:
            return original(self, *args, **kwargs)
        finally:
            held.end(self)

    MADE.add(method)
    return method


def set_slots(self: Any, state: Any) -> None:
    """Set the values of a copy or of a pickle, as is done where there is no ``__setstate__``.

    Values in slots are assigned one by one, which would be changes.
    """
    values, slots = state if isinstance(state, tuple) else (state, None)
    if values:
        self.__dict__.update(values)
    for name, value in (slots or {}).items():
        setattr(self, name, value)
