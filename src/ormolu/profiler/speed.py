"""What a read and an assignment take that nobody watches: the unit of an estimate."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

from ..attributes import register_attribute
from ..instrumentation import register_class, unregister_class

__all__ = ["nanoseconds_per_read", "nanoseconds_per_write"]

_TIMES = 2_000


@cache
def nanoseconds_per_read() -> float:
    """Return what reading an attribute of the layer takes here, loop included."""

    def read(point: Any) -> None:
        for _ in range(_TIMES):
            point.x  # noqa: B018 - to read it is the point

    return _timed(read)


@cache
def nanoseconds_per_write() -> float:
    """Return what assigning an attribute of the layer takes here."""

    def write(point: Any) -> None:
        for at in range(_TIMES):
            point.x = at

    return _timed(write)


def _timed(work: Callable[[Any], None]) -> float:
    class Point:
        pass

    register_class(Point)
    register_attribute(Point, "x")
    point: Any = Point()
    point.x = 1
    try:
        best = min(_once(work, point) for _ in range(5))
    finally:
        del point
        unregister_class(Point, force=True)
    return best / _TIMES


def _once(work: Callable[[Any], None], point: Any) -> int:
    begun = time.perf_counter_ns()
    work(point)
    return time.perf_counter_ns() - begun
