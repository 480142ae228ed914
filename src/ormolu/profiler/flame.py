"""The boxes of a flame graph: a line of the program each, as wide as what was loaded below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .calls import Calls

__all__ = ["Box", "boxes_of"]

_NARROWEST = 0.002
"""A box that is a smaller part of the whole than that, by time and by number, is left out."""
_GIGA = 1e9


@dataclass(frozen=True)
class Box:
    """A line in a way of calls.

    Attributes:
        label: the function and its line.
        where: the file and the line.
        depth: how far from the root.
        time: where it begins and ends, as parts of the whole, by seconds.
        number: the same by the number of statements.
        seconds: what the statements below it took.
        loads: how many there were.
    """

    label: str
    where: str
    depth: int
    time: tuple[float, float]
    number: tuple[float, float]
    seconds: float
    loads: int


def boxes_of(calls: Calls) -> list[Box]:
    """Return the boxes, each before those that are below it."""
    return list(_boxes(calls, 0, 0.0, 0.0, calls)) if calls.loads else []


def _boxes(calls: Calls, depth: int, time: float, number: float, root: Calls) -> Iterator[Box]:
    wide = calls.nanoseconds / max(1, root.nanoseconds)
    many = calls.loads / root.loads
    if wide < _NARROWEST and many < _NARROWEST:
        return
    site = calls.site
    yield Box(
        label="all statements" if site is None else f"{site.function}:{site.line}",
        where="" if site is None else str(site),
        depth=depth,
        time=(time, time + wide),
        number=(number, number + many),
        seconds=calls.nanoseconds / _GIGA,
        loads=calls.loads,
    )
    for below in sorted(calls.below.values(), key=lambda one: -one.nanoseconds):
        yield from _boxes(below, depth + 1, time, number, root)
        time += below.nanoseconds / max(1, root.nanoseconds)
        number += below.loads / root.loads
