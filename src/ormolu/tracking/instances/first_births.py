"""Instances that were in the making when their class came to be tracked.

A class that was never asked to be tracked is so from its first instance on, whose
``__init__`` runs by then and will not say when it ends.  Each thread finds its own: the
frames of another end while they are looked at, where CPython may crash.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from . import held

__all__ = ["FirstBirths"]

_BIRTHS = ("__init__", "__setstate__", "__attrs_init__", "model_post_init")

_PATIENCE = 60.0
"""So many seconds a thread may take until it first assigns to an instance it was making."""


class FirstBirths:
    """The threads that may have instances of a class in the making since before.

    Args:
        class_: the class, as it was before it was tracked.
    """

    def __init__(self, class_: type) -> None:
        self._class = class_
        self._codes = set(_codes_of(class_))
        self._threads = {thread.ident for thread in threading.enumerate()}
        self._threads.add(threading.get_ident())
        self._until = time.monotonic() + _PATIENCE

    def look_here(self) -> None:
        """Note which instances this thread is making, if it was there before."""
        here = threading.get_ident()
        if here in self._threads:
            self._threads.discard(here)
            for instance, code in _running(self._class, self._codes):
                held.begin_in(instance, code)

    def are_over(self) -> bool:
        """Return whether every thread has looked, is gone, or has had its time."""
        if not self._threads or time.monotonic() > self._until:
            return True
        return self._threads.isdisjoint(thread.ident for thread in threading.enumerate())


def _codes_of(class_: type) -> Iterator[CodeType]:
    for base in class_.__mro__:
        for name in _BIRTHS:
            function = vars(base).get(name)
            while function is not None:
                code = getattr(function, "__code__", None)
                if code is not None:
                    yield code
                function = getattr(function, "__wrapped__", None)


def _running(class_: type, codes: set[CodeType]) -> list[tuple[Any, CodeType]]:
    """Return the instances that this thread is making, and what makes each of them.

    One may make another before anything is assigned to it.

    Args:
        class_: their class.
        codes: those of the functions that make an instance; the outermost of these counts.
    """
    found: dict[int, tuple[Any, CodeType]] = {}
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code in codes and type(first := held.first_argument(frame)) is class_:
            found[id(first)] = first, frame.f_code
        frame = frame.f_back
    return list(found.values())
