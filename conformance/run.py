"""SQLAlchemy's own tests on stock and on ormolu, and what differs, in one table.

usage: run.py [--suite NAME] [--version V] [--database NAME] [--layer NAME]
              [--latest] [--fresh] [--watch] [--report]

Without options everything is run: each suite, on each version and database that
can be reached, on stock where no result is kept, and on ormolu.  The status is 1
if a test that passes on stock does not on ormolu.

With --latest the versions are the newest release of each series, as far as they
are not supported yet; there is nothing to run if they all are.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence

from environment import UPSTREAM, new_releases
from matrix import DATABASES, LAYERS, SUITES, VERSIONS, Database, Suite, variable_of
from results import Result, kept, stock_is_kept
from rich.console import Console
from running import CannotRunError, UnreachableError, run_suite
from table import show

RESULTS = UPSTREAM / "results"

_Subject = tuple[Suite, str, Database, str]


def chosen(options: argparse.Namespace) -> Iterator[_Subject]:
    """Yield what the options leave of everything, the newest version first."""
    for version in options.version or VERSIONS:
        for suite in SUITES:
            for database in DATABASES:
                if database.name not in suite.databases or not _named(options, suite, database):
                    continue
                for layer in options.layer or LAYERS:
                    yield suite, version, database, layer


def _named(options: argparse.Namespace, suite: Suite, database: Database) -> bool:
    return (not options.suite or suite.name in options.suite) and (
        not options.database or database.name in options.database
    )


def run_all(
    subjects: Sequence[_Subject], fresh: bool, watch: bool, console: Console
) -> tuple[list[str], list[str]]:
    """Run each subject and keep what came out.

    Args:
        subjects: suite, version, database and layer of each.
        fresh: run stock again where a result of it is kept.
        watch: look which functions of SQLAlchemy's own layer run.
        console: where to say how it goes.

    Returns:
        what was left out and why, and what ended before its end.
    """
    left_out, broken = [], []
    for suite, version, database, layer in subjects:
        what = f"{suite.name} of {version} on {database.name}, {layer}"
        if database.url() is None:
            left_out.append(f"{what}: left out, {variable_of(str(database.server))} is not set")
        elif layer == "stock" and not fresh and _is_kept(suite, version, database):
            console.print(f"{what}: kept from an earlier run")
        else:
            console.print(f"{what} …")
            try:
                on_ormolu = layer == "ormolu"
                run_suite(suite, version, database, layer, watch and on_ormolu).save(RESULTS)
            except UnreachableError as error:
                left_out.append(f"{what}: left out, {error}")
            except CannotRunError as error:
                # the others are still of use
                broken.append(f"{what}: could not run, {error}")
    return left_out, broken


def _is_kept(suite: Suite, version: str, database: Database) -> bool:
    subject = (suite.name, version, database.name, platform.python_version())
    return stock_is_kept(RESULTS, subject)


def _kept_of(subjects: Sequence[_Subject]) -> list[Result]:
    wanted = {
        (suite.name, version, database.name, platform.python_version())
        for suite, version, database, _ in subjects
    }
    return [result for result in kept(RESULTS) if result.subject in wanted]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for option, choices in (
        ("--suite", [suite.name for suite in SUITES]),
        ("--database", [database.name for database in DATABASES]),
        ("--layer", LAYERS),
    ):
        parser.add_argument(option, action="append", choices=choices)
    versions = parser.add_mutually_exclusive_group()
    versions.add_argument("--version", action="append", help="of SQLAlchemy; those supported")
    versions.add_argument("--latest", action="store_true", help="new releases of SQLAlchemy")
    parser.add_argument("--fresh", action="store_true", help="run stock again, too")
    parser.add_argument(
        "--watch", action="store_true", help="look which functions of SQLAlchemy's layer run"
    )
    parser.add_argument("--report", action="store_true", help="only show what is kept")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments choose, show the table, and return the exit status."""
    options = _options(arguments)
    # a file has no width of its own, and the table is not to be cut in one
    console = Console() if sys.stdout.isatty() else Console(width=120)
    if options.latest:
        options.version = new_releases()
        console.print("new releases of SQLAlchemy:", ", ".join(options.version) or "none")
        if not options.version:
            return 0
    subjects = list(chosen(options))
    left_out: list[str] = []
    broken: list[str] = []
    if not options.report:
        left_out, broken = run_all(subjects, options.fresh, options.watch, Console(stderr=True))
    status = show(_kept_of(subjects), console)
    for line in (*left_out, *broken):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if broken else status


if __name__ == "__main__":
    sys.exit(main())
