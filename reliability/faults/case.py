"""An operation in a situation, and what must hold after something went wrong in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from .application import Program
from .doors import Door
from .injecting import Attempt, attempt
from .operations import OPERATIONS, TAKES_ANY
from .sight import Labels, Sight, sight_of, with_loaded
from .world import SITUATIONS, World

__all__ = ["Case", "cases"]


class Case:
    """An operation in a situation.

    Args:
        program: the classes.
        situation: one of ``SITUATIONS``.
        name: of the operation.
    """

    def __init__(self, program: Program, situation: str, name: str) -> None:
        self.program, self.situation, self.name = program, situation, name
        self.disturbance = ""

    def _begin(self) -> tuple[World, Callable[[], Any]]:
        """Return a new world, and the operation, ready to be done in it."""
        world = World(self.program, self.situation)
        return world, OPERATIONS[self.name](world)

    def call_outs(self) -> list[str]:
        """Find the call-outs, and note what comes of the operation if none raises.

        ``raises`` says from then on whether it is one that is always refused.
        """
        world, operation = self._begin()
        labels = Labels()
        sight_of(world, labels)
        undisturbed = attempt(operation)
        self._result, self.raises = undisturbed.kind, undisturbed.error is not None
        undisturbed.error = None
        self._completed = sight_of(world, labels)
        self._repeated = sight_of(world, Labels())
        return undisturbed.called

    def disturb(
        self,
        what: str,
        doing: Callable[[Callable[[], Any]], Attempt],
        is_refused: Callable[[Attempt, str], bool],
    ) -> bool:
        """Do the operation while something goes wrong; return whether it was refused.

        Args:
            what: goes wrong, in words.
            doing: called with the operation, does it.
            is_refused: says of what came of it, and of what comes of it otherwise, whether
                the operation has ended because of what went wrong.

        Raises:
            AssertionError: it was done in part, or cannot be done any more.
        """
        self.disturbance = what
        world, operation = self._begin()
        labels = Labels()
        before = sight_of(world, labels)
        made = doing(operation)
        after = sight_of(world, labels)
        refused, kind = is_refused(made, self._result), made.kind
        made.error = None
        if refused:
            self._expect_nothing(before, after)
            self._repeat(world)
        else:
            what = f"went on with {kind}, and something is missing"
            self._compare(self._completed, after, what)
        return refused

    def _expect_nothing(self, before: Sight, after: Sight) -> None:
        if before == after:
            return
        read = self._merely_read(before, after)
        if read != after:
            self._compare(with_loaded(before, after, read), after, "was not taken back")

    def _merely_read(self, before: Sight, after: Sight) -> Sight:
        """Return what there is where the values that have been loaded are only read."""
        world, _ = self._begin()
        labels = Labels()
        sight_of(world, labels)
        for found in sorted(after.keys() - before.keys()):
            name, _, key = found.partition(".")
            if key:
                getattr(world.things[int(name)], key)
        return sight_of(world, labels)

    def _repeat(self, world: World) -> None:
        again = attempt(OPERATIONS[self.name](world))
        self._compare({"result": self._result}, {"result": again.kind}, "does not work again")
        again.error = None
        if self.name in TAKES_ANY:
            return
        # what the first try loaded is not loaded a second time
        found, expected = sight_of(world, Labels()), self._repeated
        all_loaded = with_loaded(found, expected, expected)
        # nor does it end the expiry of what a loader has nothing for
        expected = {
            key: all_loaded[key] if key.endswith(" expired") and _has(all_loaded, key, of) else of
            for key, of in expected.items()
        }
        self._compare(with_loaded(expected, found, found), all_loaded, _OTHERWISE)

    def _compare(self, expected: Sight, found: Sight, what: str) -> None:
        differ = {
            key: (expected.get(key), found.get(key))
            for key in sorted({*expected, *found})
            if expected.get(key) != found.get(key)
        }
        assert not differ, f"{self}: {what}: {differ}"

    def __str__(self) -> str:
        return f"{self.name!r}, {self.situation}, {self.disturbance}"


def _has(sight: Sight, key: str, names: list[str]) -> bool:
    """Whether a list of names in a sight has these in it."""
    return set(names) <= set(sight.get(key, ()))


_OTHERWISE = "does otherwise when repeated"


def cases(
    door: Door, part: float, chance: random.Random, kinds: tuple[bool, ...] = (False, True)
) -> Iterator[Case]:
    """Return a part of all operations in all situations.

    Args:
        door: where.
        part: of all there are.
        chance: chooses it.
        kinds: whether collections are of the program's own classes; one after the other.
    """
    for own in kinds:
        program = Program(door, own)
        for situation in SITUATIONS:
            for name in OPERATIONS:
                if chance.random() <= part:
                    yield Case(program, situation, name)
        program.close()
