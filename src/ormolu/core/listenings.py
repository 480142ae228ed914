"""Where the listeners of a class are remembered: on the class itself.

A listener often refers to what it listens to, by what it keeps of it.  On the class both
are part of one cycle, and go together; in a dictionary of the whole process, even a weak
one, the listener would hold the class, and so its own entry, for ever.
"""

from __future__ import annotations

from typing import Any

__all__ = ["forget", "listenings_of", "remember"]

_ATTR = "_ormolu_listenings"

# those of built-in classes, which take no attributes and stay as long as the process
_of_builtins: dict[type, list[Any]] = {}


def listenings_of(class_: type) -> list[Any]:
    """Return what listens to this very class; not for changing."""
    found: list[Any] | None = class_.__dict__.get(_ATTR)
    return _of_builtins.get(class_, []) if found is None else found


def remember(class_: type, listening: Any) -> None:
    """Take down that ``listening`` listens to ``class_``."""
    found = listenings_of(class_)
    if found:
        found.append(listening)
        return
    try:
        # a metaclass has its own ideas of what an attribute is
        type.__setattr__(class_, _ATTR, [listening])
    except TypeError:
        _of_builtins[class_] = [listening]


def forget(class_: type, listening: Any) -> None:
    """Take down that it does so no longer."""
    found = listenings_of(class_)
    found.remove(listening)
    if not found and _ATTR in class_.__dict__:
        type.__delattr__(class_, _ATTR)
