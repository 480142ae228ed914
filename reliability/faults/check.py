"""Every call-out of every operation raises: ``python -m reliability.faults.check DOOR PART SEED``.

An operation is tried in one world, for the call-outs that it has and for what comes of it.
For each of them there is a new world, the same as the first, where it raises.  Then all has
to be as it was before, and the same operation has to do what it did in the first world.
"""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .application import Program
from .doors import open_door
from .injecting import Attempt, attempt
from .operations import OPERATIONS, TAKES_ANY
from .sight import Labels, Sight, sight_of, with_loaded
from .world import SITUATIONS, World

__all__ = ["run"]

ROOT = Path(__file__).resolve().parents[2]


class InjectedError(Exception):
    """What no one expects."""


# and what the layer itself catches at one place or another
ERRORS: tuple[type[BaseException], ...] = (
    InjectedError,
    AttributeError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    StopIteration,
    KeyboardInterrupt,
)


class Case:
    """An operation in a situation.

    Args:
        program: the classes.
        situation: one of ``SITUATIONS``.
        name: of the operation.
    """

    def __init__(self, program: Program, situation: str, name: str) -> None:
        self.program, self.situation, self.name = program, situation, name
        self.at, self.error = 0, ""

    def begin(self) -> tuple[World, Callable[[], Any]]:
        """Return a new world, and the operation, ready to be done in it."""
        world = World(self.program, self.situation)
        return world, OPERATIONS[self.name](world)

    def call_outs(self) -> list[str]:
        """Find the call-outs, and note what comes of the operation if none raises."""
        world, operation = self.begin()
        undisturbed = attempt(operation)
        self.result = _kind_of(undisturbed)
        self.afterwards = sight_of(world, Labels())
        return undisturbed.called

    def fail(self, at: int, error: type[BaseException]) -> bool:
        """Have a call-out raise; return whether the exception came through.

        Raises:
            AssertionError: something is not as it was.
        """
        self.at, self.error = at, error.__name__
        world, operation = self.begin()
        labels = Labels()
        before = sight_of(world, labels)
        injected = error("injected")
        made = attempt(operation, at, injected)
        after = sight_of(world, labels)
        raised = made.has_raised(injected)
        made.error = None
        if raised:
            if with_loaded(before, after) != after:
                self._compare(self._merely_read(before, after), after, "was not taken back")
            self._repeat(world)
        return raised

    def _merely_read(self, before: Sight, after: Sight) -> Sight:
        """Return what there is where the values that have been loaded are only read."""
        world, _ = self.begin()
        labels = Labels()
        sight_of(world, labels)
        for found in sorted(after.keys() - before.keys()):
            name, _, key = found.partition(".")
            if key:
                getattr(world.things[int(name)], key)
        return sight_of(world, labels)

    def _repeat(self, world: World) -> None:
        again = attempt(OPERATIONS[self.name](world))
        self._compare({"result": self.result}, {"result": _kind_of(again)}, "does not work again")
        again.error = None
        if self.name in TAKES_ANY:
            return
        # what the first try loaded is not loaded a second time
        found, expected = sight_of(world, Labels()), self.afterwards
        found, expected = with_loaded(found, expected), with_loaded(expected, found)
        self._compare(expected, found, "does otherwise when repeated")

    def _compare(self, expected: dict[str, Any], found: dict[str, Any], what: str) -> None:
        differ = {
            key: (expected.get(key), found.get(key))
            for key in sorted({*expected, *found})
            if expected.get(key) != found.get(key)
        }
        assert not differ, f"{self}: {what}: {differ}"

    def __str__(self) -> str:
        return f"{self.name!r}, {self.situation}, {self.error} at call-out {self.at}"


def _kind_of(made: Attempt) -> str:
    return type(made.error or made.value).__name__


def check(door: str, part: float, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Inject in this process.

    Args:
        door: ``core`` or ``sqlalchemy``.
        part: of all that there is to inject.
        seed: which part.
        tell: told of the progress.

    Returns:
        how many faults there were, how many call-outs, and what did not come through.

    Raises:
        AssertionError: something was not taken back, or does not work any more.
    """
    chance = random.Random(seed)
    opened = open_door(door)
    swallowed: Counter[str] = Counter()
    faults = operations = 0
    called: set[str] = set()
    for own in (False, True):
        program = Program(opened, own)
        for case in _cases(program):
            if chance.random() > part:
                continue
            operations += 1
            for at, name in enumerate(case.call_outs(), 1):
                called.add(name)
                for error in ERRORS:
                    faults += 1
                    if not case.fail(at, error):
                        swallowed[f"{name} {error.__name__}"] += 1
            gc.collect(0)
            tell(f"faults: {faults:,} at the door {door}")
        program.close()
    return {
        "operations": operations,
        "faults": faults,
        "call-outs": sorted(called),
        "swallowed": dict(swallowed),
    }


def _cases(program: Program) -> Iterator[Case]:
    for situation in SITUATIONS:
        for name in OPERATIONS:
            yield Case(program, situation, name)


def run(part: float, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Inject at both doors, each in a process of its own."""
    figures: dict[str, Any] = {}
    return figures


def main(arguments: list[str]) -> None:
    """Run as the command line says."""
    warnings.simplefilter("ignore")
    door, part, seed = arguments
    found = check(door, float(part), int(seed), lambda line: print(line, end="\r", file=sys.stderr))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
