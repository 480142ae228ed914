"""Whose a line of code is: the program's, a package's, Python's own, or the layer's."""

from __future__ import annotations

import os
from enum import IntEnum
from types import FrameType

__all__ = ["Origin", "origin_of", "origin_of_file"]


class Origin(IntEnum):
    """Whose code is; the sooner one, the more it tells of who wanted something."""

    PROGRAM = 0
    PACKAGE = 1
    STANDARD = 2
    LAYER = 3
    """SQLAlchemy, ormolu, and what switches between their greenlets."""


_LAYER_PACKAGES = ("sqlalchemy", "greenlet", "ormolu")

_known: dict[str, Origin] = {}


def origin_of(frame: FrameType) -> Origin:
    """Return whose the code of a frame is."""
    path = frame.f_code.co_filename
    found = _known.get(path)
    if found is not None:
        return found
    if not path.startswith("<") or path.startswith("<frozen "):
        return origin_of_file(path)
    # typed at a prompt, or made by exec, which packages do as well
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return Origin.LAYER if package in _LAYER_PACKAGES else Origin.PROGRAM


def origin_of_file(path: str) -> Origin:
    """Return whose a file is, by its path as Python names it."""
    found = _known.get(path)
    if found is None:
        found = _found_origin(path)
        if not path.startswith("<"):
            _known[path] = found
    return found


def _directory(path: str) -> str:
    return os.path.join(os.path.realpath(path), "")


_OWN = _directory(os.path.join(os.path.dirname(__file__), os.pardir))
_DEMO = os.path.join(_OWN, "cli", "demo", "")
_STDLIB = _directory(os.path.dirname(os.__file__))


def _found_origin(path: str) -> Origin:
    if path.startswith("<frozen "):
        return Origin.STANDARD
    if path.startswith("<"):
        return Origin.PROGRAM
    real = os.path.realpath(path)
    if real.startswith(_OWN):
        return Origin.PROGRAM if real.startswith(_DEMO) else Origin.LAYER
    parts = real.split(os.sep)
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            package = parts[parts.index(folder) + 1]
            return Origin.LAYER if package in _LAYER_PACKAGES else Origin.PACKAGE
    return Origin.STANDARD if real.startswith(_STDLIB) else Origin.PROGRAM
