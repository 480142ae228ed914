"""Random programs by the million: ``python -m reliability.agreement.check KIND STEPS SEED``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ..cores import cores_here
from .driver import Divergence, Layers, shrunk

__all__ = ["run"]

LENGTH = 60
BATCH = 25
ENOUGH = 5
"""After so many programs that part the layers a run ends: the first need not be the worst."""


def run(kind: str, steps: int, seed: str, tell: Callable[[str], None]) -> dict[str, int]:
    """Compare the layers on random programs.

    Args:
        kind: ``layer`` or ``session``.
        steps: how many steps each layer takes.
        seed: the same one makes the same programs.
        tell: told of the progress.

    Returns:
        How many programs and steps were run, by how many layers.

    Raises:
        AssertionError: they do not agree; it says which programs are the shortest to show it.
    """
    names = ("stock", *cores_here())
    layers = Layers(names, kind)
    programs = max(steps // LENGTH, 1)
    found: list[str] = []
    try:
        for number in layers.differing(seed, _batches(programs, kind, tell), LENGTH):
            found += _judged(kind, seed, number, names)
            if len(found) == ENOUGH:
                break
    finally:
        layers.end()
    assert not found, "\n\n".join(found)
    return {"layers": len(names), "programs": programs, "steps": programs * LENGTH}


def _batches(programs: int, kind: str, tell: Callable[[str], None]) -> Iterator[range]:
    for first in range(0, programs, BATCH):
        tell(f"{kind}: program {first:,} of {programs:,}")
        yield range(first, min(first + BATCH, programs))


def _judged(kind: str, seed: str, number: int, names: tuple[str, ...]) -> list[str]:
    """Report a program that seems to tell the layers apart, if it does so whenever it is run."""
    layers = Layers(names, kind)
    try:
        program = layers.program(seed, number, LENGTH)
        found = layers.surely(program)
        return [] if found is None else [_report(seed, number, shrunk(found, layers.surely))]
    finally:
        layers.end()


def _report(seed: str, number: int, found: Divergence) -> str:
    steps = "\n".join(json.dumps(step) for step in found.program)
    return f"program {number} of seed {seed} parts the layers:\n{steps}\n{found.report}"


def main(arguments: list[str]) -> Any:
    """Run as the command line says."""
    kind, steps, seed = arguments
    print(run(kind, int(steps), seed, lambda line: print(line, end="\r", file=sys.stderr)))


if __name__ == "__main__":
    main(sys.argv[1:])
