"""What a type checker has to make of awaited loads; read by test_types.py, never run."""

from typing import Any, assert_type

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from ormolu.asyncio import awaitable, load
from ormolu.attributes import register_attribute
from sqlalchemy import ForeignKey


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    books: Mapped[list["Book"]] = relationship(back_populates="author")
    books_soon = awaitable(books)
    named = awaitable[str]("name")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


class Point:
    pass


async def read(author: Author, book: Book) -> None:
    assert_type(await load(author, Author.name), str | None)
    assert_type(await load(author, Author.books), list[Book])
    assert_type(await load(book, Book.author), Author)
    assert_type(await load(author, Author.name, Author.books), tuple[str | None, list[Book]])
    # pyright takes what is declared for what relationship() returns, in the class body
    assert_type(await author.books_soon, list[Book])  # pyright: ignore[reportAssertTypeFailure]
    assert_type(await author.named, str)
    assert_type(await load(author, "name"), Any)
    assert_type(await load(Point(), register_attribute(Point, "x")), Any)
