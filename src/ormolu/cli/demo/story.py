"""What the demonstration shows, step by step."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from ... import _backend
from ...sqlalchemy import install

__all__ = ["tell"]


def tell(url: str | None, rows: int | None) -> int:
    """Run the demonstration; see :func:`ormolu.cli.demo.run_demo`."""
    start = time.perf_counter()
    console = Console(width=100)
    install()
    with tempfile.TemporaryDirectory(prefix="ormolu-demo-") as folder:
        database = None if url else Path(folder) / "flights.sqlite"
        story = _Story(console, url or f"sqlite:///{database}")
        try:
            story.load(rows)
            story.read_objects()
            proven = story.change()
            story.compare(database)
        finally:
            story.clean_up(url is not None)
    console.print(f"\n{time.perf_counter() - start:.0f} seconds in all.")
    return 0 if proven else 1


class _Story:
    def __init__(self, console: Console, url: str) -> None:
        from sqlalchemy import create_engine  # noqa: PLC0415 - install() comes first

        self.console = console
        self.url = url
        self.engine = create_engine(url)

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False)

    def _title(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/bold]")

    def load(self, rows: int | None) -> None:
        """Put the data into the database."""
        from .source import fill, tables_of_source  # noqa: PLC0415 - install() comes first

        self._title("1. The flights that left New York in 2013, into the database")
        with Progress(console=self.console) as progress:
            reading = progress.add_task("reading the files", total=1)
            tables = tables_of_source(rows)
            progress.advance(reading)
            total = sum(len(records) for _, records in tables)
            writing = progress.add_task(f"inserting {total:,} rows", total=total)
            for count in fill(self.engine, tables):
                progress.advance(writing, count)

    def read_objects(self) -> None:
        """Load every flight as an object, and go from one to the others."""
        from sqlalchemy.orm import InstanceState, Session  # noqa: PLC0415 - the same

        from sqlalchemy import select  # noqa: PLC0415 - install() comes first

        from .job import MONTHS, flights_of_month  # noqa: PLC0415 - the same
        from .model import Airline, Flight  # noqa: PLC0415 - the same

        self._title("2. All of them as objects, on ormolu")
        layer = InstanceState.__mro__[1].__module__
        self._say(f"   the state of each is an InstanceState of {layer} ({_backend.backend()})")
        loaded = 0
        with Progress(console=self.console) as progress:
            months = progress.add_task("loading, month by month", total=len(MONTHS))
            for month in MONTHS:
                with Session(self.engine) as session:
                    loaded += len(flights_of_month(session, month))
                progress.advance(months)
        self._say(f"   {loaded:,} flights")
        self._title("3. From one object to the others, both ways")
        with Session(self.engine) as session:
            flight = session.get_one(Flight, 1)
            plane, airport = flight.plane, flight.dest_airport
            self._say(f"   flight 1 is {flight.airline.name} {flight.flight} to {airport.name}")
            if plane is not None:
                there = flight in plane.flights
                self._say(
                    f"   its plane, a {plane.manufacturer} {plane.model}, made "
                    f"{len(plane.flights)} flights; this one among them: {there}"
                )
            spare = session.scalars(select(Airline).where(Airline.carrier != flight.carrier))
            other = spare.first()
            if other is not None:
                before = len(other.flights)
                flight.airline = other
                self._say(
                    f"   given to {other.name}, it is one of their "
                    f"{len(other.flights):,} flights (there were {before:,})"
                )
            session.rollback()

    def change(self) -> bool:
        """Change, look, undo, write, and read again in another process."""
        from sqlalchemy.orm import Session  # noqa: PLC0415 - the same

        from sqlalchemy import inspect  # noqa: PLC0415 - install() comes first

        from .job import flights_of_month  # noqa: PLC0415 - the same

        self._title("4. What changed, and from what")
        with Session(self.engine, expire_on_commit=False) as session:
            flights = flights_of_month(session, 1)[:1000]
            late = [flight for flight in flights if flight.dep_delay is not None]
            for flight in late:
                flight.dep_delay += 5
            first, second, third, *_ = late
            first.tailnum = None
            for flight in (first, second):
                for key in ("dep_delay", "tailnum"):
                    history = inspect(flight).attrs[key].history
                    if history.has_changes():
                        self._say(
                            f"   flight {flight.id}.{key}: {history.deleted} -> {history.added}"
                        )
            self._say(f"   {len(session.dirty):,} objects are dirty")

            self._title("5. One change undone")
            history = inspect(second).attrs.dep_delay.history
            second.dep_delay = history.deleted[0]
            undone = not inspect(second).attrs.dep_delay.history.has_changes()
            self._say(f"   flight {second.id}.dep_delay is {second.dep_delay} again")

            self._title("6. Expired, and loaded again")
            session.expire(third, ["dep_delay", "arr_time"])
            unloaded = sorted(inspect(third).unloaded & {"dep_delay", "arr_time"})
            self._say(f"   flight {third.id} lacks {', '.join(unloaded)}; read: {third.dep_delay}")

            self._title("7. The rest written, and read again in a new process")
            session.commit()
            expected = {str(f.id): [f.dep_delay, f.tailnum] for f in (first, second, *late[3:50])}
        return self._prove(expected) and undone

    def _prove(self, expected: dict[str, list[Any]]) -> bool:
        from .compare import run_worker  # noqa: PLC0415 - only here

        found = run_worker("verify", self.url, *expected)
        same: bool = found == expected
        verdict = "[green]as written[/green]" if same else "[red]NOT as written[/red]"
        self._say(f"   {len(found)} flights are {verdict}")
        return same

    def compare(self, database: Path | None) -> None:
        """Do the same work on both layers and show the figures."""
        from .compare import compare, table_of  # noqa: PLC0415 - only here

        self._title("8. The same work, on stock SQLAlchemy and on ormolu")
        self.engine.dispose()
        with self.console.status("working, in a process for each"):
            best = compare(self.url, database, rounds=2)
        self.console.print(table_of(best))

    def clean_up(self, drop: bool) -> None:
        """Leave nothing behind, on a server either."""
        from .model import Base  # noqa: PLC0415 - install() comes first

        if drop:
            Base.metadata.drop_all(self.engine)
        self.engine.dispose()
