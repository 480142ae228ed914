"""Lines of the program: who asked, and by which way of calls."""

from __future__ import annotations

import os
from itertools import takewhile
from types import FrameType
from typing import NamedTuple

from ..sqlalchemy.callers import frames
from ..sqlalchemy.origins import Origin, origin_of, origin_of_file

__all__ = [
    "NOWHERE",
    "Site",
    "call_path",
    "here",
    "is_of_the_layer",
    "is_of_the_program",
    "nearest",
    "short",
]

_DEEPEST = 60
"""As many lines of a call path are kept, those nearest to what was asked."""

_MOST_SITES = 50_000

_RUNNER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "cli", "run.py")


class Site(NamedTuple):
    """A line of the program.

    Attributes:
        path: the file, as Python names it.
        line: the number of the line.
        function: the function that it is in, by its qualified name.
    """

    path: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{short(self.path)}:{self.line}"


NOWHERE = Site("<unknown>", 0, "")
"""What stands for the line where there is none, as in a thread that C has begun."""


def short(path: str) -> str:
    """Return a path as seen from the working directory, if it is below that."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # another drive; a directory that is gone
        return path
    return path if relative.startswith("..") or path.startswith("<") else relative


def here() -> Site:
    """Return the nearest line of the program that led here."""
    return call_path()[-1]


def call_path() -> tuple[Site, ...]:
    """Return the lines of the program that led here, outermost first.

    Those of packages stand for them where no line is the program's own.
    """
    path = [(origin_of(frame), frame) for frame in takewhile(_is_below_the_command, frames())]
    for kind in (Origin.PROGRAM, Origin.PACKAGE, Origin.STANDARD):
        found = [frame for own, frame in path if own == kind]
        if found:
            return tuple(_site(frame) for frame in reversed(found[:_DEEPEST]))
    return (NOWHERE,)


def nearest(frame: FrameType | None) -> Site:
    """Return the first line of the program from a frame upwards; cheaper than a path."""
    at = frame
    while at is not None:
        if origin_of(at) is Origin.PROGRAM:
            return _site(at)
        at = at.f_back
    return here()


def is_of_the_program(path: str) -> bool:
    """Return whether a file is of the program itself, and not of a package it uses."""
    return origin_of_file(path) is Origin.PROGRAM


def is_of_the_layer(frame: FrameType) -> bool:
    """Return whether a frame is of SQLAlchemy's or ormolu's own code."""
    return origin_of(frame) is Origin.LAYER


_sites: dict[tuple[str, int, str], Site] = {}


def _site(frame: FrameType) -> Site:
    code = frame.f_code
    key = (code.co_filename, frame.f_lineno or 0, code.co_qualname)
    found = _sites.get(key)
    if found is None:
        if len(_sites) >= _MOST_SITES:  # of a program that makes code without end
            _sites.clear()
        found = _sites[key] = Site(*key)
    return found


def _is_below_the_command(frame: FrameType) -> bool:
    # what is above the command that runs the program is no part of it
    return frame.f_code.co_filename != _RUNNER
