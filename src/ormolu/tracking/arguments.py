"""Arguments of public functions that nothing could be done with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from ..core.faults.wording import shown
from ..errors import ArgumentError

__all__ = ["need", "several"]

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
