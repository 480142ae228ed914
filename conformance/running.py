"""Running one suite of tests, on stock or on ormolu."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import ROOT, UPSTREAM, environment, python_for, sources_of
from matrix import Database, Suite
from programs import run_examples
from results import Result, calls_in

from ormolu._backend import backend

__all__ = ["CannotRunError", "UnreachableError", "new_result", "run_pytest", "run_suite"]

_COUNTS = "test/profiles.txt"  # of calls, in the source distribution
_TOO_LONG = 2 * 3600.0  # seconds; a run that hangs is to be seen
_UNREACHABLE = 3  # the status of schemas.py


class UnreachableError(Exception):
    """No server answers where the environment says that there is one."""


class CannotRunError(Exception):
    """The tests ended before their end."""


def run_suite(
    suite: Suite, version: str, database: Database, layer: str, watch: bool = False
) -> Result:
    """Run a suite in a process of its own, and return what came out.

    Args:
        suite: which tests, or the examples.
        version: of SQLAlchemy.
        database: which database; its URL is known.
        layer: ``"stock"`` or ``"ormolu"``.
        watch: look which functions of SQLAlchemy's own layer run, if the suite
            can be watched.

    Raises:
        UnreachableError: the database does not answer.
        CannotRunError: the tests ended before their end, or do not end.
    """
    result = new_result(suite.name, version, database.name, layer)
    result.server = _prepare(version, database)
    before = time.monotonic()
    if suite.paths:
        _run_tests(suite, database, result, watch and suite.is_watched)
    else:
        run_examples(database, result)
    result.seconds = round(time.monotonic() - before, 1)
    return result


def new_result(suite: str, version: str, database: str, layer: str) -> Result:
    """Return a result with nothing in it yet but what it is of.

    Args:
        suite: the name of what is run.
        version: of SQLAlchemy.
        database: the name of the database.
        layer: ``"stock"`` or ``"ormolu"``.
    """
    return Result(
        suite=suite,
        version=version,
        python=platform.python_version(),
        database=database,
        layer=layer,
        backend=backend() if layer == "ormolu" else "",
        seconds=0,
        outcomes={},
        commit=_commit() if layer == "ormolu" else "",
    )


def _run_tests(suite: Suite, database: Database, result: Result, watch: bool) -> None:
    """Run the tests of a suite, and add to ``result`` what came out."""
    python, sources = python_for(result.version), sources_of(result.version)
    # see recorder.py
    collector = {"CONFORMANCE_COLLECT": "between tests"} if database.is_async else {}
    variables = environment(result.version, **collector)
    run_pytest(python, sources, _arguments(suite, database), variables, result, watch)
    if suite.counts_calls:
        result.calls = _take_counts(sources / _COUNTS)


def run_pytest(
    python: Path,
    folder: Path,
    arguments: list[str],
    variables: dict[str, str],
    result: Result,
    watch: bool = False,
) -> None:
    """Run tests in a process of their own, and add to ``result`` what came out.

    Args:
        python: the interpreter.
        folder: where to run.
        arguments: for pytest.
        variables: of the environment.
        result: says on which layer.
        watch: look which functions of SQLAlchemy's own layer run.

    Raises:
        CannotRunError: the tests ended before their end, or do not end.
    """
    with tempfile.TemporaryDirectory() as temporary:
        outcomes, data = Path(temporary, "outcomes.json"), Path(temporary, "coverage")
        command = [str(python), "-s", "-m", "pytest", *_plugins(result.layer, watch), *arguments]
        places = {"CONFORMANCE_OUTCOMES": str(outcomes), "FOREIGN_DATA": str(data)}
        finished = _finished(command, folder, variables | places)
        _keep_log(result, finished.stdout)
        # 0 and 1: all tests have run
        if finished.returncode not in (0, 1) or not outcomes.exists():
            raise CannotRunError(f"{' '.join(command)}:\n{finished.stdout[-4000:]}")
        found = json.loads(outcomes.read_text())
        result.outcomes, result.tracebacks = found["outcomes"], found["tracebacks"]
        result.foreign = _foreign(python, data) if watch else None


def _plugins(layer: str, watch: bool) -> list[str]:
    plugins = ["recorder"]
    if layer == "ormolu":
        plugins.append("ormolu.sqlalchemy.pytest_plugin")
    if watch:
        plugins.append("coverage_plugin")
    return ["-p", "no:cacheprovider", *(part for plugin in plugins for part in ("-p", plugin))]


def _finished(
    command: list[str], folder: Path, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it prints is in the order in which it does."""
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_TOO_LONG,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRunError(f"{' '.join(command)} does not end") from error


def _arguments(suite: Suite, database: Database) -> list[str]:
    url = database.url()
    assert url is not None
    return [
        *("-q", "--maxfail=100000"),
        *(("-n", str(suite.workers)) if suite.workers else ()),
        *(("--force-write-profiles",) if suite.counts_calls else ()),
        *(() if database.name == "sqlite" else ("--dburi", url)),
        *suite.paths,
    ]


def _take_counts(path: Path) -> dict[str, int]:
    """Return the number of calls of each test that counts them, and remove the file.

    Another run is not to be measured by the counts of this one.
    """
    counts = calls_in(path.read_text())
    path.unlink()
    return counts


def _keep_log(result: Result, output: str) -> None:
    folder = UPSTREAM / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{result.name}.log").write_text(output)


def _prepare(version: str, database: Database) -> str:
    """Make the schemas that the tests expect, and return the version of the database."""
    command = [str(python_for(version)), str(ROOT / "conformance/schemas.py"), str(database.url())]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if said.returncode == _UNREACHABLE:
        raise UnreachableError(said.stdout.strip())
    said.check_returncode()
    return said.stdout.strip()


def _commit() -> str:
    """Return which sources of ormolu these are; empty outside of a git checkout."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _foreign(python: Path, data: Path) -> list[str]:
    command = [str(python), str(ROOT / "tests/upstream/foreign_bodies.py"), str(data)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    if shown.returncode not in (0, 1):
        sys.exit(f"cannot tell which functions ran: {shown.stderr}")
    return shown.stdout.splitlines()
