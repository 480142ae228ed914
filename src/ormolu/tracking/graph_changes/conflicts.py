"""Where what a change set expects is not what is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from ..._kernel.sentinels import MISSING
from ...errors import ConflictError
from .refs import Ref

__all__ = ["Choice", "Conflict", "OnConflict", "refuse"]

Choice = Literal["raise", "ours", "theirs"]
"""Whose side to take: that of what is there, that of the change set, or none."""


class Conflict(NamedTuple):
    """One place where a change set does not fit.

    Attributes:
        ref: the name of the object.
        key: the name of the field; ``None`` if it is about the whole object.
        path: where in the field, as it reads behind its name; mostly empty.
        expected: what the change set says was there, or ``MISSING``.
        found: what is there, or ``MISSING``.
        wanted: what the change set says is to be there, or ``MISSING``.
        why: what is wrong, in words.

    Example:
        >>> conflict = Conflict(Ref("Person", 1), "name", "", "Ann", "Bob", "Anna")
        >>> print(conflict)
        Person 1, name: expected 'Ann', found 'Bob', wanted 'Anna'
    """

    ref: Ref
    key: str | None = None
    path: str = ""
    expected: Any = MISSING
    found: Any = MISSING
    wanted: Any = MISSING
    why: str = ""

    def __str__(self) -> str:
        place = f"{self.ref}" if self.key is None else f"{self.ref}, {self.key}{self.path}"
        return f"{place}: {self.why or self._compared()}"

    def _compared(self) -> str:
        values = {"expected": self.expected, "found": self.found, "wanted": self.wanted}
        return ", ".join(f"{name} {_shown(value)}" for name, value in values.items())


OnConflict = Choice | Callable[[Conflict], Choice]
"""Whose side to take in all conflicts, or a function that decides of each."""


def _shown(value: Any) -> str:
    return "nothing" if value is MISSING else repr(value)


def refuse(what: str, conflicts: Sequence[Conflict], way_out: str) -> ConflictError:
    """Return the error that lists conflicts.

    Args:
        what: what was not done.
        conflicts: why not.
        way_out: what to do about it.
    """
    listed = "".join(f"\n  {conflict}" for conflict in conflicts)
    first = conflicts[0]
    return ConflictError(
        f"{what}, for {len(conflicts)} conflict(s):{listed}\n{way_out}",
        conflicts=conflicts,
        key=first.key,
    )
