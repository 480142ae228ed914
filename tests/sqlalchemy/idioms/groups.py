"""Collections: classes of one's own, proxies, and backrefs that wait."""

from shared import database, plain, refused
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attributes,
    defer,
    mapped_column,
    relationship,
)
from sqlalchemy.orm.collections import InstrumentedList, KeyFuncDict, collection

from sqlalchemy import ForeignKey, inspect, select


def own_collections():
    """Subclasses of the instrumented collections, and classes that are none."""

    class Base(DeclarativeBase):
        pass

    class Chapters(InstrumentedList):
        def titles(self):
            return [chapter.title for chapter in self]

        def append(self, item):
            item.title = item.title.title()
            super().append(item)

    class ByWord(KeyFuncDict):
        def __init__(self):
            super().__init__(lambda note: note.word)

    class Bag:
        __emulates__ = set

        def __init__(self):
            self.items = []

        @collection.appender
        def put(self, item):
            self.items.append(item)

        @collection.remover
        def take(self, item):
            self.items.remove(item)

        @collection.iterator
        def each(self):
            return iter(self.items)

        @collection.adds(1)
        def put_first(self, item):
            self.items.insert(0, item)

        @collection.removes_return()
        def take_last(self):
            return self.items.pop()

    class Book(Base):
        __tablename__ = "book"
        id: Mapped[int] = mapped_column(primary_key=True)
        chapters: Mapped[list["Chapter"]] = relationship(
            collection_class=Chapters, back_populates="book", order_by="Chapter.id"
        )
        notes: Mapped[dict[str, "Note"]] = relationship(
            collection_class=ByWord, cascade="all, delete-orphan"
        )
        marks: Mapped[set["Mark"]] = relationship(collection_class=Bag)

    class Chapter(Base):
        __tablename__ = "chapter"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        book_id: Mapped[int | None] = mapped_column(ForeignKey("book.id"))
        book: Mapped[Book | None] = relationship(back_populates="chapters")

    class Note(Base):
        __tablename__ = "note"
        id: Mapped[int] = mapped_column(primary_key=True)
        word: Mapped[str]
        book_id: Mapped[int | None] = mapped_column(ForeignKey("book.id"))

    class Mark(Base):
        __tablename__ = "mark"
        id: Mapped[int] = mapped_column(primary_key=True)
        page: Mapped[int]
        book_id: Mapped[int | None] = mapped_column(ForeignKey("book.id"))

    with Session(database(Base.metadata)) as session:
        book = Book(chapters=[Chapter(title="one"), Chapter(title="two")])
        book.notes["x"] = Note(word="x")
        book.marks.put(Mark(page=1))
        book.marks.put_first(Mark(page=0))
        session.add(book)
        session.commit()
        yield type(book.chapters).__mro__[1].__name__, book.chapters.titles()
        yield sorted(book.notes), [mark.page for mark in book.marks.each()]
        book.chapters.insert(0, Chapter(title="nought"))
        del book.chapters[1:]
        yield book.chapters.titles(), refused(book.notes.__setitem__, "z", Note(word="y"))
        gone = book.marks.take_last()
        yield gone.page, gone in session, plain(inspect(book).attrs.chapters.history.added)[:9]
        session.commit()
        yield book.chapters.titles(), [chapter.book is book for chapter in book.chapters]
        adapter = attributes.instance_state(book).get_impl("marks")
        yield [
            item.page
            for item in adapter.get_collection(
                attributes.instance_state(book), attributes.instance_dict(book)
            )
        ]


def association_proxies():
    """Proxies to scalars, lists, sets and dictionaries, with creators."""

    class Base(DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        keywords_: Mapped[list["Keyword"]] = relationship(cascade="all, delete-orphan")
        keywords = association_proxy(
            "keywords_", "word", creator=lambda word: Keyword(word=word, kind=word[0])
        )
        kinds = association_proxy("keywords_", "kind")
        profile: Mapped["Profile"] = relationship(uselist=False)
        city = association_proxy("profile", "city", creator=lambda city: Profile(city=city))

    class Keyword(Base):
        __tablename__ = "keyword"
        id: Mapped[int] = mapped_column(primary_key=True)
        word: Mapped[str]
        kind: Mapped[str]
        user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    class Profile(Base):
        __tablename__ = "profile"
        id: Mapped[int] = mapped_column(primary_key=True)
        city: Mapped[str]
        user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    with Session(database(Base.metadata)) as session:
        user = User(keywords=["red", "blue"], city="Bern")
        session.add(user)
        session.commit()
        yield list(user.keywords), list(user.kinds), user.city, user.profile.city
        user.keywords[0] = "green"
        user.keywords.extend(["white", "black"])
        del user.keywords[1]
        user.city = "Basel"
        yield list(user.keywords), plain(user.keywords)
        yield user.keywords == ["green", "white", "black"]
        session.commit()
        query = select(User).where(User.keywords.contains("white"), User.city == "Basel")
        yield session.scalars(query).one() is user, session.query(Keyword).count()


def pending_and_orphans():
    """Backrefs that wait for a collection to be loaded, orphans, and raise on load."""

    class Base(DeclarativeBase):
        pass

    class Team(Base):
        __tablename__ = "team"
        id: Mapped[int] = mapped_column(primary_key=True)
        players: Mapped[list["Player"]] = relationship(
            back_populates="team", cascade="all, delete-orphan", order_by="Player.id"
        )
        coach: Mapped["Coach | None"] = relationship(back_populates="team", lazy="raise")

    class Player(Base):
        __tablename__ = "player"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
        team: Mapped[Team | None] = relationship(back_populates="players")

    class Coach(Base):
        __tablename__ = "coach"
        id: Mapped[int] = mapped_column(primary_key=True)
        team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
        team: Mapped[Team | None] = relationship(back_populates="coach")

    engine = database(Base.metadata)
    with Session(engine) as session:
        session.add(Team(players=[Player(name="a"), Player(name="b")], coach=Coach()))
        session.commit()
    with Session(engine) as session:
        team = session.scalars(select(Team).options(defer(Team.id, raiseload=False))).one()
        with session.no_autoflush:
            player = Player(name="c", team=team)
            yield "players" in vars(team), player in session
            yield [one.name for one in team.players]
            old = session.scalars(select(Player).where(Player.name == "a")).one()
            old.team = None
            yield [one.name for one in team.players], plain(inspect(old).attrs.team.history)[:20]
        yield refused(lambda: team.coach)
        session.commit()
        yield sorted(session.scalars(select(Player.name)))
