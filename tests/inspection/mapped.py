"""What views say of mapped objects; prints, to be run in a process of its own."""

import dataclasses

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from sqlalchemy.orm import (  # noqa: E402
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    Session,
    composite,
    mapped_column,
    relationship,
)

from ormolu.inspection import graph, inspect  # noqa: E402
from sqlalchemy import ForeignKey, create_engine, event  # noqa: E402


class Base(DeclarativeBase):
    pass


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(deferred=True, default="")
    x: Mapped[int] = mapped_column(default=1)
    y: Mapped[int] = mapped_column(default=2)
    point: Mapped[Point] = composite("x", "y")
    books: Mapped[list["Book"]] = relationship(back_populates="author")
    letters: DynamicMapped["Book"] = relationship(overlaps="books")

    def __repr__(self):
        return f"{self.name} {self.about} {self.books}"


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books", overlaps="letters")


@event.listens_for(Author.name, "set")
def renamed(target, value, old, initiator):
    pass


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
statements = []
event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))


def shown(title, author):
    """Print what a view says, and that nothing was asked of the database for it."""
    del statements[:]
    view = inspect(author)
    repr(view), view._repr_html_(), graph(author).svg()
    statuses = {key: one.status for key, one in view.attributes.items()}
    changes = {key: one.change for key, one in view.attributes.items() if one.changed}
    print(title, view.label.split(" at ")[0], view.life, len(statements))
    print(" ", statuses)
    print(" ", changes, [node.conditions for node in graph(author).nodes])


with Session(engine, expire_on_commit=True) as session:
    author = Author(name="Ann", books=[Book()])
    shown("made", author)
    session.add(author)
    shown("added", author)
    session.commit()
    shown("committed", author)
    print(author.name)
    shown("read", author)
    author.name = "Anna"
    author.books.append(Book())
    shown("changed", author)
    print(inspect(author.books[1]).holders, inspect(author).attributes["name"].listeners)
    session.flush()
    session.delete(author)
    author.books.clear()
    session.flush()
    shown("deleted", author)
    session.commit()
    shown("gone", author)
