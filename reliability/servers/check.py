"""Transactions on real servers: ``python -m reliability.servers.check WHICH TRANSACTIONS
TRANSFERS SEED``."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Engine

from ..cores import cores_here
from .clients import Process, Server, prepare
from .galera import Galera
from .postgresql import PostgreSQL
from .transfers import run as run_transfers
from .truth import Truth, ledger_of, read

__all__ = ["Struck", "run"]

Tell = Callable[[str], None]


class Struck:
    """Clients that work, one after the other, while they and their servers are struck.

    Args:
        server: what they work with; it is prepared for them.
        core: ``pure`` or ``native``: what is beneath their session.
        seed: what they do.

    Attributes:
        figures: how many transactions came to which end, and what was struck how often.
    """

    def __init__(self, server: Server, core: str, seed: str) -> None:
        self._server = server
        self._core = core
        self._seed = seed
        self._truth = Truth(*self._held())
        self.figures = self._truth.count

    def run(self, transactions: int, tell: Tell) -> None:
        """Let clients try so many transactions.

        Raises:
            AssertionError: the database does not hold exactly what was committed.
        """
        clients = 0
        while (left := transactions - self.figures["transactions"]) > 0:
            tell(f"{self._server.name}, {self._core} core: {left} transactions to go")
            self._client(f"{self._seed}.{clients}", left)
            clients += 1
            self._server.quiet()
            self._judge()
        self._server.settle()
        self._judge()

    def _client(self, seed: str, transactions: int) -> None:
        """Let one client work to its end, natural or not."""
        weights, every = self._server.strikes
        order = {"urls": self._server.urls, "seed": seed, "weights": weights, "every": every}
        process = Process("client", self._core, {**order, "transactions": transactions})
        for name, *entry in process.entries():
            if name == "strike":
                self._strike(process, *entry)
            else:
                self._hear(name, entry)

    def _strike(self, process: Process, what: str, target: dict[str, Any], delay: float) -> None:
        """Kill what a client wants to be killed, once it has gone on for a moment."""
        self.figures[f"{what} struck"] += 1
        time.sleep(delay)
        if what == "client":
            process.kill()
        else:
            self._server.strike(what, target)
            process.answer()

    def _hear(self, name: str, entry: list[Any]) -> None:
        if name == "compared":
            self.figures["instances compared"] += entry[0]
            return
        if name == "failed":
            self.figures["refused with a conflict"] += entry[0]
        getattr(self._truth, name)(*entry)

    def _held(self, engine: Engine | None = None) -> tuple[Any, set[str]]:
        with (engine or self._server.engines()[0]).connect() as connection:
            return read(connection), ledger_of(connection)

    def _judge(self) -> None:
        for engine in self._server.engines():
            contents, ledger = self._held(engine)
            self._truth.settle(ledger)
            self._truth.judge(contents, ledger)


def run(
    servers: Callable[[], AbstractContextManager[Server]],
    transactions: int,
    transfers: int,
    seed: int,
    tell: Tell,
) -> dict[str, Any]:
    """Run so many transactions on each core.

    Args:
        servers: starts what they work with.
        transactions: how many one session after the other tries.
        transfers: how many several writers commit at once, with the recipe.
        seed: what they do, and what is struck when.
        tell: told of the progress.

    Returns:
        How many transactions came to which end, and what was struck how often.

    Raises:
        AssertionError: something acknowledged was lost, part of something is there, or what
            is in memory does not agree.
    """
    figures: Counter[str] = Counter(cores=len(cores_here()))
    with servers() as server:
        for core in cores_here():
            try:
                figures += _on(server, core, transactions, transfers, str(seed), tell)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, {core} core: {error}") from error
    return dict(figures)


def _on(
    server: Server, core: str, transactions: int, transfers: int, seed: str, tell: Tell
) -> Counter[str]:
    prepare(server)
    struck = Struck(server, core, seed)
    struck.run(transactions, tell)
    tell(f"{server.name}, {core} core: {transfers} transfers")
    return struck.figures + Counter(run_transfers(server, core, seed, transfers))


def main(which: str, transactions: str, transfers: str, seed: str) -> None:
    """Run as the command line says."""
    servers: dict[str, Callable[[], Any]] = {"postgresql": PostgreSQL, "cluster": Galera}
    amount = (int(transactions), int(transfers))
    print(run(servers[which], *amount, int(seed), lambda line: print(line, file=sys.stderr)))


if __name__ == "__main__":
    main(*sys.argv[1:])
