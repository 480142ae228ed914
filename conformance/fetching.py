"""SQLAlchemy's own tests with peers fetched: is anything but the number of statements different?

usage: fetching.py

The tests of the newest version run twice on SQLite: once with their rules about statements
put aside, so that what fails is a value; and once as they are, which tells those that count
statements.  Both lists are kept beside this file.  The status is 1 if a value is different.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from environment import environment, python_for, sources_of
from matrix import SUITES, VERSIONS
from rich.console import Console
from running import new_result, run_pytest

KEPT = Path(__file__).with_name("fetching.json")
ORM = next(suite for suite in SUITES if suite.name == "orm")

# tests that write down each execution that an event tells of, in their own way
COUNTING = (
    "test/orm/test_events.py::ORMExecuteTest::test_execution_option_visibility_and_mutation",
    "test/orm/test_events.py::ORMExecuteTest::test_user_option_propagation",
)


def failing(console: Console, *plugins: str) -> tuple[list[str], int]:
    """Run the tests with peers fetched.

    Args:
        console: where to say how it goes.
        plugins: further plugins of pytest.

    Returns:
        the tests that fail, and how many were run.
    """
    version = VERSIONS[0]
    result = new_result(f"fetching{len(plugins)}", version, "sqlite", "ormolu")
    options = [part for plugin in plugins for part in ("-p", plugin)]
    arguments = ["-q", "--maxfail=100000", "-n", str(ORM.workers), *options, *ORM.paths]
    variables = environment(version, ORMOLU_FETCH_PEERS="on")
    console.print(f"orm of {version} on sqlite, with peers, {' '.join(plugins) or 'as it is'} …")
    run_pytest(python_for(version), sources_of(version), arguments, variables, result)
    failed = [test for test, how in result.outcomes.items() if how in ("failed", "error")]
    return sorted(failed), result.count("passed", "failed", "error")


def main() -> int:
    """Run both, keep the lists, and return the exit status."""
    console = Console()
    values, run = failing(console, "statements_aside")
    different = [test for test in values if not test.startswith(COUNTING)]
    counting, _ = failing(console)
    kept = {"tests": run, "values": different, "statements": counting}
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    console.print(
        f"{run:,} tests: {len(different)} with another value, {len(counting)} that count "
        "or compare statements"
    )
    for test in different:
        console.print(test, markup=False, highlight=False)
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
