"""Loads pickles of mapped instances that nobody can have made, one a line of what came.

usage: hostile.py stock|ormolu

Beneath SQLAlchemy the errors are SQLAlchemy's own where it has one, and ormolu's elsewhere.
"""

# ruff: noqa: E402 - the layer is chosen first
import faulthandler
import functools
import pickle
import sys

faulthandler.enable()
if sys.argv[1] == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attribute_keyed_dict,
    configure_mappers,
    defer,
    lazyload,
    mapped_column,
    relationship,
    undefer,
)
from sqlalchemy.orm.collections import CollectionAdapter, collection_adapter
from sqlalchemy.orm.instrumentation import _SerializeManager
from sqlalchemy.orm.state import InstanceState, PendingCollection

from sqlalchemy import ForeignKey, create_engine, inspect, select

STRUCK = []


def strike(*args, **kwargs):
    STRUCK.append(args)


class Calls:
    def __call__(self, *args, **kwargs):
        strike(*args)


class Stranger:
    pass


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    books: Mapped[list["Book"]] = relationship(back_populates="author")
    by_title: Mapped[dict[str, "Book"]] = relationship(
        collection_class=attribute_keyed_dict("title"), viewonly=True
    )


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    title: Mapped[str | None]
    author: Mapped[Author | None] = relationship(back_populates="books")


configure_mappers()


class Forged:
    """Pickles as an instance of a class, with a state that is given."""

    def __init__(self, class_, values=None):
        self.class_, self.values = class_, values

    def __reduce__(self):
        return bare, (self.class_,), self.values


def bare(class_):
    return class_.__new__(class_)


def manager(class_):
    return Forged(_SerializeManager, {"class_": class_})


def values_of(instance, /, **changes):
    return {**inspect(instance).__getstate__(), **changes}


def states():
    author = Author(name="a", books=[Book(title="b")])
    pending = Forged(PendingCollection)
    for name in ("instance", "class_", "manager"):
        values = values_of(author)
        del values[name]
        yield f"no {name}", Forged(InstanceState, values)
    for name, wrong in (
        *(("instance", one) for one in (5, Book(), Forged(Stranger))),
        *(("class_", one) for one in (5, Book, Stranger)),
        *(("manager", one) for one in (strike, Calls(), print, None, manager(Book))),
        *(("manager", manager(one)) for one in (5, None, strike, Calls(), Forged(Calls))),
        *(("committed_state", one) for one in (5, [1], {5: 1}, {"books": 5})),
        *(("expired_attributes", one) for one in (5, ["name"], {5})),
        *(("callables", one) for one in (5, {"name": strike}, {"books": Calls()})),
        *(("callables", {"name": functools.partial(one, 1)}) for one in (strike, print)),
        *(("parents", one) for one in (5, {1: 5}, {"a": False}, {1: Calls()})),
        *(("_pending_mutations", one) for one in (5, {"books": 5}, {"books": pending})),
        *(("_pending_mutations", {"books": one}) for one in (Calls(), strike)),
        *(("modified", one) for one in ("yes", Calls())),
        *(("info", one) for one in (5, Calls())),
        *(("key", one) for one in (5, (Author,), (Author, 1, None), Calls())),
        *(("load_options", one) for one in (5, (5,), (Calls(),), {strike})),
        *(("load_path", one) for one in (5, "path", [(5, 5)], [(Author, "no")], Calls())),
    ):
        yield (
            f"{name}: {type(wrong).__name__}",
            Forged(InstanceState, values_of(author, **{name: wrong})),
        )
    yield "list", Forged(InstanceState, [1])
    stranger = values_of(author, manager=manager(Stranger), class_=Stranger)
    yield "unmapped", Forged(InstanceState, {**stranger, "instance": Forged(Stranger)})
    for change in (
        {"key": "no"},
        {"key": "name"},
        {"key": 5},
        {"key": "__init__"},
        {"owner_cls": strike},
        {"owner_cls": Book},
        {"owner_state": 5},
        {"owner_state": Calls()},
        {"data": [1]},
        {"data": None},
        {"data": Calls()},
        {"invalidated": "yes"},
    ):
        values = {**collection_adapter(author.books).__getstate__(), **change}
        ((name, wrong),) = change.items()
        yield (
            f"adapter {name}: {type(wrong).__name__}",
            [author, Forged(CollectionAdapter, values)],
        )
    yield (
        "adapter of a stranger",
        [
            author,
            Forged(
                CollectionAdapter,
                {**collection_adapter(author.books).__getstate__(), "owner_cls": Stranger},
            ),
        ],
    )
    yield "slots", Forged(PendingCollection, (None, {"added_items": 5, "more": strike}))
    yield "blank", Forged(InstanceState)


def show(what, forged):
    try:
        loaded = pickle.loads(pickle.dumps(forged))
    except Exception as error:
        module = type(error).__module__.partition(".")[0]
        print(what, "->", module, type(error).__name__, sep="\t")
    else:
        print(what, "->", "loaded", type(loaded).__name__, sep="\t")


for what, forged in states():
    show(what, forged)

# what queries leave with states comes back
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Author(name="a", books=[Book(title="b")]))
    session.commit()
    options = (lazyload(Author.books), defer(Author.name), undefer(Author.id))
    author = session.scalars(select(Author).options(*options)).one()
    state = inspect(author)
    kept = sorted(state.callables)
    again = pickle.loads(pickle.dumps(author))
    print("callables", kept, sorted(inspect(again).callables), sep="\t")
    session.expunge_all()
    session.add(again)
    print("loaded", again.name, [book.title for book in again.books], sep="\t")
    held = again.by_title
    held.keyfunc = Calls()
    twin = pickle.loads(pickle.dumps(again))
    print("key function", type(twin.by_title.keyfunc).__name__, sep="\t")
print("struck", len(STRUCK), sep="\t")
