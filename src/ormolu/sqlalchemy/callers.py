"""The line of the program that something is done for: past all frameworks that it went through."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType

__all__ = ["application_frame", "frames", "where"]

_PASSED_OVER = frozenset({"sqlalchemy", "ormolu", "greenlet", "asyncio", "contextlib"})


def application_frame() -> FrameType | None:
    """Return the innermost frame that is the program's own; ``None`` if there is none.

    From within a greenlet, those that wait for it are looked at as well.
    """
    for frame in frames():
        if frame.f_globals.get("__name__", "").partition(".")[0] not in _PASSED_OVER:
            return frame
    return None


def where(frame: FrameType) -> str:
    """Return the line that a frame is at, as ``file:number``."""
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def frames() -> Iterator[FrameType]:
    """Yield the frames that led to whoever goes through them, the innermost first.

    From within a greenlet those that wait for it follow.
    """
    yield from _upwards(sys._getframe(2))
    greenlet = sys.modules.get("greenlet")
    current = None if greenlet is None else greenlet.getcurrent().parent
    while current is not None:
        yield from _upwards(current.gr_frame)
        current = current.parent


def _upwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
