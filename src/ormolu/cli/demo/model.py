"""The mapping: airlines, airports, planes, weather and flights."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from sqlalchemy import Double, ForeignKey, String

__all__ = ["Airline", "Airport", "Base", "Flight", "Plane", "Weather"]


class Base(DeclarativeBase):
    """Of all classes here."""

    # MariaDB wants a length for text that is a key, and keeps half of a float
    type_annotation_map = {str: String(100), float: Double()}


class Airline(Base):
    """A carrier."""

    __tablename__ = "ormolu_demo_airline"

    carrier: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]

    flights: Mapped[list[Flight]] = relationship(back_populates="airline")


class Airport(Base):
    """An airport, or a destination that the data has no airport for."""

    __tablename__ = "ormolu_demo_airport"

    faa: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    alt: Mapped[int | None]
    tz: Mapped[int | None]
    dst: Mapped[str | None]
    tzone: Mapped[str | None]

    departures: Mapped[list[Flight]] = relationship(
        back_populates="origin_airport", foreign_keys="Flight.origin"
    )
    arrivals: Mapped[list[Flight]] = relationship(
        back_populates="dest_airport", foreign_keys="Flight.dest"
    )


class Plane(Base):
    """An aircraft, or a tail number that the data has no aircraft for."""

    __tablename__ = "ormolu_demo_plane"

    tailnum: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int | None]
    type: Mapped[str | None]
    manufacturer: Mapped[str | None]
    model: Mapped[str | None]
    engines: Mapped[int | None]
    seats: Mapped[int | None]
    speed: Mapped[int | None]
    engine: Mapped[str | None]

    flights: Mapped[list[Flight]] = relationship(back_populates="plane")


class Weather(Base):
    """The weather at an airport in one hour; the data has a few hours twice."""

    __tablename__ = "ormolu_demo_weather"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(ForeignKey("ormolu_demo_airport.faa"))
    time_hour: Mapped[datetime.datetime] = mapped_column(index=True)
    temp: Mapped[float | None]
    dewp: Mapped[float | None]
    humid: Mapped[float | None]
    wind_dir: Mapped[float | None]
    wind_speed: Mapped[float | None]
    wind_gust: Mapped[float | None]
    precip: Mapped[float | None]
    pressure: Mapped[float | None]
    visib: Mapped[float | None]


class Flight(Base):
    """A departure from New York."""

    __tablename__ = "ormolu_demo_flight"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    month: Mapped[int] = mapped_column(index=True)
    day: Mapped[int]
    dep_time: Mapped[int | None]
    sched_dep_time: Mapped[int]
    dep_delay: Mapped[int | None]
    arr_time: Mapped[int | None]
    sched_arr_time: Mapped[int]
    arr_delay: Mapped[int | None]
    carrier: Mapped[str] = mapped_column(ForeignKey("ormolu_demo_airline.carrier"))
    flight: Mapped[int]
    tailnum: Mapped[str | None] = mapped_column(
        ForeignKey("ormolu_demo_plane.tailnum"), index=True
    )
    origin: Mapped[str] = mapped_column(ForeignKey("ormolu_demo_airport.faa"))
    dest: Mapped[str] = mapped_column(ForeignKey("ormolu_demo_airport.faa"))
    air_time: Mapped[int | None]
    distance: Mapped[int]
    hour: Mapped[int]
    minute: Mapped[int]
    time_hour: Mapped[datetime.datetime]

    airline: Mapped[Airline] = relationship(back_populates="flights")
    plane: Mapped[Plane | None] = relationship(back_populates="flights")
    origin_airport: Mapped[Airport] = relationship(
        back_populates="departures", foreign_keys=[origin]
    )
    dest_airport: Mapped[Airport] = relationship(back_populates="arrivals", foreign_keys=[dest])
