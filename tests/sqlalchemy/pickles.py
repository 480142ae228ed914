"""Writes pickles of mapped instances, or reads them and says what came out.

usage: pickles.py stock|ormolu write|read FILE

One layer writes and the other reads: what is printed has to be the same.
"""

# ruff: noqa: E402 - the layer is chosen first
import copy
import pickle
import sys

layer, what, file = sys.argv[1:]

if layer == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attribute_keyed_dict,
    lazyload,
    mapped_column,
    relationship,
)
from sqlalchemy.orm.attributes import NO_VALUE
from sqlalchemy.types import PickleType

from sqlalchemy import ForeignKey, create_engine, inspect, select


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    born: Mapped[int | None]
    notes: Mapped[str | None] = mapped_column(deferred=True)
    tags: Mapped[list] = mapped_column(MutableList.as_mutable(PickleType()), default=list)
    facts: Mapped[dict] = mapped_column(MutableDict.as_mutable(PickleType()), default=dict)
    books: Mapped[list["Book"]] = relationship(
        back_populates="author", order_by="Book.place", collection_class=ordering_list("place")
    )
    prizes: Mapped[dict[str, "Prize"]] = relationship(
        collection_class=attribute_keyed_dict("title")
    )
    friends: Mapped[set["Friend"]] = relationship()


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    title: Mapped[str]
    place: Mapped[int | None]
    author: Mapped[Author | None] = relationship(back_populates="books")


class Prize(Base):
    __tablename__ = "prize"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    title: Mapped[str]


class Friend(Base):
    __tablename__ = "friend"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    name: Mapped[str]


def made(session):
    """Instances in every condition that a pickle may find them in."""
    ann = Author(name="Ann", born=1900, notes="long", tags=["a"], facts={"b": 1})
    ann.books = [Book(title="One"), Book(title="Two")]
    ann.prizes = {"First": Prize(title="First")}
    ann.friends = {Friend(name="Zoe")}
    session.add_all([ann, Author(name="Ben"), Author(name="Cid"), Author(name="Dot")])
    session.commit()
    # an option is pickled with what it loaded
    query = select(Author).order_by(Author.id).options(lazyload(Author.books))
    ann, ben, cid, dot = session.scalars(query)
    assert len(ann.books) == len(ann.prizes) + len(ann.friends) == 2
    ann.name, ann.tags[0], ann.facts["c"] = "Anne", "changed", 2
    ann.books.append(Book(title="Three"))
    # changed with the old value unknown, and appended to without a load
    session.expire(ben, ["name"])
    ben.name = "Benjamin"
    # changed before it was ever loaded
    ben.notes = "short"
    cid.books.append(Book(title="Four"))
    inspect(dot).info["note"] = "kept"
    del dot.born
    session.expunge_all()
    new = Author(name="New", books=[Book(title="Five")])
    pending = Author(id=77)
    pending.books = []
    return [ann, ben, cid, dot, new, pending]


def plain(value):
    if isinstance(value, Base):
        return f"{type(value).__name__} {value.__dict__.get('title', value.__dict__.get('name'))}"
    if isinstance(value, dict):
        return {key: plain(member) for key, member in sorted(value.items())}
    if isinstance(value, set):
        return sorted(map(plain, value))
    if isinstance(value, (list, tuple)) or type(value).__name__ == "OrderedIdentitySet":
        return [plain(member) for member in value]
    return "no value" if value is NO_VALUE else value


def described(instance):
    state = inspect(instance)
    values = {k: v for k, v in instance.__dict__.items() if k != "_sa_instance_state"}
    return [
        type(instance).__name__,
        plain(values),
        sorted((key, type(value).__name__) for key, value in values.items()),
        plain(state.committed_state),
        sorted(state.expired_attributes),
        sorted(state.unloaded),
        state.modified,
        state.expired,
        state.key and (state.key[0].__name__, *state.key[1:]),
        state.identity_token,
        dict(state.info),
        [state.transient, state.pending, state.persistent, state.deleted, state.detached],
        {
            key: (plain(list(kept.added_items)), plain(list(kept.deleted_items)))
            for key, kept in sorted(state._pending_mutations.items())
        },
        {
            attribute.key: [plain(list(part or ())) for part in attribute.history]
            for attribute in state.attrs
            if attribute.key in values
        },
    ]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine, autoflush=False) as session:
    instances = made(session)

if what == "write":
    written = {n: pickle.dumps(instances, n) for n in range(pickle.HIGHEST_PROTOCOL + 1)}
    with open(file, "wb") as out:
        pickle.dump(written, out)
else:
    with open(file, "rb") as source:
        written = pickle.load(source)
    for protocol, data in written.items():
        if b"ormolu" in data:
            print(f"protocol {protocol} names ormolu")
        for instance in pickle.loads(data):
            print(protocol, *described(instance), sep="\n  ")
            again = pickle.loads(pickle.dumps(instance))
            print("  the same again:", described(again) == described(instance))
    # and they can be worked with: merged into a session, and the changes written
    with Session(engine) as session:
        for instance in pickle.loads(written[4])[:4]:
            merged = session.merge(instance)
            merged.books.append(Book(title="after"))
            session.flush()
            print(merged.name, [book.title for book in merged.books])
        # the state itself can be copied too
        print([plain(copy.copy(inspect(one)).committed_state) for one in instances])
