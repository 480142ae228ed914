"""Running one suite of SQLAlchemy's tests, on stock or on ormolu."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import ROOT, environment, python_for, sources_of
from matrix import Database, Suite
from results import Result

from ormolu._backend import backend

__all__ = ["run_suite"]

_TOO_LONG = 3600.0  # seconds; a run that hangs is to be seen


def run_suite(
    suite: Suite, version: str, database: Database, layer: str, watch: bool = False
) -> Result:
    """Run a suite in a process of its own, and return what came out.

    Args:
        suite: which tests.
        version: of SQLAlchemy.
        database: which database; its URL is known.
        layer: ``"stock"`` or ``"ormolu"``.
        watch: look which functions of SQLAlchemy's own layer run.
    """
    python, sources = python_for(version), sources_of(version)
    _prepare(python, database)
    with tempfile.TemporaryDirectory() as temporary:
        outcomes, data = Path(temporary, "outcomes.json"), Path(temporary, "coverage")
        variables = environment(CONFORMANCE_OUTCOMES=str(outcomes), FOREIGN_DATA=str(data))
        command = [str(python), *_arguments(suite, database, layer, watch)]
        before = time.monotonic()
        finished = subprocess.run(
            command,
            cwd=sources,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_TOO_LONG,
        )
        seconds = time.monotonic() - before
        _keep_log(suite, version, database, layer, finished.stdout)
        # 0 and 1: all tests have run
        if finished.returncode not in (0, 1) or not outcomes.exists():
            raise SystemExit(f"{' '.join(command)} could not run:\n{finished.stdout[-4000:]}")
        return Result(
            suite=suite.name,
            version=version,
            python=platform.python_version(),
            database=database.name,
            layer=layer,
            backend=backend() if layer == "ormolu" else "",
            seconds=round(seconds, 1),
            outcomes=json.loads(outcomes.read_text()),
            foreign=_foreign(python, data) if watch else None,
        )


def _arguments(suite: Suite, database: Database, layer: str, watch: bool) -> list[str]:
    plugins = ["recorder"]
    if layer == "ormolu":
        plugins.append("ormolu.sqlalchemy.pytest_plugin")
    if watch:
        plugins.append("coverage_plugin")
    url = database.url()
    assert url is not None
    return [
        *("-s", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--maxfail=100000"),
        *(part for plugin in plugins for part in ("-p", plugin)),
        *(("-n", str(suite.workers)) if suite.workers else ()),
        *(() if database.name == "sqlite" else ("--dburi", url)),
        *suite.paths,
    ]


def _keep_log(suite: Suite, version: str, database: Database, layer: str, output: str) -> None:
    folder = ROOT / ".upstream/logs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{suite.name}-{version}-{database.name}-{layer}.log").write_text(output)


def _prepare(python: Path, database: Database) -> None:
    """Make the schemas that the tests expect on a server, where they are not there."""
    if database.server is not None:
        command = [str(python), str(ROOT / "conformance/schemas.py"), str(database.url())]
        subprocess.run(command, check=True)


def _foreign(python: Path, data: Path) -> list[str]:
    command = [
        *(str(python), str(ROOT / "tests/upstream/foreign_bodies.py"), str(data)),
    ]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    if shown.returncode not in (0, 1):
        sys.exit(f"cannot tell which functions ran: {shown.stderr}")
    return shown.stdout.splitlines()
