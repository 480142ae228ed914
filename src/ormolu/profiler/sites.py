"""Lines of the program: who asked, and by which way of calls."""

from __future__ import annotations

import os
from itertools import takewhile
from types import FrameType
from typing import NamedTuple

from ..sqlalchemy.callers import frames

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

_APPLICATION, _PACKAGE, _STANDARD, _LAYER = range(4)


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
    path = [(_kind(frame), frame) for frame in takewhile(_is_below_the_command, frames())]
    for kind in (_APPLICATION, _PACKAGE, _STANDARD):
        found = [frame for own, frame in path if own == kind]
        if found:
            return tuple(_site(frame) for frame in reversed(found[:_DEEPEST]))
    return (NOWHERE,)


def nearest(frame: FrameType | None) -> Site:
    """Return the first line of the program from a frame upwards; cheaper than a path."""
    at = frame
    while at is not None:
        if _kind(at) == _APPLICATION:
            return _site(at)
        at = at.f_back
    return here()


def is_of_the_program(path: str) -> bool:
    """Return whether a file is of the program itself, and not of a package it uses."""
    return _kind_of_file(path) == _APPLICATION


def is_of_the_layer(frame: FrameType) -> bool:
    """Return whether a frame is of SQLAlchemy's or ormolu's own code."""
    return _kind(frame) == _LAYER


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


_kinds: dict[str, int] = {}


def _kind(frame: FrameType) -> int:
    path = frame.f_code.co_filename
    found = _kinds.get(path)
    if found is not None:
        return found
    if not path.startswith("<") or path.startswith("<frozen "):
        return _kind_of_file(path)
    # typed at a prompt, or made by exec, which packages do as well
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return _LAYER if package in _LAYER_PACKAGES else _APPLICATION


def _kind_of_file(path: str) -> int:
    found = _kinds.get(path)
    if found is None:
        found = _found_kind(path)
        if not path.startswith("<"):
            _kinds[path] = found
    return found


def _directory(path: str) -> str:
    return os.path.join(os.path.realpath(path), "")


_OWN = _directory(os.path.join(os.path.dirname(__file__), os.pardir))
_RUNNER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "cli", "run.py")
_DEMO = os.path.join(_OWN, "cli", "demo", "")
_STDLIB = _directory(os.path.dirname(os.__file__))
_LAYER_PACKAGES = ("sqlalchemy", "greenlet", "ormolu")


def _found_kind(path: str) -> int:
    if path.startswith("<frozen "):
        return _STANDARD
    if path.startswith("<"):
        return _APPLICATION
    real = os.path.realpath(path)
    if real.startswith(_OWN):
        return _APPLICATION if real.startswith(_DEMO) else _LAYER
    parts = real.split(os.sep)
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            package = parts[parts.index(folder) + 1]
            return _LAYER if package in _LAYER_PACKAGES else _PACKAGE
    return _STANDARD if real.startswith(_STDLIB) else _APPLICATION
