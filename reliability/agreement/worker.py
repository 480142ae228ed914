"""One process: ``python -m reliability.agreement.worker stock|ormolu layer|session``.

It reads requests from its standard input, one line of JSON each, and answers each with one
line.  ``{"begin"}``, ``{"step"}``, ``{"renew"}`` and ``{"end"}`` run a program one step at a
time; ``{"program", "partings"}`` runs one and answers with all that was seen; ``{"seed",
"first", "count", "length", "partings"}`` runs random ones and answers with digests.

Partings are the steps after which a new world begins.  Stock says which they are, as it is
asked without any.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import random
import sys
import warnings
from importlib import import_module
from typing import Any

__all__: list[str] = []

_MODULES = {"layer": "steps", "session": "sessions"}

Partings = dict[str, Any]


def main() -> None:
    """Serve until the input ends."""
    if sys.argv[1] == "ormolu":
        import_module("ormolu.sqlalchemy").install()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what anyone prints is no answer
    warnings.simplefilter("ignore")
    worker = _Worker(*sys.argv[1:])
    gc.collect()
    gc.freeze()
    gc.disable()  # it would come at another time in each layer; the programs collect themselves
    for line in sys.stdin:
        answers.write(json.dumps(worker.answer(json.loads(line))) + "\n")
        answers.flush()


class _Worker:
    """Runs programs.  The imports wait until the layer is in place."""

    def __init__(self, layer: str, kind: str) -> None:
        kinds = import_module(f".{_MODULES[kind]}", __package__)
        self.outcome_of = import_module(".observe", __package__).outcome_of
        watch = import_module(".meant", __package__).Watch
        self.watch = watch() if layer == "stock" else None
        self.world: Any = kinds.WORLD
        self.steps: Any = kinds.STEPS
        self.present: Any = None
        self.junk: list[bytes] = []

    def answer(self, request: dict[str, Any]) -> Any:
        """Answer a request."""
        if "operations" in request:
            return list(self.steps.operations)
        if "draw" in request:
            return self.drawn(request["seed"], request["number"], request["length"])
        if "seed" in request:
            return self.digests(**request)
        if "program" in request:
            return self.run(**request)
        if "step" in request:
            return self.step(self.present, request["step"])
        if "renew" in request:
            self.present.renew()
        elif "end" in request:
            self.present.close()
            self.present = None
        else:
            self.present = self.world()
        return self.present.seen() if self.present else ""

    def step(self, world: Any, step: Any) -> tuple[str, str, Any]:
        """Take a step; return how it ended, what was seen, and how ormolu is to differ."""
        error = value = parting = None
        before = world.faults
        take = self.steps.operations[step[0]]
        try:
            value = take(world, *step[1:])
        except Exception as raised:
            error = raised
        told = self.outcome_of(error, value)
        if self.watch:
            parting = self.watch.parting(world, step, value, error, world.faults > before)
        del error, value
        return told, world.seen(), parting

    def run(
        self, program: list[Any], partings: Partings | None = None
    ) -> tuple[list[tuple[str, str]], Partings]:
        """Run a program; return what each step gave, and where ormolu is to differ."""
        given = partings is not None
        partings = {} if partings is None else partings
        # where a set is gone through by addresses, they are to be others each time
        self.junk = [bytes(random.randrange(600)) for _ in range(300)][:: random.randrange(1, 4)]
        world = self.world()
        told = []
        ended = False
        for place, step in enumerate(program):
            said, seen, parting = self.step(world, step)
            told.append((said, seen))
            if parting and not given and not ended:
                # the cores go on by themselves in the old world, if there are faults to come
                ended = self.steps.has_faults(program)
                partings[str(place)] = parting
            if str(place) in partings and not self.steps.has_faults(program):
                world.renew()
        world.close()
        return told, partings

    def drawn(self, seed: str, number: int, length: int) -> Any:
        """Return a random program; every fourth has call-outs that raise."""
        return self.steps.program(f"{seed}:{number}", length, number % 4 == 3)

    def digests(
        self, seed: str, first: int, count: int, length: int, partings: Any = None
    ) -> list[tuple[str, str, Partings]]:
        """Run random programs; return for each a digest of what it gave, and of what both give."""
        answers = []
        for number in range(first, first + count):
            program = self.drawn(seed, number, length)
            given = None if partings is None else partings[number - first]
            told, parted = self.run(program, given)
            shared = hashlib.blake2b()
            for text in self.shared(told, parted, self.steps.has_faults(program)):
                shared.update(text.encode())
            whole = hashlib.blake2b(repr(told).encode())
            answers.append((whole.hexdigest()[:16], shared.hexdigest()[:16], parted))
        return answers

    def shared(self, told: list[tuple[str, str]], partings: Partings, ends: bool) -> list[str]:
        """Return what stock and ormolu are both to see."""
        texts = []
        for place, (said, seen) in enumerate(told):
            parting = partings.get(str(place))
            if parting is None:
                texts += [said, seen]
                continue
            if parting[1]:
                texts.append(said)
            if ends:
                break
        return texts


if __name__ == "__main__":
    main()
