"""Runs the same programs in several workers, and finds the shortest that tells them apart."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from ..cores import on_core

__all__ = ["Divergence", "Layers", "Worker", "shrunk"]

_ATTEMPTS = {"layer": 1, "session": 40}


class Worker:
    """A process that runs programs on one layer.

    Args:
        layer: ``stock``, ``pure`` or ``native``.
        kind: ``layer`` or ``session``: what the programs work on.
    """

    def __init__(self, layer: str, kind: str) -> None:
        self.layer = layer
        which, core = ("stock", "pure") if layer == "stock" else ("ormolu", layer)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reliability.agreement.worker", which, kind],
            **on_core(core, PYTHONHASHSEED="0"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, **request: Any) -> None:
        """Send a request."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def receive(self) -> Any:
        """Wait for the answer to a request.

        Raises:
            RuntimeError: the worker has died.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker with the {self.layer} layer died: {self.end()}")
        return json.loads(line)

    def end(self) -> int:
        """Let the process end; return its exit status."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        status = self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status


class Divergence(Exception):  # noqa: N818 - it is what was looked for, and no fault of ours
    """Two layers saw different things.

    Attributes:
        program: the steps up to the one where they part.
        report: what each saw.
    """

    def __init__(self, program: list[Any], report: str) -> None:
        super().__init__(report)
        self.program = program
        self.report = report


class Layers:
    """Several workers, asked the same.

    Args:
        names: which layers; stock first, where it is one of them.
        kind: ``layer`` or ``session``: what the programs work on.
    """

    def __init__(self, names: tuple[str, ...], kind: str = "layer") -> None:
        workers = [Worker(name, kind) for name in names]
        self.stock = workers.pop(0) if names[0] == "stock" else None
        self.cores = workers
        self.kind = kind
        self._together = True
        self._forgives = True
        self._program: list[Any] = []

    # -- whole programs, one after the other -------------------------------------------

    def program(self, seed: str, number: int, length: int) -> list[Any]:
        """Return a random program."""
        request = {"draw": True, "seed": seed, "number": number, "length": length}
        drawn: list[Any] = _asked(self.cores[:1], **request)[0]
        return drawn

    def operations(self) -> list[str]:
        """Return the names of the operations."""
        names: list[str] = _asked(self.cores[:1], operations=True)[0]
        return names

    def forgive_nothing(self) -> None:
        """Take every difference for one that is not meant."""
        self._forgives = False

    def surely(self, program: list[Any]) -> Divergence | None:
        """Return where the layers part, if they do so whenever a program is run.

        SQLAlchemy itself goes through some sets by the addresses of what is in them, which
        decides what a flush that fails has done by then.
        """
        found = None
        for _ in range(_ATTEMPTS[self.kind]):
            found = self.run(program)
            if found is None:
                return None
        return found

    def run(self, program: list[Any]) -> Divergence | None:
        """Run a whole program; return where the layers part, if they do."""
        told: Any = None
        partings: dict[str, Any] = {}
        if self.stock:
            told, partings = self._stock_of(program=program)
        partings = partings if self._forgives else {}
        answers = _asked(self.cores, program=program, partings=partings)
        ends = _has_faults(program)
        for place, seen in enumerate(zip(*(answer[0] for answer in answers), strict=True)):
            parting = partings.get(str(place))
            try:
                self._compare(program[: place + 1], told and told[place], list(seen), parting)
            except Divergence as found:
                return found
            if parting and ends:
                told = None
        return None

    def differing(self, seed: str, batches: Iterable[range], length: int) -> Iterator[int]:
        """Yield the numbers of the random programs that the layers do not agree on.

        Stock runs a batch while the cores run the one before it, as they have to be told
        where they are to differ.
        """
        waiting: tuple[range, list[Any]] | None = None
        for batch in chain(batches, (None,)):
            if batch is not None and self.stock:
                self.stock.send(seed=seed, first=batch[0], count=len(batch), length=length)
            if waiting is not None:
                yield from self._differing_in(*waiting, seed=seed, length=length)
            if batch is not None:
                waiting = batch, self.stock.receive() if self.stock else []
            else:
                waiting = None

    def _differing_in(
        self, batch: range, of_stock: list[Any], seed: str, length: int
    ) -> Iterator[int]:
        partings = [parted for _, _, parted in of_stock] if of_stock else [{}] * len(batch)
        answers = _asked(
            self.cores,
            seed=seed,
            first=batch[0],
            count=len(batch),
            length=length,
            partings=partings,
        )
        for place, digests in enumerate(zip(*answers, strict=True)):
            shared = {shared for _, shared, _ in digests}
            if of_stock:
                shared.add(of_stock[place][1])
            if len({whole for whole, _, _ in digests}) > 1 or len(shared) > 1:
                yield batch[place]

    # -- one step at a time ------------------------------------------------------------

    def begin(self) -> None:
        """Begin a program that is sent step by step."""
        self._program = []
        self._together = self.stock is not None
        self._compare_worlds(begin=True)

    def step(self, step: Any) -> None:
        """Take the next step of a program.

        Raises:
            Divergence: the layers saw different things.
        """
        self._program.append(step)
        told, parting = None, None
        if self._together:
            *told, parting = self._stock_of(step=step)
        seen = [answer[:2] for answer in _asked(self.cores, step=step)]
        self._compare(self._program, told, seen, parting)
        if parting and _has_faults(self._program):
            self._together = False
            self._stock_of(end=True)
        elif parting:
            self._compare_worlds(renew=True)

    def finish(self) -> None:
        """End a program that was sent step by step."""
        self._compare_worlds(end=True)

    def _compare_worlds(self, **request: Any) -> None:
        told = ["", self._stock_of(**request)] if self._together else None
        seen = [["", answer] for answer in _asked(self.cores, **request)]
        self._compare(self._program, told, seen, None)

    def _stock_of(self, **request: Any) -> Any:
        return _asked([self.stock], **request)[0] if self.stock else None

    def _compare(self, program: list[Any], told: Any, seen: list[Any], parting: Any) -> None:
        """Raise `Divergence` where what was seen differs, of those that are to agree."""
        for part in (0, 1):
            compared = [
                (worker.layer, of[part]) for worker, of in zip(self.cores, seen, strict=True)
            ]
            if told and (not parting or (part == 0 and parting[1])):
                compared.insert(0, ("stock", told[part]))
            if len({text for _, text in compared}) > 1:
                raise Divergence(list(program), _difference(compared))

    def end(self) -> None:
        """End the workers."""
        for worker in (*self.cores, *([self.stock] if self.stock else [])):
            worker.end()


def _asked(workers: list[Worker], **request: Any) -> list[Any]:
    """Return the answers of workers to a request; they work at the same time."""
    for worker in workers:
        worker.send(**request)
    return [worker.receive() for worker in workers]


def shrunk(found: Divergence, run: Callable[[list[Any]], Divergence | None]) -> Divergence:
    """Return the divergence of the shortest program found that still has one.

    Pieces of the program are left out, large ones first, as long as it diverges (Zeller and
    Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
    """
    size = len(found.program)
    while size:
        place = 0
        while place < len(found.program):
            shorter = found.program[:place] + found.program[place + size :]
            again = run(shorter) if shorter else None
            if again is None:
                place += size
            else:
                found = again
        size //= 2
    return found


def _has_faults(program: list[Any]) -> bool:
    return any(step[0] == "raise_soon" for step in program)


def _difference(compared: list[tuple[str, str]]) -> str:
    """Return the lines that differ, for each layer."""
    lines = [text.split("\n") for _, text in compared]
    told: list[str] = []
    for place in range(max(map(len, lines))):
        row = [of[place] if place < len(of) else "(nothing)" for of in lines]
        if len(set(row)) > 1:
            told.extend(
                f"{layer:>7}: {text}" for (layer, _), text in zip(compared, row, strict=True)
            )
    return "\n".join(told)
