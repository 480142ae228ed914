"""What a type checker has to make of a mapped program; read by test_types.py, never run."""

from typing import assert_type

from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    Session,
    attributes,
    mapped_column,
    relationship,
)
from sqlalchemy.orm.collections import InstrumentedList
from sqlalchemy.orm.state import InstanceState

import ormolu.sqlalchemy
from sqlalchemy import ForeignKey, inspect, select

ormolu.sqlalchemy.install()


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


def read(session: Session, author: Author) -> None:
    assert_type(author.name, str | None)
    assert_type(author.books, list[Book])
    assert_type(author.books[0].author.id, int)
    assert_type(Author.name, InstrumentedAttribute[str | None])
    assert_type(session.scalars(select(Book)).one(), Book)
    assert_type(inspect(author), InstanceState[Author])
    assert_type(inspect(author).session, Session | None)
    assert_type(inspect(author).attrs.name.history, attributes.History)
    assert_type(attributes.get_history(author, "name"), attributes.History)
    assert_type(InstrumentedList[Book]().pop(), Book)
    # an error of the reader's own is still one: strict mypy wants the comment needed
    author.name = 5  # type: ignore[assignment]
