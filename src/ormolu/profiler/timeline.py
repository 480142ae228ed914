"""When what was asked for: statements by time, in a fixed number of intervals."""

from __future__ import annotations

__all__ = ["KINDS", "Timeline"]

KINDS = ("query", "lazy", "eager", "refresh", "write", "other")
"""What a statement is for; ``other`` ones are not the ORM's."""

_INTERVALS = 240
_FIRST_WIDTH = 1_000_000  # a millisecond


class Timeline:
    """Statements by the interval they began in; intervals double in width when they run out.

    Attributes:
        width: of an interval, in nanoseconds.
        counts: for each interval how many of each kind, in the order of :data:`KINDS`.
    """

    def __init__(self, begun: int) -> None:
        self._begun = begun
        self.width = _FIRST_WIDTH
        self.counts: list[list[int]] = []

    def add(self, kind: str, when: int) -> None:
        """Count a statement of a kind that began then."""
        at = max(0, when - self._begun) // self.width
        while at >= _INTERVALS:
            self._halve()
            at = max(0, when - self._begun) // self.width
        while len(self.counts) <= at:
            self.counts.append([0] * len(KINDS))
        self.counts[at][KINDS.index(kind)] += 1

    def _halve(self) -> None:
        self.width *= 2
        pairs = zip(self.counts[::2], [*self.counts[1::2], [0] * len(KINDS)], strict=False)
        self.counts = [[a + b for a, b in zip(*pair, strict=True)] for pair in pairs]
