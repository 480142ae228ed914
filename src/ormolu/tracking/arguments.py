"""Arguments of public functions that nothing could be done with."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from typing import Any, TypeVar

from ..core.faults.wording import shown
from ..errors import ArgumentError

__all__ = ["near", "need", "need_callback", "need_function", "several"]

_T = TypeVar("_T")


def need(given: object, kind: type | tuple[type, ...], name: str, wanted: str) -> None:
    """Refuse an argument that is of another kind.

    Args:
        given: the argument.
        kind: its class, or several.
        name: that of the parameter.
        wanted: what it has to be, for the message.

    Raises:
        ArgumentError: it is something else.
    """
    if not isinstance(given, kind):
        raise ArgumentError(f"{name} has to be {wanted}, not {shown(given)}", key=name)


def near(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that says which known name may be meant, or nothing.

    Example:
        >>> near("nam", ["id", "name"])
        ", did you mean 'name'?"
    """
    found = difflib.get_close_matches(name, list(known), 1)
    return f", did you mean {found[0]!r}?" if found else ""


def several(given: Iterable[_T], kind: type[Any], name: str, wanted: str) -> tuple[_T, ...]:
    """Return what is in an argument that has to hold several of a kind.

    Raises:
        ArgumentError: it is one text, or no collection, or something in it is of another kind.
    """
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise ArgumentError(
            f"{name} has to be a tuple or another collection of {wanted}, not {shown(given)}; "
            "put brackets and a comma around it",
            key=name,
        )
    found = tuple(given)
    for one in found:
        need(one, kind, f"each of {name}", f"one of {wanted}")
    return found


def need_function(given: object, name: str, wanted: str) -> None:
    """Refuse an argument that cannot be called.

    Args:
        given: the argument.
        name: that of the parameter.
        wanted: what it has to be, for the message.

    Raises:
        ArgumentError: it cannot be.
    """
    if not callable(given):
        raise ArgumentError(f"{name} has to be {wanted}, not {shown(given)}", key=name)


def need_callback(given: object, *of: str) -> None:
    """Refuse what cannot be called back, or would only begin to do something.

    Args:
        given: the function.
        of: the arguments that it is called with, in words.

    Raises:
        ArgumentError: it cannot be called so, or is a coroutine function.
    """
    if not callable(given):
        raise ArgumentError(
            f"{shown(given)} cannot be called back; give a function", key="callback"
        )
    asked = given if inspect.isroutine(given) else getattr(given, "__call__", given)  # noqa: B004
    if inspect.iscoroutinefunction(given) or inspect.iscoroutinefunction(asked):
        raise ArgumentError(
            f"{shown(given)} is a coroutine function, and a commit awaits nothing: what it "
            "returns would be thrown away, and nothing saved; have a function put the changes "
            "where a task of yours takes them, or await the saving before the commit",
            key="callback",
        )
    try:
        inspect.signature(given).bind(*of)
    except ValueError:  # a built-in tells no signature
        pass
    except TypeError as cause:
        raise ArgumentError(
            f"{shown(given)} cannot be called back: {cause}; it is called with {' and '.join(of)}",
            key="callback",
        ) from cause
