"""The same job on stock SQLAlchemy and on ormolu, in processes of one run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.table import Table

__all__ = ["compare", "run_worker", "table_of"]

_MIB = 1024 * 1024
_LAYERS = ("stock", "ormolu")


def run_worker(task: str, url: str, *arguments: str) -> Any:
    """Run a worker in a new process; return what it prints."""
    command = [sys.executable, "-m", "ormolu.cli.demo.worker", task, url, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"the {task} process failed:\n{result.stderr}")
    return json.loads(result.stdout)


def compare(url: str, database: Path | None, rounds: int) -> dict[str, Any]:
    """Return, by layer, the best seconds of each phase and the peak memory.

    Args:
        url: the database, for a server.
        database: the SQLite file, of which each process gets a copy.
        rounds: how many processes of each layer, in turns.
    """
    best: dict[str, Any] = {}
    for layer in _LAYERS * rounds:
        own = url
        if database is not None:
            copy = database.with_name(f"{layer}.sqlite")
            shutil.copyfile(database, copy)
            own = f"sqlite:///{copy}"
        found = run_worker(layer, own)
        if layer in best:
            for name, phase in best[layer]["phases"].items():
                other = found["phases"][name]
                if other["done"] != phase["done"]:
                    raise RuntimeError(f"{layer}: two runs of {name!r} differ")
                phase["seconds"] = min(phase["seconds"], other["seconds"])
            best[layer]["peak"] = min(best[layer]["peak"], found["peak"])
        else:
            best[layer] = found
    _check_same_work(best)
    return best


def _check_same_work(best: dict[str, Any]) -> None:
    stock, ours = (best[layer]["phases"] for layer in _LAYERS)
    for name, phase in stock.items():
        if ours[name]["done"] != phase["done"]:
            raise RuntimeError(f"{name!r} did {phase['done']} on stock, {ours[name]['done']} here")


def table_of(best: dict[str, Any]) -> Table:
    """Return the two layers side by side; a ratio over 1 says ormolu needs less."""
    table = Table(title="The same work on stock SQLAlchemy and on ormolu, each in its own process")
    for heading in ("", "done", "stock", "ormolu", "stock / ormolu"):
        table.add_column(heading, justify="right" if heading else "left")
    stock, ours = (best[layer] for layer in _LAYERS)
    for name, phase in stock["phases"].items():
        theirs, own = phase["seconds"], ours["phases"][name]["seconds"]
        done = f"{phase['done']:,}"
        table.add_row(name, done, f"{theirs:.2f} s", f"{own:.2f} s", f"{theirs / own:.2f} x")
    ratio = stock["peak"] / ours["peak"]
    peaks = [f"{layer['peak'] / _MIB:.0f} MiB" for layer in (stock, ours)]
    table.add_row("peak memory", "", *peaks, f"{ratio:.2f} x")
    return table
