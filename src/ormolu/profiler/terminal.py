"""The report in a terminal, by rich."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .findings import Finding
from .report import Report
from .wording import size

__all__ = ["print_report"]

_MOST = 12
"""As many rows are shown of a table; the other forms of the report have all."""


def print_report(report: Report, console: Any) -> None:
    """Print a report.

    Args:
        report: the report.
        console: of rich, where to.
    """
    for part in _parts(report):
        console.print(part)


def _parts(report: Report) -> Iterator[Any]:
    from rich.rule import Rule  # noqa: PLC0415 - it may not be installed
    from rich.text import Text  # noqa: PLC0415 - the same

    yield Rule("ormolu profile", style="dim")
    yield Text(_summary(report))
    yield Text(_spent(report), style="dim")
    if not report.certain and not report.possible:
        yield Text("Nothing that could be spared was seen.", style="green")
    if report.certain:
        yield _findings("Certain", report.certain)
    if report.possible:
        yield _findings("Possible", report.possible)
    yield from _tables(report)


def _summary(report: Report) -> str:
    totals = report.totals
    return (
        f"{totals['statements']:,} statements in {report.seconds:.2f} s: "
        f"{totals['objects_loaded']:,} objects loaded, {totals['objects_made']:,} made, "
        f"{totals['objects_changed']:,} changed; {totals['lazy_loads']:,} lazy loads, "
        f"{totals['reloads']:,} reloads; {totals['reads']:,} reads, {totals['writes']:,} writes"
    )


def _spent(report: Report) -> str:
    times = report.times
    parts = ("database", "rows", "loads", "flushes")
    measured = ", ".join(f"{name} {times[name]:.3f} s" for name in parts)
    estimated = times["reads"] + times["writes"]
    return f"measured: {measured}; estimated: reads and writes {estimated:.3f} s"


def _findings(title: str, findings: list[Finding]) -> Any:
    from rich.table import Table  # noqa: PLC0415 - it may not be installed
    from rich.text import Text  # noqa: PLC0415 - the same

    table = Table(title=f"{title}: {len(findings)}", title_justify="left", show_lines=True)
    table.add_column("line", overflow="fold", ratio=2)
    table.add_column("what, and what to do", ratio=6)
    table.add_column("saves", justify="right", ratio=1, min_width=9)
    for finding in findings[:_MOST]:
        # as text: brackets in a name are not markup
        what = Text(f"{finding.what}\n")
        what.append(finding.advice, style="green")
        for doubt in finding.doubts:
            what.append(f"\nnot certain: {doubt}", style="yellow")
        cells = (Text(str(finding.site)), what, Text(_saved(finding)))
        table.add_row(*cells, style="" if finding.certain else "dim")
    if len(findings) > _MOST:
        table.caption = f"and {len(findings) - _MOST} more, in --json and --html"
    return table


def _saved(finding: Finding) -> str:
    about = "~" if finding.estimated else ""
    parts = []
    if finding.seconds:
        parts.append(f"{about}{finding.seconds * 1000:,.1f} ms")
    if finding.bytes:
        parts.append(f"{about}{size(finding.bytes)}")
    return "\n".join(parts)


def _tables(report: Report) -> Iterator[Any]:
    if report.loads:
        yield _table(
            "Reads that loaded",
            ("line", "attribute", "why", "times", "ms", "objects from"),
            [
                (str(one.site), one.attribute, one.reason, f"{one.count:,}", _ms(one), one.origin)
                for one in report.loads
            ],
        )
    if report.objects:
        yield _table(
            "Objects",
            ("class", "made", "loaded", "changed", "deleted", "alive", "held by"),
            [
                (
                    one.class_,
                    *(f"{n:,}" for n in (one.made, one.loaded, one.changed, one.removed)),
                    "" if one.alive is None else f"{one.alive:,}",
                    "; ".join(one.held_by),
                )
                for one in report.objects
            ],
        )


_NUMBERS = {"times", "ms", "made", "loaded", "changed", "deleted", "alive"}


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Any:
    from rich.table import Table  # noqa: PLC0415 - it may not be installed
    from rich.text import Text  # noqa: PLC0415 - the same

    table = Table(title=title, title_justify="left")
    for column in columns:
        right = column in _NUMBERS
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for row in rows[:_MOST]:
        table.add_row(*map(Text, row))
    if len(rows) > _MOST:
        table.caption = f"and {len(rows) - _MOST} more, in --json and --html"
    return table


def _ms(one: Any) -> str:
    return f"{one.seconds * 1000:,.1f}"
