"""The checks of ``make reliability``, and how long each of them works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import memory
from .agreement import check as agreement
from .fuzz import check as fuzz
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


def _memory(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return memory.run(int(10_000_000 * scale), int(1_000_000 * scale), seed, tell)


def _fuzz(scale: float, seed: int, tell: Tell) -> dict[str, Any]:
    return fuzz.run(3600 * scale, seed, tell)


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
    Check("memory", "resident memory stays within two percent of its plateau", _memory),
    Check("fuzz", "public functions called with anything end no process", _fuzz),
    Check("threads", "what many threads do to the same classes at once is not lost", _threads),
)
