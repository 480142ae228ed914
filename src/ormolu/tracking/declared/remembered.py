"""What is asked of a class again and again, and stays the same."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["remembered"]

_T = TypeVar("_T")


def remembered(ask: Callable[[Any], _T]) -> Callable[[Any], _T]:
    """Return a function of a class that is asked once of each; it keeps none alive.

    Args:
        ask: the function; what it returns must not lead to the class.
    """
    known: weakref.WeakKeyDictionary[type, _T] = weakref.WeakKeyDictionary()

    @functools.wraps(ask)
    def answer(class_: Any) -> _T:
        try:
            return known[class_]
        except KeyError:
            found = known[class_] = ask(class_)
            return found

    return answer
