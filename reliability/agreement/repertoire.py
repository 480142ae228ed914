"""The operations of one kind of world, and random programs made of them.

A step is the name of an operation and three small numbers.  The numbers choose among what
lives at the time, so that every program makes sense whatever was shrunk away from it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

__all__ = ["Repertoire", "Step"]

Step = tuple[str, int, int, int]
Operation = Callable[[Any, int, int, int], Any]


class Repertoire:
    """Operations by name.

    Args:
        faults: the names of those after which a call-out raises on purpose.
    """

    def __init__(self, *faults: str) -> None:
        self.operations: dict[str, Operation] = {}
        self.faults = frozenset(faults)
        self._weights: dict[str, int] = {}

    def operation(self, weight: int = 1) -> Callable[[Operation], Operation]:
        """Make a function an operation; a program draws it in proportion to its weight."""

        def add(fn: Operation) -> Operation:
            self.operations[fn.__name__] = fn
            self._weights[fn.__name__] = weight
            return fn

        return add

    def include(self, other: Repertoire) -> None:
        """Have the operations of another as well, after those that there are."""
        self.operations.update(other.operations)
        self._weights.update(other._weights)

    def program(self, seed: str, length: int, with_faults: bool) -> list[Step]:
        """Return a random program; the same seed gives the same."""
        chance = random.Random(seed)
        names = [name for name in self.operations if with_faults or name not in self.faults]
        weights = [self._weights[name] for name in names]
        numbers = iter(lambda: chance.randrange(256), None)
        return [
            (name, next(numbers), next(numbers), next(numbers))
            for name in chance.choices(names, weights, k=length)
        ]

    def has_faults(self, program: list[Step]) -> bool:
        """Return whether a call-out is made to raise somewhere in a program."""
        return any(step[0] in self.faults for step in program)
