"""One value that two sides have changed, each in its own way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._kernel.sentinels import MISSING
from ..values.differences import Item, Step, render
from ..values.leaves import find
from .values import is_same

__all__ = ["lists_merged", "three_way"]

Decide = Callable[[str, Any, Any, Any], Any]
"""Decides of a place that both sides changed, given its path, and what is expected, found
and wanted there; returns one of the latter."""


def three_way(
    expected: Any, found: Any, wanted: Any, decide: Decide, path: tuple[Step, ...] = ()
) -> Any:
    """Return a value with the changes of both sides.

    Dictionaries are taken key by key and sets member by member.  Of anything else, one
    side has to have left it as it was.

    Args:
        expected: what it was for both.
        found: what one has made of it.
        wanted: what the other has made of it.
        decide: is called for each place that both changed.
        path: what leads there.

    Example:
        >>> def decide(path, expected, found, wanted):
        ...     return f"{path}: {found} or {wanted}?"
        >>> three_way({"a": 1, "b": 1}, {"a": 2, "b": 1, "c": 2}, {"a": 1, "c": 3}, decide)
        {'a': 2, 'c': '.c: 2 or 3?'}
    """
    if is_same(expected, found) or is_same(found, wanted):
        return wanted
    if is_same(expected, wanted):
        return found
    kind = type(expected)
    if kind is type(found) is type(wanted):
        if kind is dict:
            return _dicts(expected, found, wanted, decide, path)
        if kind is set or kind is frozenset:
            return _sets(expected, found, wanted)
    return decide(render(path), expected, found, wanted)


def _dicts(
    expected: Any, found: Any, wanted: Any, decide: Decide, path: tuple[Step, ...]
) -> dict[Any, Any]:
    merged = {}
    for key in [*found, *(key for key in wanted if key not in found)]:
        old, mine, theirs = (find(side, key, MISSING) for side in (expected, found, wanted))
        value = three_way(old, mine, theirs, decide, (*path, Item(key)))
        if value is not MISSING:
            merged[key] = value
    return merged


def _sets(expected: Any, found: Any, wanted: Any) -> Any:
    return (found - (expected - wanted)) | (wanted - expected)


def lists_merged(expected: list[Any], found: list[Any], wanted: list[Any]) -> list[Any] | None:
    """Return a list with the members that both sides have added, and without what one removed.

    Where both have added some in one place, those of who was first come first.

    Args:
        expected: what it was for both; members have to be hashable.
        found: what one has made of it.
        wanted: what the other has made of it.

    Returns:
        the list; ``None`` if both have put members in another order, or one is there twice.

    Example:
        >>> lists_merged(["a", "b"], ["a", "b", "c"], ["b", "d"])
        ['b', 'c', 'd']
    """
    if any(len(set(side)) < len(side) for side in (expected, found, wanted)):
        return None
    common = set(expected).intersection(found, wanted)
    sides = (expected, found, wanted)
    order, ours, theirs = ([one for one in side if one in common] for side in sides)
    if theirs == order:
        return _with_additions(expected, found, wanted)
    return _with_additions(expected, wanted, found) if ours == order else None


def _with_additions(expected: list[Any], base: list[Any], other: list[Any]) -> list[Any]:
    known, removed = set(expected), set(expected).difference(other)
    there = [one for one in base if one not in removed]
    after = _additions(other, known, set(there))
    merged: list[Any] = []
    waiting = after.get(None, [])
    for one in there:
        if one in known:  # behind what the base has added in that place
            merged += waiting
            waiting = []
        merged.append(one)
        waiting = waiting + after.get((one,), [])
    return merged + waiting


def _additions(other: list[Any], known: set[Any], there: set[Any]) -> dict[Any, list[Any]]:
    """Return what a list adds, by the member, in a tuple, that it comes after."""
    found: dict[Any, list[Any]] = {}
    place = None
    for one in other:
        if one in there:
            place = (one,)
        elif one not in known:
            found.setdefault(place, []).append(one)
    return found
