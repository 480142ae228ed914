"""What the workload maps: a parent with children, and a class of ten columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    configure_mappers,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)
from sqlalchemy.pool import StaticPool

from sqlalchemy import ForeignKey, Integer, String, create_engine, insert, select


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


def wide_database(
    objects: int,
) -> tuple[Callable[[], Session], Callable[[], Any], Callable[[Session], list[Wide]]]:
    """Return what makes a session on a filled database, and what loads all of it.

    The second loads the bare rows, the third the instances.
    """
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

    def bare_rows() -> Any:
        with engine.connect() as connection:
            return connection.execute(select(Wide.__table__)).all()

    return (
        lambda: Session(engine),
        bare_rows,
        lambda session: list(session.scalars(select(Wide))),
    )


def family_database(
    parents: int,
) -> tuple[Callable[[], Session], Callable[[Session, str], list[Parent]]]:
    """Return what makes a session on parents with ten children each, and what loads them.

    The loader is given the way to load the children: ``"selectin"`` or ``"joined"``.
    """
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(Parent), [{"id": n, "a": n, "b": n} for n in range(1, parents + 1)]
        )
        connection.execute(
            insert(Child), [{"parent_id": n // 10 + 1} for n in range(parents * 10)]
        )
    options = {"selectin": selectinload, "joined": joinedload}

    def load(session: Session, how: str) -> list[Parent]:
        found = session.scalars(select(Parent).options(options[how](Parent.children)))
        return list(found.unique())

    return (lambda: Session(engine)), load


def map_classes(count: int) -> None:
    """Map and configure classes of four columns, each with a reference to the one before."""

    class Other(DeclarativeBase):
        """Of the classes made here."""

    before = None
    for n in range(count):
        body: dict[str, Any] = {
            "__tablename__": f"made_{n}",
            "id": mapped_column(Integer, primary_key=True),
            "a": mapped_column(Integer),
            "b": mapped_column(String),
            "before_id": mapped_column(ForeignKey(f"made_{max(n - 1, 0)}.id")),
        }
        if before is not None:
            body["before"] = relationship(before)
        before = type(f"Made{n}", (Other,), body)
    configure_mappers()
