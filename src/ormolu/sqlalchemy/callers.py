"""The line of the program that something is done for: past all frameworks that it went through."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType

from .origins import Origin, origin_of

__all__ = ["application_frame", "frames", "where"]


def application_frame() -> FrameType | None:
    """Return the innermost frame that is the program's own; ``None`` if there is none.

    One of a package stands for it where no line is the program's own, and one of the standard
    library where there is none of a package.  From within a greenlet, those that wait for it
    are looked at as well.
    """
    best, found = Origin.LAYER, None
    for frame in frames():
        origin = origin_of(frame)
        if origin < best:
            best, found = origin, frame
            if origin is Origin.PROGRAM:
                break
    return found


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
