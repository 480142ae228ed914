"""Ordinary objects that know what changed: ormolu beside other ways, on the same objects.

usage: tracked.py [--rounds N] [--only NAME ...] [--json]

Each way is measured in processes of its own, one after the other and all of them again; the
best of each figure counts, for what disturbs a measurement only makes it slower.  All but the
plain class keep, for an object of twenty fields, what each of them was before it was changed.
What a framework does for its own models alone is done here for a dataclass in the same way.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ways import WAYS

ROWS = {
    "create": "ns",
    "read": "ns",
    "read, a list": "ns",
    "write": "ns",
    "first write": "ns",
    "changes": "ns",
    "life": "ns",
    "bytes": "B",
    "bytes, changed": "B",
}
"""What is measured: to make an object; to read a field, and one that holds a list; to assign one;
to assign one for the first time; to ask what changed of one with one change; to make, change and
ask; memory."""

KEEPING = [name for name, way in WAYS.items() if way.keeps_old]
"""The ways that know old values."""

HERE = Path(__file__).parent


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="+", choices=list(WAYS), default=list(WAYS))
    options.add_argument("--json", action="store_true", help="print the figures alone")
    chosen = options.parse_args()
    figures = measured(chosen.only, chosen.rounds)
    if chosen.json:
        print(json.dumps(figures))
    else:
        Console().print(table_of(figures))


def measured(names: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Return the best figure of each row, by way."""
    best: dict[str, dict[str, float]] = {name: {} for name in names}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, str(HERE / "ways.py"), name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise SystemExit(f"{name}: {done.stderr}")
            for row, figure in json.loads(done.stdout).items():
                best[name][row] = min(figure, best[name].get(row, figure))
    return best


def table_of(figures: dict[str, dict[str, float]]) -> Table:
    """Return the table, with the best way of those that keep old values in each row marked."""
    table = Table("way", *(f"{row}, {unit}" for row, unit in ROWS.items()))
    best = best_of(figures)
    for name, of in figures.items():
        marks = [name in KEEPING and of[row] <= best[row] for row in ROWS]
        cells = [f"{of[row]:,.0f}" for row in ROWS]
        table.add_row(
            name,
            *(f"[bold]{c}[/bold]" if mark else c for c, mark in zip(cells, marks, strict=True)),
        )
    return table


def best_of(figures: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the best figure of each row, of the ways that keep old values."""
    keeping = [of for name, of in figures.items() if name in KEEPING]
    return {row: min((of[row] for of in keeping), default=0) for row in ROWS}


if __name__ == "__main__":
    main()
