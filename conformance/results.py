"""What came out of a run, how it is kept, and how two runs compare."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["Result", "kept", "regressions"]


@dataclass
class Result:
    """What came out of one suite, on one version, database and layer.

    Attributes:
        suite: the name of the suite.
        version: of SQLAlchemy.
        python: the version of the interpreter.
        database: the name of the database.
        layer: ``"stock"`` or ``"ormolu"``.
        backend: ``"native"`` or ``"pure"``; of stock, empty.
        seconds: how long it took.
        outcomes: by the id of the test: passed, failed, error or skipped.
        foreign: functions of SQLAlchemy's own layer whose body ran; ``None`` if
            nobody looked.
    """

    suite: str
    version: str
    python: str
    database: str
    layer: str
    backend: str
    seconds: float
    outcomes: dict[str, str] = field(repr=False)
    foreign: list[str] | None = None

    def count(self, *outcomes: str) -> int:
        """Return how many tests ended in one of these ways."""
        counts = Counter(self.outcomes.values())
        return sum(counts[outcome] for outcome in outcomes)

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """What two runs must have in common to be compared."""
        return self.suite, self.version, self.database, self.python

    def save(self, folder: Path) -> None:
        """Keep it in ``folder``, in the place of an earlier one of its kind."""
        folder.mkdir(parents=True, exist_ok=True)
        name = "-".join((*self.subject, self.layer, self.backend)).strip("-")
        (folder / f"{name}.json").write_text(json.dumps(asdict(self), indent=1))


def kept(folder: Path) -> list[Result]:
    """Return all results kept in ``folder``."""
    return [Result(**json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def regressions(stock: Result, ormolu: Result) -> list[str]:
    """Return the tests that do on stock what they do not on ormolu.

    That is: those that pass on stock and do not pass on ormolu, or are not there
    at all, and those that are skipped on ormolu alone.

    Args:
        stock: what came out on SQLAlchemy's own layer.
        ormolu: what came out on ormolu.
    """
    return sorted(
        f"{test}: {ormolu.outcomes.get(test, 'missing')}"
        for test, outcome in stock.outcomes.items()
        if outcome == "passed" and ormolu.outcomes.get(test) != "passed"
    )
