"""What tracebacks and debuggers show of functions that were generated.

The standard library keeps the lines of source files in `linecache`, and asks it for a line
of a function that never was in a file too.
"""

from __future__ import annotations

import linecache
import sys
import weakref
from types import FrameType, FunctionType

__all__ = ["filename_for", "remember_source"]

_gone: list[str] = []
"""The names of sources whose functions are gone, and which are still to be forgotten."""


def filename_for(title: str) -> str:
    """Return a name for a source that no other has.

    Args:
        title: what the name tells of it.
    """
    _forget_what_is_gone()
    filename = f"<{title}>"
    number = 1
    while filename in linecache.cache:
        number += 1
        filename = f"<{title} ({number})>"
    return filename


def remember_source(function: FunctionType, filename: str, lines: list[str]) -> None:
    """Let tracebacks and debuggers show a function's source for as long as there is one.

    Args:
        function: the function.
        filename: its code's ``co_filename``, from `filename_for`.
        lines: its source, a text for each line, with no line ends.
    """
    source = [f"{line}\n" for line in lines]
    linecache.cache[filename] = (sum(map(len, source)), None, source, filename)
    weakref.finalize(function, _let_go, filename).atexit = False


def _let_go(filename: str) -> None:
    _gone.append(filename)
    # `checkcache` takes the names first and looks each up afterwards: a name that the
    # collector took out meanwhile would be a KeyError in the middle of a traceback
    if not _is_within_linecache():
        _forget_what_is_gone()


def _is_within_linecache() -> bool:
    """Whether a function of `linecache` is running, in this thread.

    The frames of other threads are none of ours: they end while they are looked at, and
    CPython 3.11 has been seen to crash there.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_globals is vars(linecache):
            return True
        frame = frame.f_back
    return False


def _forget_what_is_gone() -> None:
    while _gone:
        linecache.cache.pop(_gone.pop(), None)
