"""Values that change in place, are derived, or are kept as versions."""

from shared import database, plain, refused
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.ext.mutable import Mutable, MutableComposite, MutableDict, MutableList
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attributes,
    composite,
    mapped_column,
    relationship,
)
from sqlalchemy.types import JSON

from sqlalchemy import ForeignKey, Integer, event, inspect, select, text


def mutable_types():
    """MutableDict, MutableList, a type of one's own, and a mutable composite."""

    class Base(DeclarativeBase):
        pass

    class Counter(Mutable):
        def __init__(self, n):
            self.n = n

        @classmethod
        def coerce(cls, key, value):
            return cls(value) if isinstance(value, int) else Mutable.coerce(key, value)

        def up(self):
            self.n += 1
            self.changed()

    class Point(MutableComposite):
        def __init__(self, x, y):
            self.x, self.y = x, y

        def __setattr__(self, key, value):
            object.__setattr__(self, key, value)
            self.changed()

        def __composite_values__(self):
            return self.x, self.y

        def __eq__(self, other):
            return isinstance(other, Point) and (other.x, other.y) == (self.x, self.y)

        __hash__ = None

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        data = mapped_column(MutableDict.as_mutable(JSON))
        tags = mapped_column(MutableList.as_mutable(JSON))
        place: Mapped[Point] = composite(
            Point, mapped_column("x", Integer), mapped_column("y", Integer)
        )

    with Session(database(Base.metadata)) as session:
        thing = Thing(data={"a": 1}, tags=["x"], place=Point(1, 2))
        session.add(thing)
        session.commit()
        yield thing in session.dirty, thing.data, thing.tags
        thing.data["b"] = 2
        yield thing in session.dirty, sorted(thing.data), plain(inspect(thing).attrs.data.history)
        session.commit()
        thing.tags.append("y")
        thing.place.x = 5
        yield thing in session.dirty, thing.tags, plain(inspect(thing).committed_state.keys())
        session.commit()
        yield session.execute(select(Thing.tags, text("x"), text("y"))).one()._asdict()
        thing.place = Point(6, 7)
        history = attributes.get_history(thing, "place")
        yield [[(point.x, point.y) for point in part] for part in history]
        yield refused(setattr, thing, "data", 5)


def hybrids():
    """Hybrid properties and methods, with setters, expressions and update expressions."""

    class Base(DeclarativeBase):
        pass

    class Interval(Base):
        __tablename__ = "interval"
        id: Mapped[int] = mapped_column(primary_key=True)
        start: Mapped[int]
        end: Mapped[int]

        @hybrid_property
        def length(self):
            return self.end - self.start

        @length.inplace.setter
        def _length(self, value):
            self.end = self.start + value

        @hybrid_method
        def holds(self, point):
            return (self.start <= point) & (point < self.end)

    with Session(database(Base.metadata)) as session:
        session.add_all([Interval(start=0, end=5), Interval(start=3, length=10)])
        session.commit()
        yield [one.length for one in session.scalars(select(Interval).order_by(Interval.length))]
        yield session.scalars(select(Interval.id).where(Interval.holds(4))).all()
        first = session.get(Interval, 1)
        first.length = 7
        yield first.end, first.holds(6), str(Interval.length > 3), plain(inspect(first).modified)


def versions():
    """Versions of rows made at flush, by get_history and inspect(obj).attrs."""

    class Base(DeclarativeBase):
        pass

    class Page(Base):
        __tablename__ = "page"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        body: Mapped[str | None] = mapped_column(deferred=True)
        version: Mapped[int] = mapped_column(default=0)
        __mapper_args__ = {"version_id_col": version}
        links: Mapped[list["Link"]] = relationship(back_populates="page")

    class Link(Base):
        __tablename__ = "link"
        id: Mapped[int] = mapped_column(primary_key=True)
        to: Mapped[str]
        page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
        page: Mapped[Page | None] = relationship(back_populates="links")

    kept = []

    @event.listens_for(Session, "before_flush")
    def keep(session, context, instances):
        for instance in sorted((*session.dirty, *session.new), key=lambda one: str(type(one))):
            state = inspect(instance)
            for attribute in state.attrs:
                history = attributes.get_history(
                    instance, attribute.key, attributes.PASSIVE_NO_INITIALIZE
                )
                if history.has_changes():
                    kept.append([attribute.key, *(len(part) for part in history)])
                assert plain(history) == plain(attribute.history)
        kept.append([session.is_modified(one) for one in session.dirty])

    with Session(database(Base.metadata), expire_on_commit=False) as session:
        page = Page(title="a", body="text", links=[Link(to="x")])
        session.add(page)
        session.commit()
        page.title = "b"
        page.title = "a"
        session.commit()
        page.title, page.body = "c", "more"
        page.links.append(Link(to="y"))
        session.commit()
        session.expire(page)
        page.title = "d"
        session.commit()
        yield page.version, kept
        session.expunge_all()
        page = session.scalars(select(Page)).one()
        yield sorted(inspect(page).unloaded), page.body, sorted(inspect(page).unloaded)
        yield page.version, plain(inspect(page).attrs.title.history)
    event.remove(Session, "before_flush", keep)
