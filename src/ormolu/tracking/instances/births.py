"""What an instance is assigned while it is made is no change of it."""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from ..._kernel.beside import BeingMade
from . import held

__all__ = ["BODY_OF_INIT", "MADE", "birth", "codes_of_new", "is_in_new", "set_slots"]

MADE: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()
"""The functions that stand on classes in the place of their own."""

BODY_OF_INIT = (
    "    if {manager}.begin({instance}):",
    "        try:",
    "            return {init}({call})",
    "        finally:",
    "            {manager}.end({instance})",
    "    else:",
    "        return {init}({call})",
)
"""The body of a generated ``__init__``, whose manager is a `Making`."""


def birth(
    original: Callable[..., Any], how: BeingMade, end: Callable[[Any], None] = held.end
) -> Callable[..., Any]:
    """Return a method that makes an instance, such as ``__setstate__``, as one that says so.

    Args:
        original: the method.
        how: what it says.
        end: called with the instance afterwards.
    """

    @functools.wraps(original)
    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if not held.begin(self, how):
            return original(self, *args, **kwargs)
        try:
            return original(self, *args, **kwargs)
        finally:
            end(self)

    MADE.add(method)
    return method


def set_slots(self: Any, state: Any) -> None:
    """Set the values of a copy or of a pickle, as is done where there is no ``__setstate__``.

    Values in slots are assigned one by one, which would be changes.
    """
    values, slots = state if isinstance(state, tuple) else (state, None)
    if values:
        self.__dict__.update(values)
    for name, value in (slots or {}).items():
        setattr(self, name, value)


def codes_of_new(class_: type) -> frozenset[CodeType]:
    """Return the code of each ``__new__`` of a class and its bases that is written in Python."""
    own = [vars(base).get("__new__") for base in class_.__mro__]
    codes = [getattr(getattr(one, "__func__", one), "__code__", None) for one in own]
    return frozenset(code for code in codes if code is not None)


def is_in_new(codes: frozenset[CodeType], instance: Any) -> bool:
    """Return whether a ``__new__`` that is running has an instance in one of its variables.

    Nothing is known of the instance then, and ``__init__`` is yet to be called.

    Args:
        codes: those of the ``__new__`` of its class and of the bases.
        instance: the instance.
    """
    frame: FrameType | None = sys._getframe(1) if codes else None
    while frame is not None:
        if frame.f_code in codes and any(one is instance for one in frame.f_locals.values()):
            return True
        frame = frame.f_back
    return False
