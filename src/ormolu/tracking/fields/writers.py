"""``__setattr__`` and ``__delattr__`` of tracked classes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..._kernel.writing import writer
from ..instances.adoption import manager_of
from . import recording
from .own_methods import MADE

__all__ = ["MAKERS"]


def _writer(manager: Any, original: Callable[..., None]) -> Callable[..., None]:
    """Return a ``__setattr__`` that records; of a class with its own, that goes on being asked."""
    made = writer(
        manager.gate,
        original,
        recording.assign,
        recording.observe,
        recording.OBSERVING,
        manager_of,
    )
    functools.update_wrapper(made, original)
    MADE.add(made)
    return made


def _deleter(manager: Any, original: Callable[..., None]) -> Callable[..., None]:
    """Return a ``__delattr__`` that records; see :func:`_writer`."""
    own = original is not object.__delattr__

    @functools.wraps(original)
    def __delattr__(self: Any, name: str, /) -> None:
        current = manager if type(self) is manager.class_ else manager_of(self)
        attribute = current.get(name)
        if own:
            recording.observe(current, self, lambda: original(self, name))
        elif attribute is None or attribute.relates:
            original(self, name)
        else:
            recording.delete(current, attribute, self)

    MADE.add(__delattr__)
    return __delattr__


MAKERS = {"__setattr__": _writer, "__delattr__": _deleter}
"""What makes the methods that write, from those that the class has."""
