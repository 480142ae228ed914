"""A pytest plugin that runs each test again and again, and looks what stays.

usage: pytest -p leaks

What a first round leaves is kept results; what every further one leaves is a leak, and
fails the test.  Memory is counted in the blocks that the interpreter has given out, and,
on a debug build, in references too.
"""

from __future__ import annotations

import gc
import sys
from array import array
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

# rounds until the caches are full; that are looked at; until it is certain that a test
# leaks: of what is only slow to settle, some round leaves nothing
WARM, LOOKED_AT, CERTAIN = 3, 3, 40


def _references() -> int:
    """Return how many references there are, without those to types of Cython's own.

    A generator that Cython 3.3 has compiled takes a reference to its type that is never
    given back: one to a type that is there for ever.  A generator that stays is seen by the
    references to itself.
    """
    types = [
        member
        for name, module in sys.modules.items()
        if name.startswith("_cython_")
        for member in vars(module).values()
        if isinstance(member, type)
    ]
    counted: int = sys.gettotalrefcount() - sum(map(sys.getrefcount, types))  # type: ignore[attr-defined]
    return counted


COUNTERS: dict[str, Callable[[], int]] = {"blocks": sys.getallocatedblocks}
if hasattr(sys, "gettotalrefcount"):
    COUNTERS["references"] = _references


def forget_lookups() -> None:
    """Empty the interpreter's cache of look-ups on types.

    It holds the names that were looked up, by their addresses: those that are made anew, as
    unpickling and copying do, go on filling its four thousand places for many rounds.
    CPython's own search for leaks (``regrtest -R``) empties it too.
    """
    clear: Any = getattr(sys, "_clear_internal_caches", None)
    (clear or sys._clear_type_cache)()


def settle() -> None:
    """Let everything go that can go."""
    for _ in range(3):
        gc.collect()
    forget_lookups()


def _run(item: pytest.Item) -> list[pytest.TestReport]:
    item._initrequest()  # type: ignore[attr-defined]
    reports: list[pytest.TestReport] = runtestprotocol(item, log=False, nextitem=None)
    return reports


def _counts(item: pytest.Item, rounds: int) -> dict[str, array[int]]:
    """Return what was counted before a test was run, and after each of some rounds.

    There is room for all counts beforehand: they are not to be what is counted.
    """
    counts = {name: array("q", [0]) * (rounds + 1) for name in COUNTERS}
    for number in range(rounds + 1):
        if number:
            _run(item)
        settle()
        for name, count in COUNTERS.items():
            counts[name][number] = count()
    return counts


def _grown(counts: dict[str, array[int]], warm: int = 0) -> dict[str, list[int]]:
    """Return of what each round after the first ones has left more, and how much."""
    grown = {}
    for name, counted in counts.items():
        steps = [after - before for before, after in pairwise(counted[warm:])]
        if all(step > 0 for step in steps):
            grown[name] = steps
    return grown


def leaks(item: pytest.Item) -> dict[str, list[int]]:
    """Return what each further round of a test leaves, by what is counted."""
    # what was there before is not gone through again at each collection
    gc.collect()
    gc.freeze()
    try:
        if not _grown(_counts(item, WARM + LOOKED_AT), WARM):
            return {}
        return _grown(_counts(item, CERTAIN))
    finally:
        gc.unfreeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test as usual, and then until it is clear whether something stays."""
    test: Any = getattr(item, "function", None)
    if test is None or hasattr(test, "hypothesis"):
        return None  # those draw other examples each time
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if all(report.passed for report in reports):
        grown = leaks(item)
        if grown:
            call = next(report for report in reports if report.when == "call")
            call.outcome = "failed"
            call.longrepr = f"each further round leaves something: {grown}"
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
