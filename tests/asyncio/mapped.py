"""Loads beneath an AsyncSession; each case says what it came to, in a process of its own.

usage: mapped.py URL
"""

import asyncio
import os
import sys
import traceback

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine  # noqa: E402
from sqlalchemy.orm import (  # noqa: E402
    DeclarativeBase,
    Mapped,
    Session,
    defer,
    lazyload,
    mapped_column,
    raiseload,
    relationship,
    with_loader_criteria,
)

from ormolu import errors  # noqa: E402
from ormolu.asyncio import awaitable, load  # noqa: E402
from ormolu.sqlalchemy import fetch_peers  # noqa: E402
from sqlalchemy import (  # noqa: E402
    ForeignKey,
    ForeignKeyConstraint,
    String,
    TypeDecorator,
    create_engine,
    delete,
    event,
    exc,
    select,
    update,
)

# others may run the same against the same server
PREFIX = f"ormolu_{os.getpid()}"


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = f"{PREFIX}_author"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    about: Mapped[str] = mapped_column("description", deferred=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")
    strict: Mapped[list["Book"]] = relationship(lazy="raise", viewonly=True)
    about_soon = awaitable(about)
    books_soon = awaitable(books)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "author"}


class Poet(Author):
    __tablename__ = f"{PREFIX}_poet"
    id: Mapped[int] = mapped_column(ForeignKey(f"{PREFIX}_author.id"), primary_key=True)
    meter: Mapped[str] = mapped_column(deferred=True)
    __mapper_args__ = {"polymorphic_identity": "poet"}


class Book(Base):
    __tablename__ = f"{PREFIX}_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(f"{PREFIX}_author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


class Picky(TypeDecorator):
    """Text that cannot be read again if it is bad."""

    impl = String
    cache_ok = True

    def process_result_value(self, value, dialect):
        if value == "bad":
            raise ValueError("it is bad")
        return value


class Note(Base):
    __tablename__ = f"{PREFIX}_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Picky, deferred=True)


class Room(Base):
    __tablename__ = f"{PREFIX}_room"
    house: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    beds: Mapped[list["Bed"]] = relationship()


class Bed(Base):
    __tablename__ = f"{PREFIX}_bed"
    id: Mapped[int] = mapped_column(primary_key=True)
    house: Mapped[int]
    number: Mapped[int]
    __table_args__ = (ForeignKeyConstraint(["house", "number"], [Room.house, Room.number]),)


# past the objects that are in the session
UNSEEN = {"synchronize_session": False}
statements = []


async def fill(engine):
    """Write five authors, two of them poets, with two books each; and four rooms."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        for number in range(1, 6):
            about = {"id": number, "name": f"name {number}", "about": f"about {number}"}
            author = Poet(meter="iamb", **about) if number > 3 else Author(**about)
            author.books = [Book(id=2 * number), Book(id=2 * number + 1)]
            session.add(author)
        for number in range(4):
            session.add(Room(house=1, number=number, beds=[Bed(), Bed()]))
        await session.commit()


async def authors(session, *options):
    found = await session.scalars(select(Author).order_by(Author.id).options(*options))
    del statements[:]
    return list(found)


async def together(*loads):
    return await asyncio.gather(*loads, return_exceptions=True)


# -- what is loaded, by how many statements ------------------------------------------------


async def case_a_deferred_column_of_many(session):
    found = await authors(session)
    loaded = await together(*(load(one, Author.about) for one in found))
    assert loaded == [f"about {number}" for number in range(1, 6)]
    # one for each class
    assert len(statements) == 2, statements


async def case_peers_of_the_one_that_is_awaited(session):
    fetch_peers(session)
    found = await authors(session)
    before = len(statements)
    assert await load(found[0], Author.about) == "about 1"
    assert [one.about for one in found] == [f"about {number}" for number in range(1, 6)]
    assert len(statements) == before + 1


async def case_a_collection_of_many(session):
    found = [one for one in await authors(session) if type(one) is Author]
    loaded = await together(*(load(one, Author.books) for one in found))
    assert [[book.id for book in books] for books in loaded] == [[2, 3], [4, 5], [6, 7]]
    assert loaded[0] is found[0].books
    assert len(statements) == 1, statements


async def case_a_reference_that_is_in_the_session(session):
    found = await authors(session)
    books = list(await session.scalars(select(Book).order_by(Book.id)))
    del statements[:]
    loaded = await together(*(load(book, Book.author) for book in books))
    assert loaded == [one for one in found for _ in range(2)]
    assert statements == []


async def case_references_that_are_not(session):
    books = list(await session.scalars(select(Book).order_by(Book.id)))
    del statements[:]
    loaded = await together(*(load(book, Book.author) for book in books))
    assert [one.id for one in loaded] == [n for n in range(1, 6) for _ in range(2)]
    assert len(statements) == 1, statements


async def case_composite_keys(session):
    rooms = list(await session.scalars(select(Room)))
    del statements[:]
    loaded = await together(*(load(room, Room.beds) for room in rooms))
    assert [len(beds) for beds in loaded] == [2, 2, 2, 2]
    assert len(statements) == 1, statements


async def case_what_a_commit_has_expired(session):
    found = [one for one in await authors(session) if type(one) is Author]
    await session.commit()
    del statements[:]
    loaded = await together(*(load(one, Author.name) for one in found))
    assert loaded == ["name 1", "name 2", "name 3"]
    assert len(statements) == 1, statements
    assert found[0].id == 1


async def case_what_was_changed_is_not_loaded_over(session):
    found = await authors(session)
    found[0].name = "mine"
    with session.no_autoflush:
        await together(*(load(one, Author.about) for one in found))
    assert found[0].name == "mine"
    assert found[0] in session.dirty


async def case_one_waits_for_a_collection(session):
    found = await authors(session)
    with session.no_autoflush:
        book = Book(id=100)
        book.author = found[0]
        first, *_ = await together(*(load(one, Author.books) for one in found))
    assert [one.id for one in first] == [2, 3, 100]


async def case_several_attributes_of_one(session):
    (first, *_) = await authors(session)
    assert (await load(first, Author.name, Author.about)) == ("name 1", "about 1")


async def case_the_accessor(session):
    (first, *_) = await authors(session)
    assert await first.about_soon == "about 1"
    assert [book.id for book in await first.books_soon] == [2, 3]


async def case_what_refuses_to_be_loaded_by_a_read(session):
    found = await authors(session, raiseload(Author.books), defer(Author.name, raiseload=True))
    for key in ("strict", "books", "name"):
        try:
            getattr(found[0], key)
        except errors.UnawaitedLoadError:
            raise AssertionError(key) from None
        except exc.InvalidRequestError as error:
            assert "raise" in str(error)
    assert len(await load(found[0], Author.strict)) == 2
    assert len(await load(found[0], Author.books)) == 2
    assert await load(found[0], Author.name) == "name 1"


async def case_criteria_of_the_query_go_on(session):
    criteria = with_loader_criteria(Book, Book.id > 4)
    found = await authors(session, criteria)
    loaded = await together(*(load(one, Author.books) for one in found[:3]))
    assert [[book.id for book in books] for books in loaded] == [[], [5], [6, 7]]


async def case_pending_and_transient_objects_have_nothing_to_load(session):
    new = Author(name="new", about="new")
    assert await load(new, Author.books) == []
    session.add(new)
    assert await load(new, Author.books) == []


# -- a read outside of await ---------------------------------------------------------------


def read(obj, key):
    """Return the error that a read gives."""
    try:
        getattr(obj, key)
    except exc.MissingGreenlet as error:
        assert isinstance(error, errors.UnawaitedLoadError)
        assert error.key == key
        return str(error)
    raise AssertionError(f"{key} was loaded")


async def case_a_read_says_what_and_why_and_what_to_do(session):
    (first, *_) = await authors(session, lazyload(Author.books))
    assert "Author.about was read" in read(first, "about")
    assert "it is deferred; await ormolu.asyncio.load(obj, Author.about)" in read(first, "about")
    assert "options(undefer(Author.about))" in read(first, "about")
    assert "it was never loaded" in read(first, "books")
    assert "options(selectinload(Author.books))" in read(first, "books")
    assert "greenlet_spawn has not been called" in read(first, "books")
    assert statements == []


async def case_what_was_expired_says_where_if_that_was_asked_for(session):
    (first, *_) = await authors(session)
    session.sync_session.expire(first)
    assert "it was expired by a commit, a rollback or expire()" in read(first, "name")
    ormolu.sqlalchemy.trace_expiry(session.sync_session)
    await session.commit()
    line = sys._getframe().f_lineno - 1
    assert f"expired by the commit at {__file__}:{line}" in read(first, "name")
    assert "expire_on_commit=False" in read(first, "books")
    await session.rollback()
    assert await load(first, Author.name) == "name 1"
    await session.rollback()
    assert f"by the rollback at {__file__}:{line + 6}" in read(first, "name")


async def case_a_failed_read_leaves_all_as_it_was(session):
    (first, *_) = await authors(session)
    await session.commit()
    for _ in range(2):
        read(first, "name")
    assert not session.in_transaction()
    assert await load(first, Author.name) == "name 1"


async def case_reads_in_a_greenlet_load_as_ever(session):
    (first, *_) = await authors(session)
    assert await session.run_sync(lambda _: first.about) == "about 1"


async def case_what_is_at_hand_needs_no_await(session):
    found = await authors(session)
    books = list(await session.scalars(select(Book).order_by(Book.id)))
    assert books[0].author is found[0]
    assert Author().books == []


# -- what goes wrong -----------------------------------------------------------------------


async def case_one_that_is_gone_from_the_database(session):
    first, second, *_ = await authors(session)
    await session.commit()
    await session.execute(delete(Book).where(Book.author_id == 1), execution_options=UNSEEN)
    await session.execute(delete(Author).where(Author.id == 1), execution_options=UNSEEN)
    gone, there = await together(load(first, Author.name), load(second, Author.name))
    assert type(gone).__name__ == "ObjectDeletedError", gone
    assert there == "name 2"


async def case_one_that_cannot_be_read(session):
    session.add_all([Note(id=1, text="good"), Note(id=2, text="bad"), Note(id=3, text="good")])
    await session.commit()
    session.expunge_all()
    notes = list(await session.scalars(select(Note).order_by(Note.id)))
    first, failed, third = await together(*(load(note, Note.text) for note in notes))
    assert (first, third) == ("good", "good")
    assert isinstance(failed, ValueError), failed
    await session.execute(update(Note).values(text="better"), execution_options=UNSEEN)
    assert await load(notes[1], Note.text) == "better"


async def case_a_statement_that_fails_and_a_retry(session):
    found = await authors(session)

    def fail(*args):
        raise exc.OperationalError("SELECT", {}, Exception("the line is down"))

    engine = session.bind.sync_engine
    event.listen(engine, "before_cursor_execute", fail)
    failures = await together(*(load(one, Author.about) for one in found))
    event.remove(engine, "before_cursor_execute", fail)
    assert all(isinstance(one, exc.OperationalError) for one in failures), failures
    assert await load(found[0], Author.about) == "about 1"


async def case_the_session_is_closed_meanwhile(session):
    found = await authors(session)
    tasks = [asyncio.create_task(load(one, Author.about)) for one in found]
    await asyncio.sleep(0)
    await session.close()
    for failure in await together(*tasks):
        assert isinstance(failure, errors.LifeCycleError), failure
        assert "in no session" in str(failure)
    session.add(found[0])
    assert await load(found[0], Author.about) == "about 1"


async def case_an_object_in_no_session(session):
    (first, *_) = await authors(session)
    session.expunge(first)
    (failure,) = await together(load(first, Author.about))
    assert isinstance(failure, errors.LifeCycleError) and "add it to one" in str(failure)
    assert failure.key == "about"


async def case_all_are_cancelled(session):
    if session.bind.dialect.name == "sqlite":
        return  # SQLAlchemy gives up the connection, and here the database with it
    found = await authors(session)
    tasks = [asyncio.create_task(load(one, Author.about)) for one in found]
    for _ in range(4):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    assert all(isinstance(one, asyncio.CancelledError) for one in await together(*tasks))
    for _ in range(4):
        await asyncio.sleep(0)
    await session.rollback()
    assert await load(found[0], Author.about) == "about 1"


async def case_objects_of_two_sessions(session):
    first, *_ = await authors(session)
    async with AsyncSession(session.bind) as other:
        _, second, *_ = await authors(other)
        loaded = await together(load(first, Author.about), load(second, Author.about))
    assert loaded == ["about 1", "about 2"]


async def case_a_session_that_cannot_be_awaited(session):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as plain:
        plain.add(Author(name="a", about="b"))
        plain.flush()
        one = plain.scalars(select(Author)).one()
        plain.expire(one)
        (failure,) = await together(load(one, Author.about))
        assert isinstance(failure, errors.LifeCycleError)
        assert one.about == "b"
    engine.dispose()


async def case_loads_of_later_ticks_wait_for_their_turn(session):
    found = await authors(session)

    async def later(one, ticks):
        for _ in range(ticks):
            await asyncio.sleep(0)
        return await load(one, Author.about)

    loaded = await together(*(later(one, 3 * at) for at, one in enumerate(found)))
    assert loaded == [f"about {number}" for number in range(1, 6)]


async def case_one_that_is_cancelled(session):
    found = await authors(session)
    tasks = [asyncio.create_task(load(one, Author.about)) for one in found]
    await asyncio.sleep(0)
    tasks[0].cancel()
    cancelled, *rest = await together(*tasks)
    assert isinstance(cancelled, asyncio.CancelledError)
    assert rest == [f"about {number}" for number in range(2, 6)]
    assert await load(found[0], Author.about) == "about 1"


async def main(url):
    engine = create_async_engine(url)
    event.listen(
        engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    try:
        for name, case in list(globals().items()):
            if name.startswith("case_"):
                await say(name, case, engine)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
    finally:
        await engine.dispose()


async def say(name, case, engine):
    await fill(engine)
    try:
        async with AsyncSession(engine) as session:
            await case(session)
        print(name.removeprefix("case_"), "ok")
    except Exception:
        print(name.removeprefix("case_"), repr(traceback.format_exc()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
