"""Starts the processes that work with a server, and hears what they tell."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol

from sqlalchemy import Engine

from ..cores import ROOT, on_core

__all__ = ["Process", "Server", "prepare"]


class Server(Protocol):
    """What is struck: one server or several that hold the same."""

    name: str
    urls: list[str]
    strikes: tuple[dict[str, int], float]
    isolation: str | None

    def strike(self, what: str, target: dict[str, Any]) -> None:
        """Kill something; return when all can go on."""

    def storm(self, chance: random.Random) -> None:
        """Kill something that chance chooses."""

    def quiet(self) -> None:
        """Wait until nothing that a lost connection asked for is still being done."""

    def settle(self) -> None:
        """Wait until all servers are there."""

    def engines(self) -> list[Engine]:
        """Return an engine for each server that has to hold the same."""


class Process:
    """A process that works on one of ormolu's cores.

    Args:
        module: which of this package.
        core: ``pure`` or ``native``.
        order: what it is to do.
    """

    def __init__(self, module: str, core: str, order: dict[str, Any]) -> None:
        self.killed = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.{module}", json.dumps(order)],
            **on_core(core),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def entries(self) -> Iterator[list[Any]]:
        """Yield what it tells, until it has ended; a line that was cut off is none.

        Raises:
            AssertionError: it did not end as it should.
        """
        process = self._process
        assert process.stdout and process.stderr
        with process:
            try:
                for line in process.stdout:
                    with suppress(json.JSONDecodeError):
                        yield json.loads(line)
                said, status = process.stderr.read(), process.wait()
                wanted = -9 if self.killed else 0
                assert status == wanted, f"it ended with {status}: {said[-6000:]}"
            finally:
                process.kill()

    def answer(self) -> None:
        """Tell it that what it asked for has been done."""
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it has died of itself, which `entries` tells
            self._process.stdin.write("done\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """Kill it with signal 9."""
        self.killed = True
        self._process.kill()


def prepare(server: Server) -> None:
    """Make the tables anew."""
    command = [sys.executable, "-m", f"{__package__}.prepare", server.urls[0]]
    subprocess.run(command, cwd=ROOT, check=True)
