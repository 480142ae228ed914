"""How many instructions the hottest operations take, by callgrind; a gate for CI.

usage: instructions.py [--check | --keep] [--stock] [--core native|pure] [NAME...]

Seconds depend on what else the machine does; instructions of the same build do not.
``--keep`` writes the counts to instructions.json, ``--check`` fails where one is more
than 3 % above what is kept there.  Counts belong to one build of Python: on another one
they are shown and not judged.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ormolu import _backend

HERE = Path(__file__).parent
KEPT = HERE / "instructions.json"
TOLERANCE = 0.03


def build() -> str:
    """Return what says which build of Python and which core the counts belong to."""
    optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    compiler = platform.python_compiler()
    kind = "optimised" if optimised else "plain"
    return (
        f"{_backend.backend()}, Python {platform.python_version()} {kind}, "
        f"{compiler}, {platform.machine()}"
    )


def count(layer: str, names: list[str]) -> dict[str, float]:
    """Return the instructions of one unit of each operation."""
    from operations import COUNT  # noqa: PLC0415 - beside this file

    with tempfile.TemporaryDirectory() as folder:
        marks, out = Path(folder, "marks.so"), Path(folder, "out")
        compiler = os.environ.get("CC", "cc")
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(marks), str(HERE / "marks.c")]
        subprocess.run(command, check=True)
        done = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--instr-atstart=no",
                f"--callgrind-out-file={out}",
                sys.executable,
                str(HERE / "operations.py"),
                layer,
                str(marks),
                *names,
            ],
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"operations.py failed:\n{done.stderr}")
        return {
            name: total(Path(f"{out}.{part}")) / COUNT
            for part, name in enumerate(done.stdout.split(), 1)
        }


def total(dump: Path) -> int:
    """Return the instructions that a dump of callgrind sums up."""
    for line in dump.read_text().splitlines():
        if line.startswith(("summary:", "totals:")):
            return int(line.split()[1])
    raise SystemExit(f"{dump} has no total")


def show(counts: dict[str, float], beside: dict[str, float], heading: str) -> None:
    """Print the counts, and those beside them with the ratio."""
    table = Table(title=f"instructions of one operation ({build()})")
    for column in ("", heading, "ormolu", "ratio"):
        table.add_column(column, justify="right" if column else "left")
    for name, found in counts.items():
        other = beside.get(name)
        ratio = f"{other / found:.2f} x" if other else ""
        table.add_row(name, f"{other:,.0f}" if other else "", f"{found:,.0f}", ratio)
    Console(width=110).print(table)


def check(counts: dict[str, float], kept: dict[str, float] | None) -> list[str]:
    """Return what is wrong: each operation that takes more than was kept."""
    if kept is None:
        print("no counts are kept for this build; nothing is judged")
        return []
    worse = []
    for name, found in counts.items():
        if found > kept[name] * (1 + TOLERANCE):
            worse.append(f"{name} takes {found:,.0f} instructions, and took {kept[name]:,.0f}")
        elif found < kept[name] * (1 - TOLERANCE):
            print(f"{name} takes fewer than are kept; keep them: make instructions-keep")
    return worse


def main() -> None:
    """Count, and do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where one takes 3 %% more")
    parser.add_argument("--keep", action="store_true", help="keep the counts for this build")
    parser.add_argument("--stock", action="store_true", help="count stock SQLAlchemy too")
    parser.add_argument("names", nargs="*", help="which operations; all by default")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        raise SystemExit("instructions.py needs valgrind (Debian's package valgrind)")
    kept: dict[str, dict[str, float]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    counts = count("ormolu", options.names)
    if options.stock:
        show(counts, count("stock", options.names), "stock")
    else:
        show(counts, kept.get(build(), {}), "kept")
    if options.keep:
        kept[build()] = {name: round(found) for name, found in counts.items()}
        KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n")
    if options.check:
        worse = check(counts, kept.get(build()))
        if worse:
            raise SystemExit("\n".join(worse))


if __name__ == "__main__":
    main()
