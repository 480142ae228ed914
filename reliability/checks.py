"""The checks of ``make reliability``, and how long each of them works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import memory
from .agreement import check as agreement
from .cores import cores_here
from .faults import alone, starving
from .fuzz import check as fuzz
from .fuzz import guided
from .hostile import check as hostile
from .servers import check as servers
from .servers.galera import Galera
from .servers.postgresql import PostgreSQL
from .threads import check as threads

__all__ = ["CHECKS", "Check"]

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Check:
    """One of the checks.

    Attributes:
        name: what it is called on the command line.
        proves: what holds if it passes.
        run: called with how much of the full amount to do, a seed, and whom to tell of the
            progress; returns figures, and raises `AssertionError` if something does not hold.
    """

    name: str
    proves: str
    run: Callable[[float, int, Tell], dict[str, Any]]


def _layer(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return agreement.run("layer", int(10_000_000 * scale), str(seed), tell)


def _session(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return agreement.run("session", int(300_000 * scale), str(seed), tell)


def _faults(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return alone.ask_all("check", cores_here(), scale, seed, tell)


def _starving(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    if "native" not in cores_here() or not starving.is_possible():
        return {"skipped": "needs the native core, and CPython's _testcapi"}
    return alone.ask_all("starving", ("native",), scale, seed, tell)


def _memory(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return memory.run(int(10_000_000 * scale), int(1_000_000 * scale), seed, tell)


def _fuzz(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return fuzz.run(3600 * scale, seed, tell)


def _guided(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    if not guided.is_possible():
        return {"skipped": "needs atheris"}
    return guided.run(cores_here(), 3600 * scale, seed, tell)


def _hostile(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return hostile.run(1200 * scale, seed, tell)


def _postgresql(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return servers.run(PostgreSQL, int(1000 * scale), int(1000 * scale), seed, tell)


def _cluster(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    count = int(
        1000 * scale / len(cores_here())
    )  # nodes come back slowly: the cores share the work
    return servers.run(Galera, count, count, seed, tell)


def _threads(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return threads.run(900 * scale, seed, tell)


CHECKS = (
    Check(
        "agreement",
        "stock SQLAlchemy's layer and ormolu's cores see the same after each step",
        _layer,
    ),
    Check(
        "sessions",
        "the same of sessions on SQLite, with all that was sent to the database",
        _session,
    ),
    Check(
        "faults",
        "an exception from any call-out leaves all as it was, and the next try works",
        _faults,
    ),
    Check(
        "starving",
        "an operation that runs out of memory in the native core leaves all as it was",
        _starving,
    ),
    Check("memory", "resident memory stays within two percent of its plateau", _memory),
    Check("fuzz", "public functions called with anything end no process", _fuzz),
    Check("guided", "the same with what reaches new code, chosen by libFuzzer", _guided),
    Check(
        "hostile",
        "forged pickles, names and loaders run nothing, change nobody, end no process",
        _hostile,
    ),
    Check(
        "postgresql",
        "server, connection or client killed: exactly what was committed, in database and memory",
        _postgresql,
    ),
    Check(
        "cluster",
        "the same of three nodes of Galera, with conflicts: the work goes on at another",
        _cluster,
    ),
    Check("threads", "what many threads do to the same classes at once is not lost", _threads),
)
