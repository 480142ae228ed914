"""The work that is measured: one and the same on stock SQLAlchemy and on ormolu."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from sqlalchemy import Engine, select

from .model import Airline, Airport, Flight, Plane

__all__ = ["MONTHS", "PHASES", "bytes_per_flight", "flights_of_month", "run_phases"]

MONTHS = range(1, 13)
CHANGED = 20_000
EXPIRED = 2_000
PLANES = 200
READS = 10


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


def read_many(engine: Engine) -> int:
    """Load a month and read three attributes of each flight, often; return the reads."""
    reads = 0
    with Session(engine) as session:
        flights = flights_of_month(session, 1)
        for _ in range(READS):
            for flight in flights:
                reads += len((flight.distance, flight.dep_time, flight.carrier))
    return reads


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
        flights = flights_of_month(session, 1)
        for _ in range(5):
            session.expire_all()
        return sum(1 for flight in flights[:EXPIRED] if flight.distance)


def follow_both_ways(engine: Engine) -> int:
    """Go from planes to flights and back, and move flights about; return the moves."""
    moves = 0
    with Session(engine) as session:
        planes = list(session.scalars(select(Plane).order_by(Plane.tailnum).limit(PLANES)))
        spare = Plane(tailnum="ORMOLU")
        for plane in planes:
            for flight in list(plane.flights):
                flight.plane = spare
                moves += flight in spare.flights[-1:] and flight not in plane.flights
                plane.flights.append(flight)
                moves += flight.plane is plane
        session.rollback()
    return moves


def make_new(engine: Engine) -> int:
    """Make new flights and tie them to their airline and airport; write none."""
    with Session(engine) as session:
        airline = session.scalars(select(Airline).order_by(Airline.carrier).limit(1)).one()
        airport = session.scalars(select(Airport).order_by(Airport.faa).limit(1)).one()
        made = [Flight(year=2014, month=1, day=1, flight=number) for number in range(CHANGED)]
        for flight in made:
            flight.airline = airline
            flight.origin_airport = airport
        session.rollback()
        return len(made)


PHASES: dict[str, tuple[str, Callable[[Engine], int]]] = {
    "load every flight": ("flights", load_all),
    "load January, read": ("reads", read_many),
    "change and write": ("flights", change_and_write),
    "expire and reload": ("flights", expire_and_reload),
    "move and move back": ("moves", follow_both_ways),
    "make new ones": ("flights", make_new),
}
"""What is timed: by name, what is counted, and the function that does it."""


def run_phases(engine: Engine) -> Iterator[tuple[str, str, int, float]]:
    """Do all phases; yield name, unit, count of what was done, and seconds of each."""
    for name, (unit, phase) in PHASES.items():
        gc.collect()
        start = time.perf_counter()
        done = phase(engine)
        yield name, unit, done, time.perf_counter() - start


def bytes_per_flight(engine: Engine) -> float:
    """Return the bytes that a loaded flight takes, with its values and its state."""
    with Session(engine) as session:
        gc.collect()
        tracemalloc.start()
        flights = flights_of_month(session, 1)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return taken / len(flights)
