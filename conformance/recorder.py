"""pytest plugin: writes what became of each test to the file ``CONFORMANCE_OUTCOMES``.

That is, in JSON, ``outcomes`` by the id of the test, and ``tracebacks`` of failures.

Under xdist the controlling process has every report, and writes.

With ``CONFORMANCE_COLLECT`` the garbage collector runs between tests only.  Some tests
of SQLAlchemy 2.0 leave a session with a connection to it, and an asyncio driver closes
what the collector finds: if that is in the middle of a test, an SQLite database in
memory is gone, on stock as on ormolu.
"""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path
from typing import Any

__all__: list[str] = []

_TESTS_BETWEEN = 20

_outcomes: dict[str, str] = {}
_tracebacks: dict[str, str] = {}


def pytest_configure() -> None:
    """Leave the collector to this plugin, if asked to."""
    if os.environ.get("CONFORMANCE_COLLECT"):
        gc.disable()


def pytest_runtest_logfinish() -> None:
    """Collect after some tests, which have closed their sessions by now."""
    if not gc.isenabled() and len(_outcomes) % _TESTS_BETWEEN == 0:
        gc.collect()


def pytest_runtest_logreport(report: Any) -> None:
    """Keep the outcome of one test; an error before or after it counts as one."""
    before = _outcomes.get(report.nodeid)
    if report.failed:
        _outcomes[report.nodeid] = "failed" if report.when == "call" else "error"
        _tracebacks[report.nodeid] = report.longreprtext
    elif report.skipped:
        _outcomes[report.nodeid] = "skipped"
    elif report.when == "call" and before is None:
        _outcomes[report.nodeid] = "passed"


def pytest_collectreport(report: Any) -> None:
    """Keep what could not be collected."""
    if report.failed:
        _outcomes[report.nodeid] = "error"
        _tracebacks[report.nodeid] = report.longreprtext


def pytest_sessionfinish(session: Any) -> None:
    """Write, but for a worker."""
    if not hasattr(session.config, "workerinput"):
        found = {"outcomes": _outcomes, "tracebacks": _tracebacks}
        Path(os.environ["CONFORMANCE_OUTCOMES"]).write_text(json.dumps(found))
