"""Run the checks, print one table, and keep what came out.

usage: python -m reliability [--only NAME ...] [--scale PART] [--seed N] [--keep]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ormolu import _backend

from .checks import CHECKS, Check

DOCS = Path(__file__).resolve().parents[1] / "docs"
KEPT = Path(__file__).with_name("kept.json")


def main() -> int:
    """Run as the command line says; return the exit status."""
    options = _options()
    console = Console()
    rows = []
    for check in CHECKS:
        if check.name in options.only:
            console.print(f"{check.name}: seed {options.seed}", highlight=False)
            rows.append(_row(console, check, options.scale, options.seed))
    console.print(_table(rows))
    if options.keep:
        _keep(rows)
    return 0 if all(row["passed"] for row in rows) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reliability", description=__doc__)
    names = [check.name for check in CHECKS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="which checks")
    parser.add_argument("--scale", type=float, default=1.0, help="part of the full amount of work")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats a run")
    parser.add_argument("--keep", action="store_true", help="write docs/reliability.md")
    return parser.parse_args()


def _row(console: Console, check: Check, scale: float, seed: int) -> dict[str, Any]:
    started = time.monotonic()
    figures: dict[str, Any] = {}
    failure = ""
    with console.status(check.proves) as status:
        try:
            figures = check.run(scale, seed, status.update)
        except AssertionError as error:
            failure = str(error)
    if failure:
        console.print(failure, markup=False, highlight=False)
    return {
        "name": check.name,
        "proves": check.proves,
        "figures": figures,
        "passed": not failure,
        "scale": scale,
        "seed": seed,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "day": date.today().isoformat(),
        "python": f"{platform.python_version()}, {_backend.backend()} core",
    }


def _figures(row: dict[str, Any]) -> str:
    return ", ".join(
        f"{key} {value:,}" if isinstance(value, int) else f"{key} {value}"
        for key, value in row["figures"].items()
    )


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("check", "what holds", "figures", "minutes", "passed")
    for row in rows:
        passed = "yes" if row["passed"] else "NO"
        table.add_row(row["name"], row["proves"], _figures(row), str(row["minutes"]), passed)
    return table


def _keep(rows: list[dict[str, Any]]) -> None:
    """Put the rows in the place of those of the same name, and write the page."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept.update({row["name"]: row for row in rows})
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    lines = [_line(kept[check.name]) for check in CHECKS if check.name in kept]
    page = DOCS / "reliability.md"
    head, mark, tail = page.read_text().partition("<!-- figures -->\n")
    _, end, tail = tail.partition("<!-- end of figures -->\n")
    header = "| check | what holds | figures | minutes | run |\n|---|---|---|---|---|\n"
    page.write_text(head + mark + header + "".join(lines) + end + tail)


def _line(row: dict[str, Any]) -> str:
    run = f"{row['day']}, Python {row['python']}, `--seed {row['seed']} --scale {row['scale']:g}`"
    passed = "" if row["passed"] else "**not passed** "
    cells = (row["name"], row["proves"], passed + _figures(row), row["minutes"], run)
    return f"| {' | '.join(map(str, cells))} |\n"


if __name__ == "__main__":
    sys.exit(main())
