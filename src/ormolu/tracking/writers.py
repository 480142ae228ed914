"""``__setattr__`` and ``__delattr__`` of tracked classes."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any

from . import recording
from .adoption import manager_of

__all__ = ["MADE", "MAKERS"]

MADE: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()
"""The functions that stand on classes in the place of their own."""


def _writer(original: Callable[..., None]) -> Callable[..., None]:
    """Return a ``__setattr__`` that records; of a class with its own, that goes on being asked."""
    own = original is not object.__setattr__

    @functools.wraps(original)
    def __setattr__(self: Any, name: str, value: Any, /) -> None:
        manager = manager_of(self)
        attribute = manager.get(name)
        if own or name == "__dict__":
            recording.observe(manager, self, lambda: original(self, name, value))
        elif attribute is None or attribute.relates:
            original(self, name, value)
        else:
            recording.assign(manager, attribute, self, value)

    MADE.add(__setattr__)
    return __setattr__


def _deleter(original: Callable[..., None]) -> Callable[..., None]:
    """Return a ``__delattr__`` that records; see :func:`_writer`."""
    own = original is not object.__delattr__

    @functools.wraps(original)
    def __delattr__(self: Any, name: str, /) -> None:
        manager = manager_of(self)
        attribute = manager.get(name)
        if own:
            recording.observe(manager, self, lambda: original(self, name))
        elif attribute is None or attribute.relates:
            original(self, name)
        else:
            recording.delete(manager, attribute, self)

    MADE.add(__delattr__)
    return __delattr__


MAKERS = {"__setattr__": _writer, "__delattr__": _deleter}
"""What makes the methods that write, from those that the class has."""
