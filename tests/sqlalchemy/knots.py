"""A program: what the layer refuses, beneath SQLAlchemy, leaves no knot for the collector."""

import gc

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship  # noqa: E402

from sqlalchemy import ForeignKey  # noqa: E402


class Base(DeclarativeBase):
    """What is mapped."""


class Parent(Base):
    """Has children."""

    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    children: Mapped[list["Child"]] = relationship(back_populates="parent")


class Child(Base):
    """Has a parent."""

    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")


def main() -> None:
    """Have removals refused, and print what the collector then finds."""
    parent, child = Parent(), Child()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        parent.children.remove(child)
    except ValueError:
        print("refused")
    gc.collect()
    print([type(found).__name__ for found in gc.garbage])


main()
