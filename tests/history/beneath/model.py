"""The mapped classes of the program, and a session on a database that has them."""

from sqlalchemy.ext.mutable import MutableDict, MutableList, MutableSet
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attribute_keyed_dict,
    composite,
    mapped_column,
    relationship,
    synonym,
    validates,
)
from sqlalchemy.types import PickleType, TypeDecorator

from sqlalchemy import Column, ForeignKey, Table, create_engine, event


class Base(DeclarativeBase):
    pass


link = Table(
    "link",
    Base.metadata,
    Column("left_id", ForeignKey("left.id")),
    Column("right_id", ForeignKey("right.id")),
)


class Left(Base):
    __tablename__ = "left"
    id: Mapped[int] = mapped_column(primary_key=True)
    rights: Mapped[list["Right"]] = relationship(secondary=link, back_populates="lefts")


class Right(Base):
    __tablename__ = "right"
    id: Mapped[int] = mapped_column(primary_key=True)
    lefts: Mapped[list[Left]] = relationship(secondary=link, back_populates="rights")


class Alike:
    """Equal to all, hashable to none, and false."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __bool__(self):
        return False


class Pair:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def __composite_values__(self):
        return self.low, self.high

    def __eq__(self, other):
        return (self.low, self.high) == (other.low, other.high)


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    low: Mapped[int | None]
    high: Mapped[int | None]
    notes: Mapped[str | None] = mapped_column(deferred=True)
    tags: Mapped[list] = mapped_column(MutableList.as_mutable(PickleType()), default=list)
    more: Mapped[list] = mapped_column(MutableList.as_mutable(PickleType()), default=list)
    facts: Mapped[dict] = mapped_column(MutableDict.as_mutable(PickleType()), default=dict)
    kinds: Mapped[set] = mapped_column(MutableSet.as_mutable(PickleType()), default=set)
    books: Mapped[list["Book"]] = relationship(
        back_populates="author", cascade="all, delete-orphan", order_by="Book.id"
    )
    seen: Mapped[list["Book"]] = relationship(viewonly=True, order_by="Book.id")
    called = synonym("name")
    range = composite(Pair, "low", "high", active_history=True)


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    title: Mapped[str | None]
    author: Mapped[Author | None] = relationship(back_populates="books")


class Tree(Alike, Base):
    __tablename__ = "tree"
    id: Mapped[int] = mapped_column(primary_key=True)
    above_id: Mapped[int | None] = mapped_column(ForeignKey("tree.id"))
    facts: Mapped[dict | None] = mapped_column(MutableDict.as_mutable(PickleType()))
    above: Mapped["Tree | None"] = relationship(back_populates="below", remote_side="Tree.id")
    below: Mapped[list["Tree"]] = relationship(back_populates="above", order_by="Tree.id")


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    things: Mapped[dict[str, "Thing"]] = relationship(
        collection_class=attribute_keyed_dict("word"),
        back_populates="shelf",
        foreign_keys="Thing.shelf_id",
    )
    group: Mapped[set["Thing"]] = relationship(
        back_populates="owner", foreign_keys="Thing.owner_id"
    )


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str | None]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="things", foreign_keys=shelf_id)
    owner: Mapped[Shelf | None] = relationship(back_populates="group", foreign_keys=owner_id)


class Odd:
    """A value whose comparison has no truth, as that of arrays has not."""

    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return Odd(0)

    __hash__ = None

    def __bool__(self):
        raise TypeError("neither true nor false")


class OddType(TypeDecorator):
    impl = PickleType
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.number

    def process_result_value(self, value, dialect):
        return None if value is None else Odd(value)

    def compare_values(self, x, y):
        return x == y


class Valued(Base):
    __tablename__ = "valued"
    id: Mapped[int] = mapped_column(primary_key=True)
    odd: Mapped[object | None] = mapped_column(OddType())


class Guarded(Base):
    __tablename__ = "guarded"
    id: Mapped[int] = mapped_column(primary_key=True)
    heard = []
    above_id: Mapped[int | None] = mapped_column(ForeignKey("guarded.id"))
    above: Mapped["Guarded | None"] = relationship(
        back_populates="below", remote_side="Guarded.id"
    )
    below: Mapped[list["Guarded"]] = relationship(back_populates="above")

    @validates("above")
    def check_above(self, key, value):
        self.heard.append("above")
        return value

    @validates("below", include_removes=True, include_backrefs=False)
    def check_below(self, key, value, is_remove):
        self.heard.append("remove" if is_remove else "append")
        return value


def store(*instances):
    """A session on an empty database that has the instances, committed."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all(instances)
    session.commit()
    return session


class Statements(list):
    """The SELECT statements that a session sends."""

    def __init__(self, session):
        event.listen(session.get_bind(), "before_cursor_execute", self.note)

    def note(self, connection, cursor, statement, *rest):
        if statement.startswith("SELECT"):
            self.append(statement)
