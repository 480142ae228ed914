"""Values in few characters: no tracked object is asked for its own ``repr``.

That may read an attribute, and so load it.  A ``repr`` of another class that raises is
named, with what it raised, in the place of the value.
"""

from __future__ import annotations

import reprlib
from types import FunctionType
from typing import Any

from .._kernel.sentinels import MISSING, NO_VALUE, PASSIVE_NO_RESULT
from .finding import find

__all__ = ["label", "shorten"]

LONGEST = 60
"""As many characters are shown of a value."""


def shorten(value: Any, longest: int = LONGEST) -> str:
    """Return a value as text of one line.

    Args:
        value: anything.
        longest: as many characters are shown, and no more.

    Example:
        >>> shorten({"name": "Ann", "tags": list(range(100))})
        "{'name': 'Ann', 'tags': [0, 1, 2, 3, 4, ...]}"
    """
    if value is MISSING or value is NO_VALUE or value is PASSIVE_NO_RESULT:
        return "(nothing)"
    try:
        text = _SHORT.repr(value)
    except Exception as error:  # of a class that says it is a list, and is none
        text = _unshowable(value, error)
    return _cut(" ".join(text.split()), longest)


def label(obj: Any) -> str:
    """Return what to call a tracked object: its class, and its key if it has one.

    Nothing of the object itself is called.
    """
    found = find(obj)
    name = type(obj).__name__
    key = None if found is None or found.state is None else getattr(found.state, "key", None)
    if isinstance(key, tuple) and len(key) == 3 and isinstance(key[1], tuple):
        # SQLAlchemy's, which names the class again
        inner = ", ".join(shorten(part, 20) for part in key[1])
        return f"{name} {inner}"
    if key is not None:
        return f"{name} {shorten(key, 30)}"
    return f"{name} at {id(obj):#x}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _unshowable(value: Any, error: Exception) -> str:
    return f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"


class _Short(reprlib.Repr):
    """Shortens containers by their members, however deep, and tracked objects to labels."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 5
        self.maxdict = 5
        self.maxstring = self.maxlong = LONGEST

    def repr1(self, x: Any, level: int) -> str:
        """Return a label, or what is usual for the type."""
        return self._usual(x, level) if find(x) is None else f"<{label(x)}>"

    def _usual(self, x: Any, level: int) -> str:
        # one of C shows members by their own; one of Python is the program's affair
        by_itself = isinstance(type(x).__repr__, FunctionType)
        for base in (list, tuple, set, frozenset, dict):
            if issubclass(type(x), base) and not by_itself:
                method = getattr(self, f"repr_{base.__name__}")
                return method(x, level)  # type: ignore[no-any-return]
        return super().repr1(x, level)

    def repr_set(self, x: Any, level: int) -> str:
        """Return a set in the order that it has: members need not compare."""
        return self._members(x, level, "{", "}", "set()")

    def repr_frozenset(self, x: Any, level: int) -> str:
        """Return the same of a frozen one."""
        return self._members(x, level, "frozenset({", "})", "frozenset()")

    def repr_dict(self, x: Any, level: int) -> str:
        """Return a dictionary in the order that it has."""
        if not dict.__len__(x):
            return "{}"
        if level <= 0:
            return "{...}"
        pairs = list(dict.items(x))
        shown = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in pairs[: self.maxdict]
        ]
        return "{" + ", ".join([*shown, "..."] if len(pairs) > len(shown) else shown) + "}"

    def _members(self, x: Any, level: int, left: str, right: str, empty: str) -> str:
        members = list(x)
        if not members:
            return empty
        if level <= 0:
            return f"{left}...{right}"
        shown = [self.repr1(member, level - 1) for member in members[: self.maxset]]
        return left + ", ".join([*shown, "..."] if len(members) > len(shown) else shown) + right

    def repr_instance(self, x: Any, level: int) -> str:
        """Return what the object says of itself, or what it raised."""
        try:
            text = repr(x)
        except Exception as error:
            return _unshowable(x, error)
        return _cut(text, 3 * LONGEST)


_SHORT = _Short()
