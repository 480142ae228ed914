"""What the workload maps: a parent with children, and a class of ten columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    configure_mappers,
    mapped_column,
    relationship,
)
from sqlalchemy.pool import StaticPool

from sqlalchemy import ForeignKey, create_engine, insert, select


class Base(DeclarativeBase):
    """Of all classes here."""


class Parent(Base):
    """Has two plain attributes and a collection."""

    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[int | None]
    b: Mapped[int | None]
    children: Mapped[list[Child]] = relationship(back_populates="parent")


class Child(Base):
    """Refers to its parent."""

    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")


class Wide(Base):
    """Has ten columns."""

    __tablename__ = "wide"
    id: Mapped[int] = mapped_column(primary_key=True)
    c1: Mapped[int]
    c2: Mapped[int]
    c3: Mapped[int]
    c4: Mapped[int]
    c5: Mapped[int]
    c6: Mapped[str]
    c7: Mapped[str]
    c8: Mapped[str]
    c9: Mapped[float]


configure_mappers()


def wide_database(objects: int) -> tuple[Callable[[], Session], Callable[[Session], list[Wide]]]:
    """Return what makes a session on a filled database, and what loads all of it."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    rows: list[dict[str, Any]] = [
        {
            "id": n,
            **{f"c{i}": n + i for i in range(1, 6)},
            **{f"c{i}": f"text {n % 1000}" for i in range(6, 9)},
            "c9": n / 7,
        }
        for n in range(1, objects + 1)
    ]
    with engine.begin() as connection:
        connection.execute(insert(Wide), rows)
    return (lambda: Session(engine)), (lambda session: list(session.scalars(select(Wide))))
