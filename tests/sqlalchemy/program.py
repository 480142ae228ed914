"""What a mapped program does with the layer; prints one JSON value per line.

Run by test_program.py on stock SQLAlchemy and on ormolu, which have to agree.
"""

import json
import pickle
import sys

if sys.argv[1] == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attribute_keyed_dict,
    mapped_column,
    relationship,
)

from sqlalchemy import ForeignKey, create_engine, event, inspect, select


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(
        back_populates="author", cascade="all, delete-orphan"
    )
    notes: Mapped[dict[str, "Note"]] = relationship(
        collection_class=attribute_keyed_dict("word"), cascade="all, delete-orphan"
    )


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))


def show(*values):
    print(json.dumps(values, default=str))


def titles(books):
    return [book.title for book in books]


def history(instance, key):
    return [list(part) for part in inspect(instance).attrs[key].history]


def main():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    seen = []
    event.listen(Book.title, "set", lambda target, new, old, token: seen.append([new, str(old)]))
    event.listen(Author, "load", lambda target, context: seen.append("load"))
    with Session(engine) as session:
        author = Author(name="Ann", books=[Book(title="One"), Book(title="Two")])
        author.notes["x"] = Note(word="x")
        state = inspect(author)
        show(state.transient, state.pending, state.persistent)
        session.add(author)
        show(inspect(author.books[0]).pending)
        session.commit()
        show(state.persistent, sorted(state.unloaded), state.expired)
        author.name = "Bea"
        show(history(author, "name"), author in session.dirty)
        first, second = author.books
        second.author = None
        show(titles(author.books), titles(history(author, "books")[2]))
        session.rollback()
        show(author.name, titles(author.books), second.author is author)
        author.books.remove(first)
        session.commit()
        show(inspect(first).detached or inspect(first).was_deleted, titles(author.books))
        author.books = [Book(title="Three"), *author.books]
        session.commit()
        show(titles(session.scalars(select(Book).order_by(Book.id)).all()))
        show(list(author.notes), author.notes["x"].word)
        session.expire(author, ["name"])
        show("name" in inspect(author).unloaded, author.name)
        show(titles(author.books))
        copied = pickle.loads(pickle.dumps(author))
        show(copied.name, titles(copied.books), inspect(copied).detached)
        session.delete(author)
        session.commit()
        show(session.scalars(select(Book)).all(), inspect(author).detached)
    show(seen)


main()
