"""Writers at several nodes at once, with the recipe of examples/cluster.py, in a storm."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine, text

from .clients import Process, Server

__all__ = ["Told", "judge", "run"]

_WRITERS = 3
_CALM = 2.0

# the id of a transfer, and what it moved from where to where
Told = dict[str, list[int]]


def run(server: Server, core: str, seed: str, transfers: int) -> dict[str, int]:
    """Let writers move amounts while their servers are killed.

    Args:
        server: what they work with; it is prepared for them.
        core: ``pure`` or ``native``.
        seed: what they move.
        transfers: how many.

    Returns:
        How many transfers were acknowledged, in how many tries, and how often there was a kill.

    Raises:
        AssertionError: one that was acknowledged is missing, or is there in part; or the
            nodes are not equal.
    """
    acknowledged: Told = {}
    figures: Counter[str] = Counter()
    for name, key, moved in _work(server, core, seed, transfers, figures):
        if name == "acknowledged":
            acknowledged[key] = moved
        figures[name] += int(key) if name == "tries" else 1
    server.settle()
    judge(server.engines(), acknowledged)
    return {f"transfers {name}": count for name, count in figures.items()}


def judge(engines: list[Engine], acknowledged: Told) -> None:
    """See that every node holds what was acknowledged, all of it, and the same.

    Raises:
        AssertionError: one does not.
    """
    held = [_held(engine) for engine in engines]
    balances, moved, ledger = held[0]
    lost = {key: what for key, what in acknowledged.items() if moved.get(key) != what}
    assert not lost, f"acknowledged, and not there: {lost}"
    assert moved.keys() == ledger, f"there in part: {moved.keys() ^ ledger}"
    total: Counter[int] = Counter()
    for source, target, amount in moved.values():
        total[source] -= amount
        total[target] += amount
    assert balances == {account: total[account] for account in balances}, "there in part"
    assert all(one == held[0] for one in held), "the nodes are not equal"


def _held(engine: Engine) -> tuple[dict[int, int], Told, set[str]]:
    with engine.connect() as connection:
        balances = connection.execute(text("SELECT id, balance FROM account")).all()
        moved = connection.execute(text("SELECT id, source, target, amount FROM transfer")).all()
        # the ledger is that of other transactions too
        ledger = connection.execute(text("SELECT id FROM ledger WHERE id LIKE '%writer%'"))
        return (
            dict(map(tuple, balances)),
            {key: what for key, *what in moved},
            set(ledger.scalars()),
        )


def _work(
    server: Server, core: str, seed: str, transfers: int, figures: Counter[str]
) -> Iterable[list[Any]]:
    """Let writers work through a storm; return what they told."""
    chance = random.Random(seed)
    with ThreadPoolExecutor(_WRITERS) as pool:
        told = [
            pool.submit(_told, Process("writer", core, order))
            for order in _orders(server, seed, transfers)
        ]
        time.sleep(1 + chance.random())
        while not all(one.done() for one in told):
            server.storm(chance)
            figures["struck"] += 1
            _pause(told, _CALM * chance.random())
        return [entry for one in told for entry in one.result()]


def _orders(server: Server, seed: str, transfers: int) -> Iterable[dict[str, Any]]:
    for number in range(_WRITERS):
        first = number % len(server.urls)
        yield {
            "urls": server.urls[first:] + server.urls[:first],
            "seed": f"{seed}.writer{number}",
            "isolation": server.isolation,
            "transfers": -(-transfers // _WRITERS),
        }


def _told(process: Process) -> list[list[Any]]:
    return list(process.entries())


def _pause(told: list[Future[Any]], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not all(one.done() for one in told):
        time.sleep(0.02)
