"""What came out of a run, how it is kept, and how two runs compare."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["Result", "calls_in", "kept", "regressions", "stock_is_kept"]


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
        server: the version of the database.
        commit: of ormolu's sources; of stock, empty.
        tracebacks: of the tests that failed, by their id.
        outputs: of programs, what they printed, by their name.
        calls: of tests that count function calls, how many, by their name.
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
    server: str = ""
    commit: str = ""
    tracebacks: dict[str, str] = field(default_factory=dict, repr=False)
    outputs: dict[str, str] = field(default_factory=dict, repr=False)
    calls: dict[str, int] = field(default_factory=dict, repr=False)

    def count(self, *outcomes: str) -> int:
        """Return how many tests ended in one of these ways."""
        counts = Counter(self.outcomes.values())
        return sum(counts[outcome] for outcome in outcomes)

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """What two runs must have in common to be compared."""
        return self.suite, self.version, self.database, self.python

    @property
    def name(self) -> str:
        """What files about it are called."""
        return "-".join((*self.subject, self.layer, self.backend)).strip("-")

    def save(self, folder: Path) -> None:
        """Keep it in ``folder``, in the place of an earlier one of its kind."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(json.dumps(asdict(self), indent=1))


def kept(folder: Path) -> list[Result]:
    """Return all results kept in ``folder``."""
    return [Result(**json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def stock_is_kept(folder: Path, subject: tuple[str, str, str, str]) -> bool:
    """Return whether a result of stock is kept, so that it need not be run again."""
    return any(one.subject == subject and one.layer == "stock" for one in kept(folder))


def calls_in(text: str) -> dict[str, int]:
    """Return how many calls each test made, from the file that SQLAlchemy's tests write.

    A line of it is a test, the platform, and one count for each time that the
    test counts.
    """
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {test: sum(map(int, counts.split(","))) for test, _platform, counts in lines}


def regressions(stock: Result, ormolu: Result) -> dict[str, str]:
    """Return the tests that do on stock what they do not on ormolu, and what they do there.

    That is: those that pass on stock and do not pass on ormolu, or are not there
    at all, those that are skipped on ormolu alone, and programs that print
    something else.

    Args:
        stock: what came out on SQLAlchemy's own layer.
        ormolu: what came out on ormolu.
    """
    found = {
        program: "prints something else"
        for program, output in stock.outputs.items()
        if ormolu.outputs.get(program) != output
    }
    for test, outcome in stock.outcomes.items():
        if outcome == "passed" and ormolu.outcomes.get(test) != "passed":
            found[test] = ormolu.outcomes.get(test, "missing")
    return dict(sorted(found.items()))
