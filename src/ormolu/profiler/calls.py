"""Loads by the way of calls that led to them: what a flame graph shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sites import Site

__all__ = ["Calls"]

_MOST = 5_000
"""As many lines are kept apart; what is beyond is counted where it leaves them."""


@dataclass(slots=True)
class Calls:
    """A line in a way of calls, and what was loaded below it.

    Attributes:
        site: the line; ``None`` at the root.
        loads: how many statements were asked for from there on.
        nanoseconds: how long they took.
        below: the lines that it called.
    """

    site: Site | None = None
    loads: int = 0
    nanoseconds: int = 0
    below: dict[Site, Calls] = field(default_factory=dict)
    size: int = 1

    def add(self, path: tuple[Site, ...], nanoseconds: int) -> None:
        """Count a statement, for each line of the way that led to it."""
        self._count(nanoseconds)
        at = self
        for site in path:
            following = at.below.get(site)
            if following is None:
                if self.size >= _MOST:
                    return
                self.size += 1
                following = at.below[site] = Calls(site)
            at = following
            at._count(nanoseconds)

    def _count(self, nanoseconds: int) -> None:
        self.loads += 1
        self.nanoseconds += nanoseconds
