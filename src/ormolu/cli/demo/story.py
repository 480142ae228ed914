"""What the demonstration shows, step by step."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ... import _backend
from ...sqlalchemy import install, installed
from .outcome import UnableError, prove

__all__ = ["tell"]


def tell(url: str | None, rows: int | None) -> None:
    """Run the demonstration; see :func:`ormolu.cli.demo.run_demo`."""
    start = time.perf_counter()
    if not installed():  # as it is where the demonstration itself is profiled
        install()
    with tempfile.TemporaryDirectory(prefix="ormolu-demo-") as folder:
        database = None if url else Path(folder) / "flights.sqlite"
        story = _Story(url or f"sqlite:///{database}")
        try:
            loaded = story.load(rows)
            story.read_objects(loaded)
            story.follow()
            story.change()
            story.compare(database)
        finally:
            story.clean_up(on_server=database is None)
    story.say([f"{time.perf_counter() - start:.0f} seconds in all"])


class _Story:
    def __init__(self, url: str) -> None:
        self.console = Console(highlight=False)
        self.url = url
        self.engine = _connected(url)
        self.chapter = 0

    def say(self, lines: Iterable[str]) -> None:
        for line in lines:
            # [2] -> [7] is a history, not markup
            self.console.print(f"   {line}", markup=False, soft_wrap=True)

    def title(self, text: str) -> None:
        self.chapter += 1
        self.console.print(f"\n[bold]{self.chapter}. {text}[/bold]")

    def progress(self) -> Progress:
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn())
        return Progress(*columns, console=self.console)

    def load(self, rows: int | None) -> int:
        """Put the data into the database; return the number of flights."""
        from .source import fill, tables_of_source  # noqa: PLC0415 - install() comes first

        self.title("The flights that left New York in 2013, into the database")
        with self.console.status("reading the files"):
            tables = tables_of_source(rows)
        counts = {_label(class_): len(records) for class_, records in tables}
        self.say([", ".join(f"{count:,} {name}" for name, count in counts.items())])
        with self.progress() as progress:
            writing = progress.add_task("rows inserted", total=sum(counts.values()))
            for count in fill(self.engine, tables):
                progress.advance(writing, count)
        return counts["flights"]

    def read_objects(self, expected: int) -> None:
        """Load every flight as an object."""
        from sqlalchemy.orm import InstanceState, Session  # noqa: PLC0415 - install() first

        from .job import MONTHS, flights_of_month  # noqa: PLC0415 - the same

        self.title("All of them as objects, month by month")
        layer = InstanceState.__mro__[1].__module__
        self.say([f"the layer beneath the ORM is {layer}, {_backend.backend()} core"])
        loaded = 0
        with self.progress() as progress:
            months = progress.add_task("flights loaded", total=expected)
            for month in MONTHS:
                with Session(self.engine) as session:
                    loaded += len(flights_of_month(session, month))
                progress.update(months, completed=loaded)
        prove(loaded == expected, f"{expected:,} flights are loaded ({loaded:,} are)")

    def follow(self) -> None:
        """Go from one object to the others."""
        from sqlalchemy.orm import Session  # noqa: PLC0415 - install() comes first

        from . import steps  # noqa: PLC0415 - the same

        self.title("From one object to the others, both ways")
        with Session(self.engine) as session:
            self.say(steps.follow(session))

    def change(self) -> None:
        """Change, look, undo, write, and read again in another process."""
        from sqlalchemy.orm import Session  # noqa: PLC0415 - install() comes first

        from . import steps  # noqa: PLC0415 - the same

        self.title("What changed, and from what")
        with Session(self.engine, expire_on_commit=False) as session:
            # all are kept: the session holds those that did not change weakly
            flights, lines = steps.change(session)
            self.say(lines)
            self.title("One change undone")
            self.say(steps.undo(flights[1]))
            self.title("Expired, and loaded again")
            self.say(steps.expire_and_reload(session, flights[2]))
            self.title("The rest written, and read again in a new process")
            session.commit()
            self.verify(steps.written(flights))

    def verify(self, expected: dict[str, list[Any]]) -> None:
        """Have another process read what was written."""
        from .compare import run_worker  # noqa: PLC0415 - only here

        found = run_worker("verify", self.url, [int(number) for number in expected])
        differing = sorted(number for number in expected if found.get(number) != expected[number])
        prove(not differing, f"flights {', '.join(differing[:5])} are read as they were written")
        self.say([f"{len(found):,} flights read, and all are as written"])

    def compare(self, database: Path | None) -> None:
        """Do the same work on both layers and show the figures."""
        from .compare import compare, table_of  # noqa: PLC0415 - only here

        self.title("The same work on stock SQLAlchemy and on ormolu")
        self.engine.dispose()
        with self.console.status("working, stock and ormolu in turns") as status:
            best = compare(self.url, database, rounds=2, begin=status.update)
        self.console.print(table_of(best))
        self.say(
            [
                "each in a process of its own, twice, in turns; the better figures of each.",
                "stock/ormolu above 1 says that ormolu took less; "
                f"here it runs on its {_backend.backend()} core.",
            ]
        )

    def clean_up(self, on_server: bool) -> None:
        """Leave nothing behind, on a server either."""
        from .model import Base  # noqa: PLC0415 - install() comes first

        if on_server:
            Base.metadata.drop_all(self.engine)
        self.engine.dispose()


def _label(class_: type) -> str:
    name = class_.__name__.lower()
    return f"hours of {name}" if name == "weather" else f"{name}s"


def _connected(url: str) -> Any:
    from sqlalchemy import create_engine, exc  # noqa: PLC0415 - install() comes first

    try:
        engine = create_engine(url)
        engine.connect().close()
    except ModuleNotFoundError as error:
        raise UnableError(
            f"{error.name}, the driver of that --url, is not installed; pip install {error.name}"
        ) from None
    except (exc.ArgumentError, exc.DBAPIError) as error:
        # the driver's reason goes on over several lines; the password is in none
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise UnableError(f"the database of --url cannot be used: {reason}") from None
    return engine
