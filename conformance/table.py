"""The table of all results, and the tests that do on stock what they do not on ormolu."""

from __future__ import annotations

from textwrap import indent

from results import Result, regressions
from rich import box
from rich.console import Console
from rich.table import Table

__all__ = ["show"]


def show(results: list[Result], console: Console) -> int:
    """Print the results, each of ormolu's beside that of stock.

    Args:
        results: of any suites, versions and databases.
        console: where to print.

    Returns:
        1 if a test that passes on stock does not on ormolu, or a function of
        SQLAlchemy's own layer ran; else 0.
    """
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("suite", "SQLAlchemy", "Python", "database", "layer"):
        table.add_column(heading)
    for heading in ("passed", "failed", "skipped", "foreign", "seconds"):
        table.add_column(heading, justify="right")
    for result in sorted(results, key=_order):
        table.add_row(*_row(result))
    console.print(table)
    complaints = [*_differences(results), *_foreign_bodies(results)]
    for line in (*_commits(results), *_calls(results), *_failing_on_stock(results), *complaints):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if complaints else 0


def _commits(results: list[Result]) -> list[str]:
    commits = {result.commit or "unknown" for result in results if result.layer == "ormolu"}
    return [f"ormolu of commit {', '.join(sorted(commits))}"] if commits else []


def _calls(results: list[Result]) -> list[str]:
    """Say how many function calls the ORM's tests that count them took."""
    return [
        f"{result.suite} of {result.version} on {result.database}, {result.layer}: "
        f"{sum(calls):,} function calls in {len(calls)} tests of the ORM"
        for result in results
        if (calls := [n for test, n in result.calls.items() if "test_orm." in test])
    ]


def _failing_on_stock(results: list[Result]) -> list[str]:
    """Say what is no fault of ormolu's, for a suite that cannot run is to be seen."""
    return [
        f"{result.suite} of {result.version} on {result.database}, stock: {test}: {how}"
        for result in results
        if result.layer == "stock"
        for test, how in sorted(result.outcomes.items())
        if how in ("failed", "error")
    ]


def _order(result: Result) -> tuple[object, ...]:
    newest_first = tuple(-int(part) for part in result.version.split(".") if part.isdecimal())
    return (
        result.suite != "orm",
        result.suite,
        newest_first,
        result.database,
        result.layer != "stock",
    )


def _row(result: Result) -> list[str]:
    layer = f"ormolu, {result.backend}" if result.backend else result.layer
    return [
        *(result.suite, result.version, result.python),
        f"{result.database} {result.server}",
        layer,
        f"{result.count('passed'):,}",
        f"{result.count('failed', 'error'):,}",
        f"{result.count('skipped'):,}",
        # of SQLAlchemy's own layer, how many function bodies ran
        "" if result.foreign is None else f"{len(result.foreign):,}",
        f"{result.seconds:,.0f}",
    ]


def _differences(results: list[Result]) -> list[str]:
    stock = {result.subject: result for result in results if result.layer == "stock"}
    found = []
    for result in results:
        if result.layer == "stock":
            continue
        beside = stock.get(result.subject)
        label = f"{result.suite} of {result.version} on {result.database}"
        if beside is None:
            failed = [test for test, how in result.outcomes.items() if how in ("failed", "error")]
            found += [f"{label}, with no result of stock: {test}" for test in failed]
        else:
            found += [
                f"{label}: {test}: {how}{_traceback(result, test)}"
                for test, how in regressions(beside, result).items()
            ]
    return found


def _traceback(result: Result, test: str) -> str:
    traceback = result.tracebacks.get(test)
    return "\n" + indent(traceback, "    ") if traceback else ""


def _foreign_bodies(results: list[Result]) -> list[str]:
    return [
        f"{result.suite} of {result.version} on {result.database} ran SQLAlchemy's {function}"
        for result in results
        for function in result.foreign or ()
    ]
