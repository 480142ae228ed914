"""Stock SQLAlchemy and ormolu in interleaved processes of one run, with ratios.

usage: compare.py [--rounds N] [--objects N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from ormolu import _backend

ROWS = {
    "read": ("attribute read", "ns"),
    "write": ("tracked write", "ns"),
    "delete": ("delete", "ns"),
    "history": ("get_history of a changed scalar", "ns"),
    "construct": ("construct with two keywords", "ns"),
    "append": ("append with backref", "ns"),
    "rows": ("bare rows of 10 columns, each", "ns"),
    "load": ("load of objects of 10 columns, each", "ns"),
    "collector": ("of that, the garbage collector", "ns"),
    "selectin": ("load with 10 children, selectin, each", "ns"),
    "joined": ("load with 10 children, joined, each", "ns"),
    "change": ("first write of two attributes, each", "ns"),
    "expire": ("expire_all, each", "ns"),
    "expire_changed": ("expire_all of changed ones, each", "ns"),
    "flush_new": ("flush of new objects, each", "ns"),
    "flush_changed": ("flush of changed objects, each", "ns"),
    "bytes": ("bytes per loaded object", "B"),
    "mapping": ("mapping of 500 classes", "ms"),
    "import": ("import of the ORM", "ms"),
}
LAYERS = ("stock", "ormolu")
WORKLOAD = Path(__file__).parent / "workload.py"


def run_once(layer: str, objects: int) -> dict[str, float]:
    """Measure every row in a new process."""
    command = [sys.executable, str(WORKLOAD), layer, "--objects", str(objects)]
    # with compiled bytecode kept, as an installed package has it
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def measure(rounds: int, objects: int) -> dict[str, dict[str, float]]:
    """Return, by layer, the best figure of each row over all rounds."""
    best: dict[str, dict[str, float]] = {layer: {} for layer in LAYERS}
    turns = [layer for _ in range(rounds) for layer in LAYERS]
    for layer in track(turns, description="measuring", console=Console(stderr=True)):
        for row, figure in run_once(layer, objects).items():
            best[layer][row] = min(figure, best[layer].get(row, figure))
    return best


def show(best: dict[str, dict[str, float]], objects: int) -> None:
    """Print the table; a ratio over 1 says that ormolu is faster, or smaller."""
    from importlib.metadata import version  # noqa: PLC0415 - only here

    table = Table(
        title=f"stock SQLAlchemy {version('sqlalchemy')} and ormolu ({_backend.backend()}), "
        f"Python {platform.python_version()}, {objects:,} objects"
    )
    for heading in ("", "stock", "ormolu", "stock / ormolu"):
        table.add_column(heading, justify="right" if heading else "left")
    for row, (title, unit) in ROWS.items():
        stock, ours = best["stock"][row], best["ormolu"][row]
        table.add_row(
            title, f"{stock:,.0f} {unit}", f"{ours:,.0f} {unit}", f"{stock / ours:.2f} x"
        )
    Console(width=100).print(table)


def main() -> None:
    """Measure and print as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="processes of each kind")
    parser.add_argument("--objects", type=int, default=100_000, help="objects to load")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    best = measure(options.rounds, options.objects)
    show(best, options.objects)
    if options.json is not None:
        options.json.write_text(json.dumps(best, indent=2) + "\n")


if __name__ == "__main__":
    main()
