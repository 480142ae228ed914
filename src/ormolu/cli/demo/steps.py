"""What the demonstration does with the objects; each step yields what it has to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from sqlalchemy import inspect, select

from .job import flights_of_month
from .model import Airline, Flight
from .outcome import prove

__all__ = ["Written", "change", "expire_and_reload", "follow", "undo", "written"]

Written = dict[str, list[Any]]
"""By the number of a flight, as JSON has it: its delay and its tail number."""

_DELAY = 5


def follow(session: Session) -> Iterator[str]:
    """Go from a flight to the others, and back; move it, and roll that back."""
    flight = session.get_one(Flight, 1)
    airline, plane, there = flight.airline, flight.plane, flight.dest_airport
    yield f"flight 1 is {airline.name} {flight.flight} to {there.name}"
    yield from _both_ways(flight, plane)
    other = session.scalars(select(Airline).where(Airline.carrier != airline.carrier)).first()
    if other is None:
        return
    before = len(other.flights)
    flight.airline = other
    prove(flight in other.flights, "a flight is among those of its new airline")
    yield (
        f"given to {other.name}, it is among their flights at once: "
        f"{before:,} before, {len(other.flights):,} now"
    )
    session.rollback()
    prove(flight.airline is airline, "a flight has its old airline after the rollback")
    prove(len(other.flights) == before, "the other airline has its flights after the rollback")
    yield f"session.rollback(): it is {flight.airline.name}'s again"


def _both_ways(flight: Flight, plane: Any) -> Iterator[str]:
    prove(flight in flight.origin_airport.departures, "a flight departs from its origin")
    yield (
        f"{flight.origin_airport.name} has {len(flight.origin_airport.departures):,} "
        "departures, this one among them"
    )
    if plane is not None:
        prove(flight in plane.flights, "a flight is among those of its plane")
        yield (
            f"its plane, a {plane.manufacturer} {plane.model}, made "
            f"{len(plane.flights):,} flights, this one among them"
        )


def change(session: Session) -> tuple[list[Flight], list[str]]:
    """Change flights of January; return them, and what changed of the first two."""
    flights = [f for f in flights_of_month(session, 1)[:1000] if f.dep_delay is not None]
    for flight in flights:
        flight.dep_delay = (flight.dep_delay or 0) + _DELAY
    first, second = flights[0], flights[1]
    first.tailnum = second.tailnum
    dirty = len(session.dirty)
    prove(dirty == len(flights), "the session knows of every flight that changed")
    lines = [f"{dirty:,} flights are {_DELAY} minutes later, and one has another tail number:"]
    for flight in (first, second):
        for name in ("dep_delay", "tailnum"):
            history = inspect(flight).attrs[name].history
            if history.has_changes():
                lines.append(f"flight {flight.id}.{name}: {history.deleted} -> {history.added}")
    return flights, lines


def undo(flight: Flight) -> Iterator[str]:
    """Put the value back that the history has."""
    delay = inspect(flight).attrs["dep_delay"]
    late = flight.dep_delay
    flight.dep_delay = delay.history.deleted[0]
    prove(not delay.history.has_changes(), "an attribute set back has no changes")
    yield f"flight {flight.id}.dep_delay is {flight.dep_delay} again, not {late}; no changes left"


def expire_and_reload(session: Session, flight: Flight) -> Iterator[str]:
    """Expire two attributes of a flight, and have them loaded again.

    What was changed and not written is lost, as it has to be.
    """
    changed = flight.dep_delay
    session.expire(flight, ["dep_delay", "arr_time"])
    gone = sorted(inspect(flight).unloaded & {"dep_delay", "arr_time"})
    prove(len(gone) == 2, "expired attributes are not loaded")
    before = (changed or 0) - _DELAY
    prove(flight.dep_delay == before, "an expired attribute is read from the database")
    yield (
        f"flight {flight.id} without {' and '.join(gone)}: dep_delay, read again, is "
        f"{flight.dep_delay} and not {changed}"
    )


def written(flights: list[Flight]) -> Written:
    """Return what the database has to have of these flights from now on."""
    return {str(flight.id): [flight.dep_delay, flight.tailnum] for flight in flights}
