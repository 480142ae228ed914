"""Prints the runs of lines that ormolu shares with the SQLAlchemy installed here.

All of ormolu is its authors' own work.  Lines are compared with white space
folded; imports, punctuation and very short lines do not count.  Exits with 1
where a run of four lines or more stands in both.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

RUN = 4
SHORTEST = 12
SOURCE = Path(__file__).parent.parent / "src"
_TRIVIAL = re.compile(
    r"(from|import)\b|\W*$|@(property|classmethod|staticmethod)$|return( self)?$"
)


def telling_lines(path: Path) -> list[tuple[int, str]]:
    """Return number and folded text of the lines that say something."""
    folded = (
        (number, " ".join(line.split()))
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
    )
    return [
        (number, line)
        for number, line in folded
        if len(line) >= SHORTEST and not _TRIVIAL.match(line)
    ]


def runs(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield every run of lines of a file, with the number of its first."""
    lines = telling_lines(path)
    for start in range(len(lines) - RUN + 1):
        window = lines[start : start + RUN]
        yield window[0][0], tuple(text for _, text in window)


def shared_runs() -> list[str]:
    """Return a line for each run that stands in SQLAlchemy too."""
    spec = importlib.util.find_spec("sqlalchemy")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("SQLAlchemy is not installed here, so there is nothing to compare with")
    root = Path(next(iter(spec.submodule_search_locations)))
    theirs = {run: f"{path}:{at}" for path in root.rglob("*.py") for at, run in runs(path)}
    ours = [path for path in SOURCE.rglob("*") if path.suffix in (".py", ".pxd", ".pyi")]
    return [
        f"{path}:{at} ~ {theirs[run]}" for path in ours for at, run in runs(path) if run in theirs
    ]


if __name__ == "__main__":
    found = shared_runs()
    print("\n".join(found) or "no line runs shared with SQLAlchemy")
    sys.exit(bool(found))
