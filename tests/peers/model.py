"""Tables for the cases: inheritance, composite keys, all kinds of relationships."""

import os

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table

# others may run the same against the same server
PREFIX = f"ormolu_{os.getpid()}"


class Base(DeclarativeBase):
    pass


class House(Base):
    __tablename__ = f"{PREFIX}_house"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


book_tag = Table(
    f"{PREFIX}_book_tag",
    Base.metadata,
    Column("book_id", ForeignKey(f"{PREFIX}_book.id"), primary_key=True),
    Column("tag_id", ForeignKey(f"{PREFIX}_tag.id"), primary_key=True),
)


class Author(Base):
    __tablename__ = f"{PREFIX}_author"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    house_id: Mapped[int | None] = mapped_column(ForeignKey(f"{PREFIX}_house.id"))
    about: Mapped[str] = mapped_column(deferred=True)
    born: Mapped[int] = mapped_column(deferred=True, deferred_group="dates")
    died: Mapped[int] = mapped_column(deferred=True, deferred_group="dates")
    house: Mapped[House | None] = relationship()
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")
    first: Mapped["Book | None"] = relationship(
        viewonly=True, uselist=False, primaryjoin="and_(Author.id == Book.author_id, Book.n == 0)"
    )
    strict: Mapped[list["Book"]] = relationship(lazy="raise", viewonly=True)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "author"}


class Poet(Author):
    __tablename__ = f"{PREFIX}_poet"
    id: Mapped[int] = mapped_column(ForeignKey(f"{PREFIX}_author.id"), primary_key=True)
    meter: Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "poet"}


class Book(Base):
    __tablename__ = f"{PREFIX}_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey(f"{PREFIX}_author.id"))
    n: Mapped[int]
    title: Mapped[str]
    author: Mapped[Author | None] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tag, order_by="Tag.id")


class Tag(Base):
    __tablename__ = f"{PREFIX}_tag"
    id: Mapped[int] = mapped_column(primary_key=True)


class Shelf(Base):
    __tablename__ = f"{PREFIX}_shelf"
    row: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(deferred=True)
    copies: Mapped[list["Copy"]] = relationship(back_populates="shelf", order_by="Copy.id")


class Copy(Base):
    __tablename__ = f"{PREFIX}_copy"
    id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int | None]
    place: Mapped[int | None]
    shelf: Mapped[Shelf | None] = relationship(back_populates="copies")
    __table_args__ = (
        ForeignKeyConstraint(["row", "place"], [f"{PREFIX}_shelf.row", f"{PREFIX}_shelf.place"]),
    )


class Node(Base):
    __tablename__ = f"{PREFIX}_node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey(f"{PREFIX}_node.id"))
    parent: Mapped["Node | None"] = relationship(back_populates="children", remote_side="Node.id")
    children: Mapped[list["Node"]] = relationship(back_populates="parent", order_by="Node.id")


def fill(session, size):
    """Put ``size`` of each there, and what goes with them."""
    session.add_all(House(id=n, name=f"house {n}") for n in range(1, size + 1))
    session.add_all(Tag(id=n) for n in range(1, 4))
    session.flush()
    for n in range(1, size + 1):
        values = {
            "id": n,
            "name": f"author {n}",
            "house_id": n,
            "about": f"about {n}",
            "born": n,
            "died": n + 50,
        }
        session.add(Poet(meter=f"meter {n}", **values) if n % 3 == 0 else Author(**values))
        session.add(Node(id=n, parent_id=n // 2 or None))
        session.flush() if n % 64 == 0 or n < 3 else None
    session.flush()
    tags = session.query(Tag).order_by(Tag.id).all()
    for n in range(2 * size):
        book = Book(id=n + 1, author_id=n // 2 + 1, n=n % 2, title=f"book {n}")
        book.tags = tags[: n % 4]
        session.add(book)
    for row in range(1, 6):
        for place in range(1, 4):
            session.add(Shelf(row=row, place=place, label=f"{row}/{place}"))
    session.flush()
    for n in range(30):
        session.add(Copy(id=n + 1, row=n % 5 + 1, place=n % 3 + 1))
    session.commit()
