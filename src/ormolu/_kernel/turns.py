"""One thread at a time in the kernel, where it needs that.

The native form of this module is ``turns.pyx``.  What is not compiled needs nothing:
CPython sees to it that its own objects are whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

__all__ = ["guarded", "take_turns", "unguarded"]


def take_turns(modules: Iterable[ModuleType]) -> None:
    """Have one thread at a time in all of some modules of the kernel.

    Args:
        modules: those modules; nobody has derived from their classes yet.
    """


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that was made later on, and takes turns too."""
    return function


def unguarded(class_: type) -> list[str]:
    """Return the slots by which a class leads into the kernel past the turns; for tests."""
    return []
