"""The same job on stock SQLAlchemy and on ormolu, in processes of one run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from .outcome import DisprovedError, prove

__all__ = ["compare", "run_worker", "table_of"]

_MIB = 1024 * 1024
_LAYERS = ("stock", "ormolu")


def run_worker(task: str, url: str, ids: Sequence[int] = ()) -> Any:
    """Run a worker in a new process; return what it prints."""
    command = [sys.executable, "-m", "ormolu.cli.demo.worker", task]
    asked = json.dumps({"url": url, "ids": list(ids)})
    result = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if result.returncode:
        raise DisprovedError(f"the {task} process failed:\n{result.stderr}")
    return json.loads(result.stdout)


def compare(
    url: str, database: Path | None, rounds: int, begin: Callable[[str], None]
) -> dict[str, Any]:
    """Return, by layer, the best seconds of each phase and the least memory.

    Args:
        url: the database, for a server.
        database: the SQLite file, of which each process gets a copy.
        rounds: how many processes of each layer, in turns.
        begin: told, before each process, which one it is.
    """
    best: dict[str, Any] = {}
    for number, layer in enumerate(_LAYERS * rounds, 1):
        begin(f"{layer} works, process {number} of {len(_LAYERS) * rounds}")
        own = url
        if database is not None:
            copy = database.with_name(f"{layer}.sqlite")
            shutil.copyfile(database, copy)
            own = f"sqlite:///{copy}"
        _keep_best(best, layer, run_worker(layer, own))
    _check_same_work(*(best[layer] for layer in _LAYERS))
    return best


def _keep_best(best: dict[str, Any], layer: str, found: dict[str, Any]) -> None:
    kept = best.setdefault(layer, found)
    _check_same_work(kept, found)
    for name, phase in kept["phases"].items():
        phase["seconds"] = min(phase["seconds"], found["phases"][name]["seconds"])
    for memory in ("peak", "per_flight"):
        kept[memory] = min(kept[memory], found[memory])


def _check_same_work(one: dict[str, Any], other: dict[str, Any]) -> None:
    for name, phase in one["phases"].items():
        done = other["phases"][name]["done"]
        prove(done == phase["done"], f"{name!r} did as much everywhere: {phase['done']}, {done}")


def table_of(best: dict[str, Any]) -> Table:
    """Return the two layers side by side; a ratio over 1 says ormolu took less."""
    table = Table()
    for heading in ("", "how many", "stock", "ormolu", "stock/ormolu"):
        table.add_column(heading, justify="right" if heading else "left")
    stock, ours = (best[layer] for layer in _LAYERS)
    for name, phase in stock["phases"].items():
        own = ours["phases"][name]["seconds"]
        done = f"{phase['done']:,} {phase['unit']}"
        _add(table, name, done, phase["seconds"], own, "{:.2f} s")
    table.add_section()
    _add(
        table,
        "one loaded flight",
        "",
        stock["per_flight"],
        ours["per_flight"],
        "{:,.0f} B",
    )
    _add(table, "peak memory", "", stock["peak"] / _MIB, ours["peak"] / _MIB, "{:.0f} MiB")
    return table


def _add(table: Table, name: str, done: str, stock: float, ours: float, form: str) -> None:
    table.add_row(name, done, form.format(stock), form.format(ours), f"{stock / ours:.2f} x")
