"""A pytest plugin that runs each test again and again, and looks what stays.

usage: pytest -p leaks

What a first round leaves is kept results; what every further one leaves is a leak, and
fails the test.  Memory is counted in the blocks that the interpreter has given out, and,
on a debug build, in references.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

# pickling takes thirty rounds until some leave nothing: it settles as dictionaries grow
WARM, LOOKED_AT, CERTAIN = 3, 3, 40


def _count() -> int:
    for _ in range(3):
        gc.collect()
    references: Callable[[], int] | None = getattr(sys, "gettotalrefcount", None)
    return sys.getallocatedblocks() if references is None else references()


def _run(item: pytest.Item) -> list[pytest.TestReport]:
    item._initrequest()  # type: ignore[attr-defined]
    reports: list[pytest.TestReport] = runtestprotocol(item, log=False, nextitem=None)
    return reports


def _growth(item: pytest.Item, rounds: int) -> list[int]:
    """Return by how much each round has grown what is there."""
    grown = []
    before = _count()
    for _ in range(rounds):
        _run(item)
        now = _count()
        grown.append(now - before)
        before = now
    return grown


def _leaks(item: pytest.Item) -> list[int] | None:
    grown = _growth(item, WARM + LOOKED_AT)[WARM:]
    if all(by > 0 for by in grown):
        # of anything that is only slow to settle, some round leaves nothing
        grown = _growth(item, CERTAIN)
        if all(by > 0 for by in grown):
            return grown
    return None


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
        grown = _leaks(item)
        if grown is not None:
            call = next(report for report in reports if report.when == "call")
            call.outcome = "failed"
            call.longrepr = f"each further round leaves something: {grown}"
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
