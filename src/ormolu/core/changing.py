"""One thread at a time changes what classes have: managers, attributes, listeners.

Each of these depends on the others (a new manager takes over the attributes of its bases
and the listeners that wait for its class), so one lock holds for all of them.  Instances
are not changed under it, and reading takes no lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any, Generic, ParamSpec, TypeVar

__all__ = ["CHANGING", "Derived", "alone"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

CHANGING = RLock()
"""Held while the structure of any class changes."""

if hasattr(os, "register_at_fork"):
    # a child has only the thread that forked: a lock that another one held would be held
    # there for ever, over a change that is never finished
    os.register_at_fork(
        before=CHANGING.acquire,
        after_in_parent=CHANGING.release,
        after_in_child=CHANGING.release,
    )


def alone(change: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return ``change`` as a function that no other change runs beside."""

    @wraps(change)
    def changed_alone(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with CHANGING:
            return change(*args, **kwargs)

    return changed_alone


class Derived(Generic[_R]):
    """An attribute computed from the structure of a class when it is first asked for.

    It is computed and kept under the lock: :func:`functools.cached_property` could keep
    what another thread's change has made stale in the meantime.

    Args:
        derive: computes the value from the object.
    """

    def __init__(self, derive: Callable[[Any], _R]) -> None:
        self._derive = derive
        self.__doc__ = derive.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, obj: Any, owner: Any = None) -> _R:
        if obj is None:
            return self  # type: ignore[return-value]
        with CHANGING:
            kept: dict[str, _R] = obj.__dict__
            if self._name not in kept:
                kept[self._name] = self._derive(obj)
            return kept[self._name]
