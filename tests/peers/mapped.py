"""Peers beneath SQLAlchemy; each case says what it came to, in a process of its own.

usage: mapped.py URL
"""

import gc
import linecache
import sys
import traceback
import warnings

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from sqlalchemy.orm import (  # noqa: E402
    Session,
    joinedload,
    lazyload,
    load_only,
    raiseload,
    scoped_session,
    selectinload,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.orm import exc as orm_exc  # noqa: E402

from model import Author, Base, Book, Copy, House, Node, Poet, Shelf, Tag, fill  # noqa: E402
from ormolu import errors  # noqa: E402
from ormolu.sqlalchemy import fetch_peers, peers  # noqa: E402
from ormolu.sqlalchemy.fetching.arrivals import Run, arrivals_of  # noqa: E402
from sqlalchemy import create_engine, delete, event, exc, inspect, select, text  # noqa: E402

SIZE = 24


class Counter:
    """The statements that were sent since."""

    def __init__(self, engine):
        self.sent = []
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, conn, cursor, statement, parameters, context, executemany):
        self.sent.append(" ".join(statement.split()))

    def __call__(self):
        """How many since the last call."""
        count = len(self.sent)
        self.sent.clear()
        return count


def refused(kind, read):
    """Return what a read is refused with."""
    try:
        read()
    except kind as error:
        return error
    raise AssertionError("it was not refused")


def on(engine, **how):
    session = Session(engine)
    fetch_peers(session, **how)
    return session


def case_a_loop_over_all_levels(engine, count):
    def walk(session):
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        return [
            (a.id, a.about, a.house.name, [(b.title, b.author is a) for b in a.books])
            for a in authors
        ]

    with Session(engine) as session:
        stock = walk(session)
        assert count() > 3 * SIZE
    with on(engine) as session:
        assert walk(session) == stock
        assert count() == 4


def case_values_are_those_of_stock(engine, count):
    def values(session):
        seen = []
        for shelf in session.scalars(select(Shelf).order_by(Shelf.row, Shelf.place)).all():
            seen.append((shelf.label, [copy.id for copy in shelf.copies]))
        for copy in session.scalars(select(Copy).order_by(Copy.id)).all():
            seen.append(copy.shelf.label)
        for node in session.scalars(select(Node).order_by(Node.id)).all():
            seen.append((node.parent and node.parent.id, [one.id for one in node.children]))
        for book in session.scalars(select(Book).order_by(Book.id)).all():
            seen.append([tag.id for tag in book.tags])
        for author in session.scalars(select(Author).order_by(Author.id)).all():
            seen.append((author.born, author.died, author.first.title, len(author.books)))
        return seen

    with Session(engine) as session:
        stock, many = values(session), count()
    with on(engine) as session:
        assert values(session) == stock
        # five queries; label, copies; shelf, label; children; tags; dates, first, books
        assert count() == 14 < many


def case_a_composite_key_of_what_is_referred_to(engine, count):
    with on(engine) as session:
        copies = session.scalars(select(Copy)).all()
        assert len({copy.shelf for copy in copies}) == 15
        assert count() == 2


def case_what_is_referred_to_and_there_is_not_loaded(engine, count):
    with on(engine) as session:
        houses = session.scalars(select(House)).all()
        authors = session.scalars(select(Author)).all()
        count()
        assert {author.house for author in authors} == set(houses)
        assert count() == 0


def case_only_what_is_missing_is_loaded(engine, count):
    with on(engine) as session:
        kept = session.scalars(select(House).where(House.id < 10)).all()
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        loaded = []
        event.listen(House, "load", loaded_one := lambda house, _: loaded.append(house.id))
        try:
            assert [author.house.id for author in authors] == [*range(1, SIZE + 1)]
        finally:
            event.remove(House, "load", loaded_one)
        assert sorted(loaded) == [*range(10, SIZE + 1)]
        assert len(kept) == 9


def case_many_that_refer_to_few(engine, count):
    with on(engine) as session:
        books = session.scalars(select(Book).where(Book.author_id < 4)).all()
        count()
        assert len({book.author for book in books}) == 3
        assert count() == 1


def case_a_group_of_deferred_columns(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author)).all()
        count()
        assert all(author.died == author.born + 50 for author in authors)
        assert count() == 1


def case_columns_that_the_query_left_out(engine, count):
    with on(engine) as session:
        books = session.scalars(select(Book).options(load_only(Book.id))).all()
        count()
        assert all(book.title == f"book {book.id - 1}" for book in books)
        assert count() == 1
        assert all(book.author_id for book in books)
        assert count() == 1


def case_what_a_commit_has_expired(engine, count):
    with on(engine) as session:
        books = session.scalars(select(Book)).all()
        tags = session.scalars(select(Tag)).all()
        session.commit()
        count()
        assert all(book.title for book in books)
        assert count() == 1
        assert [tag.id for tag in tags]
        assert count() == 1
        assert not any(inspect(book).expired for book in books)


def case_an_expired_one_is_refreshed_by_its_collection(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        session.commit()
        count()
        assert [len(author.books) for author in authors] == [2] * SIZE
        # authors, and their books; poets, and theirs
        assert count() == 4
        session.expunge_all()
        assert [author.name for author in authors][:2] == ["author 1", "author 2"]


def case_one_attribute_that_was_expired(engine, count):
    with on(engine) as session:
        books = session.scalars(select(Book).order_by(Book.id)).all()
        for book in books[:10]:
            session.expire(book, ["title"])
        books[0].n = 7
        count()
        with session.no_autoflush:
            assert [book.title for book in books[:10]] == [f"book {n}" for n in range(10)]
        assert count() == 1
        assert books[0].n == 7
        assert inspect(books[0]).attrs.n.history.has_changes()


def case_columns_of_a_subclass(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author)).all()
        poets = [author for author in authors if isinstance(author, Poet)]
        count()
        assert all(poet.meter == f"meter {poet.id}" for poet in poets)
        assert len(poets) > 5
        assert count() == 1


def case_what_was_made_here(engine, count):
    with on(engine) as session:
        made = [Tag(id=100 + n) for n in range(10)]
        session.add_all(made)
        session.commit()
        count()
        assert sum(tag.id for tag in made) == 1045
        assert count() == 1
        session.execute(delete(Tag).where(Tag.id >= 100))
        session.commit()


def case_what_came_again(engine, count):
    with on(engine) as session:
        first = session.get(Author, 1)
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        count()
        assert authors[0] is first
        assert [author.house.id for author in authors] == [*range(1, SIZE + 1)]
        assert count() == 1


def case_refreshed_by_itself(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        session.refresh(authors[0])
        count()
        assert len({author.house for author in authors}) == SIZE
        assert count() == 1


def case_by_the_query(engine, count):
    with Session(engine) as session:
        authors = session.scalars(select(Author).options(peers())).all()
        count()
        # and what is loaded from there
        assert all(book.tags is not None for author in authors for book in author.books)
        assert count() == 2
        for book in session.scalars(select(Book).where(Book.id > 40)).all():
            session.refresh(book)
        houses = {author.house for author in session.scalars(select(Author)).all()}
        assert len(houses) == SIZE


def case_not_by_the_query(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).options(peers(False))).all()
        count()
        assert all(author.house for author in authors)
        assert count() == SIZE


def case_by_the_makers_of_sessions(engine, count):
    class Own(Session):
        pass

    maker, other = sessionmaker(engine), sessionmaker(engine)
    scoped = scoped_session(sessionmaker(engine))
    for target in (maker, scoped, Own):
        fetch_peers(target)
    for make in (maker, scoped, lambda: Own(engine)):
        with make() as session:
            authors = session.scalars(select(Author)).all()
            count()
            assert all(author.house for author in authors)
            assert count() == 1
    with other() as session:
        authors = session.scalars(select(Author)).all()
        count()
        assert all(author.house for author in authors)
        assert count() == SIZE


def case_by_the_attribute(engine, count):
    fetch_peers(Author.house, False)
    try:
        with on(engine) as session:
            authors = session.scalars(select(Author)).all()
            count()
            assert all(author.house for author in authors)
            assert count() == SIZE
            assert all(author.books for author in authors)
            assert count() == 1
    finally:
        fetch_peers(Author.house)
    with Session(engine) as session:
        authors = session.scalars(select(Author)).all()
        count()
        assert all(author.house for author in authors)
        assert count() == 1


def case_a_line_is_named(engine, count):
    with on(engine, mode="warn") as session:
        authors = session.scalars(select(Author)).all()
        count()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for author in authors:
                author.books  # noqa: B018 - the read is what matters
        assert count() == 1
        (warning,) = caught
        assert warning.category is errors.OneByOneWarning
        assert warning.filename == __file__
        assert "author.books" in linecache.getline(__file__, warning.lineno)
        assert "Author.books" in str(warning.message)
        assert f"{SIZE - 1} other" in str(warning.message)


def case_a_read_is_refused(engine, count):
    with on(engine, mode="raise", allow=[Author.house, "Author.about"]) as session:
        authors = session.scalars(select(Author)).all()
        count()
        for _ in range(2):
            error = refused(errors.RefusedLoadError, lambda: authors[0].books)
            assert isinstance(error, exc.InvalidRequestError)
            assert (error.class_, error.key) == (Author, "books")
            assert f"{__file__}:" in str(error)
        assert count() == 0
        assert all(author.house and author.about for author in authors)
        assert count() == 2
    with on(engine, mode="raise") as session:
        # of one that came alone nothing is loaded one by one
        assert session.get(Author, 1).books


def case_so_many_in_a_trip(engine, count):
    with on(engine, most=10) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        count()
        assert [len(author.books) for author in authors] == [2] * SIZE
        assert count() == 3


def case_those_that_follow_come_first(engine, count):
    with on(engine, most=5) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        authors[10].books  # noqa: B018
        loaded = [a.id for a in authors if "books" in inspect(a).dict]
        assert loaded == [11, 12, 13, 14, 15]
        authors[-1].books  # noqa: B018
        loaded = [a.id for a in authors if "books" in inspect(a).dict]
        assert loaded == [1, 2, 3, 4, 11, 12, 13, 14, 15, SIZE]


def case_a_stream(engine, count):
    with on(engine) as session:
        seen = 0
        for author in session.scalars(
            select(Author).order_by(Author.id).execution_options(yield_per=8)
        ):
            assert author.house.id == author.id
            seen += 1
        assert seen == SIZE
        # a trip for each portion
        assert count() == 1 + SIZE // 8


def case_a_stream_without_end_keeps_no_keys(engine, count):
    with on(engine) as session:
        for author in session.scalars(select(Author).execution_options(yield_per=1)):
            arrived = arrivals_of(inspect(author))
            assert len(arrived.keys_of(Author, session.identity_map)) < 3


def case_what_is_gone_is_not_loaded(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()[:3]
        gc.collect()
        count()
        assert [author.house.id for author in authors] == [1, 2, 3]
        assert count() == 1
        assert len([one for one in session.identity_map.values() if type(one) is House]) == 3


def case_changes_are_kept(engine, count):
    with on(engine) as session, session.no_autoflush:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        extra = Book(id=1000, n=5, title="extra")
        other = House(id=500, name="other")
        authors[2].house = other
        authors[3].house_id = 1
        authors[4].about = "changed"
        extra.author = authors[1]
        count()
        assert [author.house.id for author in authors[:4]] == [1, 2, 500, 1]
        assert [len(author.books) for author in authors[:3]] == [2, 3, 2]
        assert extra in authors[1].books
        assert [author.about for author in authors[4:6]] == ["changed", "about 6"]
        session.rollback()


def case_detached_ones_are_left_alone(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        session.expunge(authors[1])
        assert authors[0].books
        assert "books" not in inspect(authors[1]).dict
        refused(orm_exc.DetachedInstanceError, lambda: authors[1].books)
        other = on(engine)
        other.add(authors[1])
        assert len(authors[1].books) == 2
        other.close()


def case_a_row_that_is_gone(engine, count):
    with on(engine) as session:
        session.add_all([Tag(id=200), Tag(id=201), Tag(id=202)])
        session.commit()
        tags = session.scalars(select(Tag).where(Tag.id >= 200).order_by(Tag.id)).all()
        session.commit()
        session.execute(
            delete(Tag).where(Tag.id == 201), execution_options={"synchronize_session": False}
        )
        assert tags[0].id == 200
        refused(orm_exc.ObjectDeletedError, lambda: tags[1].id)
        assert tags[2].id == 202
        session.execute(delete(Tag).where(Tag.id >= 200))
        session.commit()


def case_criteria_hold(engine, count):
    def titles(session):
        query = select(Author).options(with_loader_criteria(Book, Book.n == 1))
        authors = session.scalars(query.order_by(Author.id)).all()
        found = [[book.title for book in author.books] for author in authors]
        session.expire_all()
        return found, [author.name for author in authors]

    with Session(engine) as session:
        stock = titles(session)
    with on(engine) as session:
        count()
        assert titles(session) == stock
        assert count() == 4  # names of authors and of poets


def case_options_of_the_query_hold(engine, count):
    def walk(session):
        query = select(Author).options(
            lazyload(Author.books).options(joinedload(Book.tags), load_only(Book.n))
        )
        authors = session.scalars(query.order_by(Author.id)).all()
        for author in authors:
            for book in author.books:
                assert "tags" in inspect(book).dict
                assert "title" not in inspect(book).dict
        return [[len(book.tags) for book in author.books] for author in authors]

    with Session(engine) as session:
        stock = walk(session)
    with on(engine) as session:
        count()
        assert walk(session) == stock
        assert count() == 2


def case_what_refuses_to_be_loaded_refuses(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).options(raiseload(Author.house))).all()
        for key in ("strict", "house"):
            error = refused(exc.InvalidRequestError, lambda key=key: getattr(authors[0], key))
            assert "raise" in str(error)


def case_populate_existing(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        assert all(author.books for author in authors)
        again = select(Author).order_by(Author.id).execution_options(populate_existing=True)
        assert session.scalars(again).all() == authors
        count()
        assert all(author.books for author in authors)
        assert count() <= 1


def case_a_listener_that_raises_for_one(engine, count):
    def refuse(house, context):
        if house.id == 5 and angry:
            raise LookupError("house 5")

    angry = True
    event.listen(House, "load", refuse)
    try:
        with on(engine) as session:
            authors = session.scalars(select(Author).order_by(Author.id)).all()
            found, _ = [], count()
            for author in authors:
                try:
                    found.append(author.house.id)
                except LookupError:
                    found.append(None)
            assert found == [1, 2, 3, 4, None, *range(6, SIZE + 1)]
            assert count() <= SIZE + 1
            angry = False
            assert authors[4].house.id == 5
    finally:
        event.remove(House, "load", refuse)


def case_a_statement_that_fails(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        angry = True

        def refuse(state):
            if angry and state.is_relationship_load:
                session.execute(text("select nothing from nowhere"))

        event.listen(session, "do_orm_execute", refuse)
        refused(exc.DBAPIError, lambda: authors[0].house)
        angry = False
        session.rollback()
        assert [author.house.id for author in authors] == [*range(1, SIZE + 1)]


def case_a_session_that_is_closed_meanwhile(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()

        def close(house, context):
            event.remove(House, "load", close)
            session.close()

        event.listen(House, "load", close)
        refused(exc.SQLAlchemyError, lambda: authors[0].house)
        session.add_all(authors)
        assert [author.house.id for author in authors] == [*range(1, SIZE + 1)]


def case_a_listener_that_reads_the_same(engine, count):
    def read(book, context):
        sizes.append(len(book.author.books) if book.author else None)

    sizes = []
    event.listen(Book, "load", read)
    try:
        with on(engine) as session:
            authors = session.scalars(select(Author).order_by(Author.id)).all()
            assert [len(author.books) for author in authors] == [2] * SIZE
    finally:
        event.remove(Book, "load", read)


def case_a_flush_loads_for_itself(engine, count):
    with on(engine) as session:
        authors = session.scalars(select(Author).order_by(Author.id)).all()
        session.delete(authors[0])
        count()
        session.flush()
        assert not any("house" in inspect(author).dict for author in authors[1:])
        session.rollback()


def case_nothing_is_recorded_for_those_who_do_not_ask(engine, count):
    from ormolu.sqlalchemy.fetching.settings import recording

    recording.on = False
    try:
        with Session(engine) as session:
            authors = session.scalars(select(Author)).all()
            assert not isinstance(inspect(authors[0]).runid, Run)
            assert authors[0].house
            assert "house" not in inspect(authors[1]).dict
    finally:
        recording.on = True


def case_what_came_keeps_nothing_alive(engine, count):
    import weakref

    with on(engine) as session:
        authors = session.scalars(select(Author).options(selectinload(Author.books))).all()
        arrived = weakref.ref(arrivals_of(inspect(authors[0])))
        one = weakref.ref(authors[3])
        del authors
        gc.collect()
        assert one() is None
        assert arrived() is None


def case_bad_input(engine, count):
    for attempt in (
        lambda: fetch_peers(object()),
        lambda: fetch_peers(Author),
        lambda: fetch_peers(mode="perhaps"),
        lambda: fetch_peers(mode=None),
        lambda: peers("sometimes"),
        lambda: peers(most=0),
        lambda: peers("raise", allow=[3]),
    ):
        error = refused(errors.PeerFetchingError, attempt)
        assert "give" in str(error) or "say" in str(error)


def main(url):
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    try:
        with Session(engine) as session:
            fill(session, SIZE)
        count = Counter(engine)
        for name, case in [*globals().items()]:
            if name.startswith("case_"):
                count()
                try:
                    case(engine, count)
                    came_to = "ok"
                except BaseException:
                    came_to = traceback.format_exc().replace("\n", "\\n")
                print(name.removeprefix("case_"), came_to)
                fetch_peers(mode=False)
    finally:
        Base.metadata.drop_all(engine)
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
