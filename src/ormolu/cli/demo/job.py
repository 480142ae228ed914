"""The work that is measured: one and the same on stock SQLAlchemy and on ormolu."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from sqlalchemy import Engine, select

from .model import Airline, Airport, Flight, Plane

__all__ = ["MONTHS", "PHASES", "flights_of_month", "run_phases"]

MONTHS = range(1, 13)
CHANGED = 20_000
EXPIRED = 2_000
PLANES = 200


def flights_of_month(session: Session, month: int) -> list[Flight]:
    """Load the flights of one month, as objects."""
    return list(session.scalars(select(Flight).where(Flight.month == month).order_by(Flight.id)))


def load_all(engine: Engine) -> int:
    """Load every flight of the year, month by month; return how many there were."""
    loaded = 0
    for month in MONTHS:
        with Session(engine) as session:
            loaded += len(flights_of_month(session, month))
    return loaded


def read_all(engine: Engine) -> int:
    """Read three attributes of every flight of a month; return the miles flown."""
    with Session(engine) as session:
        flights = flights_of_month(session, 1)
        return sum(
            flight.distance for flight in flights if flight.dep_time and flight.carrier != "HA"
        )


def change_and_write(engine: Engine) -> int:
    """Change two attributes of many flights and write them; return how many changed."""
    with Session(engine) as session:
        flights = flights_of_month(session, 1)[:CHANGED]
        for flight in flights:
            flight.dep_delay = (flight.dep_delay or 0) + 1
            flight.arr_delay = (flight.arr_delay or 0) + 1
        changed = len(session.dirty)
        session.commit()
        return changed


def expire_and_reload(engine: Engine) -> int:
    """Expire all flights of a month and read some again; return how many were read."""
    with Session(engine) as session:
        flights = flights_of_month(session, 2)
        for _ in range(5):
            session.expire_all()
        return sum(1 for flight in flights[:EXPIRED] if flight.distance)


def follow_both_ways(engine: Engine) -> int:
    """Go from planes to flights and back, and move flights about; return the hops."""
    hops = 0
    with Session(engine) as session:
        planes = list(session.scalars(select(Plane).order_by(Plane.tailnum).limit(PLANES)))
        spare = Plane(tailnum="ORMOLU")
        for plane in planes:
            for flight in list(plane.flights):
                hops += flight.plane is plane
                flight.plane = spare
                hops += flight in spare.flights[-1:] and flight not in plane.flights
                plane.flights.append(flight)
        session.rollback()
    return hops


def make_new(engine: Engine) -> int:
    """Make new flights and tie them to their airline and airport; write none."""
    with Session(engine) as session:
        airline = session.scalars(select(Airline).order_by(Airline.carrier)).first()
        airport = session.scalars(select(Airport).order_by(Airport.faa)).first()
        made = [Flight(year=2014, month=1, day=1, flight=number) for number in range(CHANGED)]
        for flight in made:
            flight.airline = airline
            flight.origin_airport = airport
        session.rollback()
        return len(made)


PHASES: dict[str, Callable[[Engine], int]] = {
    "load every flight": load_all,
    "read attributes": read_all,
    "change and write": change_and_write,
    "expire and reload": expire_and_reload,
    "follow both ways": follow_both_ways,
    "make new ones": make_new,
}


def run_phases(engine: Engine) -> Iterator[tuple[str, int, float]]:
    """Do all phases; yield name, count of what was done, and seconds of each."""
    for name, phase in PHASES.items():
        start = time.perf_counter()
        done = phase(engine)
        yield name, done, time.perf_counter() - start
