"""What it costs to profile: the job of the demonstration, watched and not, in turns.

usage: python benchmarks/profiler.py [--rows N] [--rounds N]

Each process does the job on ormolu, alone or within ``Profile``; the best of each phase
counts. The ratio is that of the whole job, and the exit status is 1 if it is above the limit.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LIMIT = 3.0
WAYS = ("alone", "profiled")


def prepare(rows: int | None, database: Path) -> None:
    """Put the flights into a database."""
    from ormolu.cli.demo.source import fill, tables_of_source  # noqa: PLC0415 - the same
    from sqlalchemy import create_engine  # noqa: PLC0415 - workers choose the layer first

    engine = create_engine(f"sqlite:///{database}")
    for _ in fill(engine, tables_of_source(rows)):
        pass
    engine.dispose()


def work(way: str, database: str) -> None:
    """Do the job, and print the seconds of each phase."""
    import ormolu.sqlalchemy  # noqa: PLC0415 - it is not for the process that compares

    ormolu.sqlalchemy.install()
    from ormolu.cli.demo.job import run_phases  # noqa: PLC0415 - the same
    from ormolu.profiler import Profile  # noqa: PLC0415 - the same
    from sqlalchemy import create_engine  # noqa: PLC0415 - install() comes first

    engine = create_engine(f"sqlite:///{database}")
    if way == "alone":
        print(json.dumps({name: seconds for name, _, _, seconds in run_phases(engine)}))
        return
    with Profile(everywhere=True) as profile:
        seconds = {name: seconds for name, _, _, seconds in run_phases(engine)}
    profile.report(final=True)
    print(json.dumps(seconds))


def measured(way: str, database: Path) -> dict[str, float]:
    """Return the seconds of each phase in a process of its own, with a copy of the data."""
    copy = database.with_name(f"{way}.sqlite")
    shutil.copyfile(database, copy)
    command = [sys.executable, __file__, "--work", way, str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(database: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Return the best seconds of each phase, by way."""
    best: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for way in WAYS:
            found = measured(way, database)
            kept = best.setdefault(way, found)
            best[way] = {name: min(kept[name], found[name]) for name in found}
    return best


def show(best: dict[str, dict[str, float]]) -> float:
    """Print the table; return the ratio of the whole."""
    import ormolu._backend as backend  # noqa: PLC0415 - only here

    print(f"{'':22}{'alone':>10}{'profiled':>10}{'ratio':>8}   {backend.backend()} core")
    for name, seconds in best["alone"].items():
        watched = best["profiled"][name]
        print(f"{name:22}{seconds:9.2f}s{watched:9.2f}s{watched / seconds:7.2f}x")
    alone, watched = (sum(best[way].values()) for way in WAYS)
    print(f"{'all':22}{alone:9.2f}s{watched:9.2f}s{watched / alone:7.2f}x")
    return watched / alone


def main() -> int:
    """Compare, or be one of the processes that are compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, help="how many flights; all 336,776 by default")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options: Any = parser.parse_args()
    if options.work:
        work(*options.work)
        return 0
    with tempfile.TemporaryDirectory(prefix="ormolu-profiler-") as folder:
        database = Path(folder) / "flights.sqlite"
        prepare(options.rows, database)
        ratio = show(compare(database, options.rounds))
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
