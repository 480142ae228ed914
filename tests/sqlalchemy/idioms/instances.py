"""Instances and what they keep: attributes of all kinds, copies, dictionaries, ends."""

import copy
import gc
import pickle
import weakref

from shared import database, plain
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, attributes, mapped_column

from sqlalchemy import Integer, inspect, select


class Base(DeclarativeBase):
    pass


class Point(Base):
    __tablename__ = "point"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
    y: Mapped[int | None]


class Broad(Base):
    __tablename__ = "broad"
    id: Mapped[int] = mapped_column(primary_key=True)
    for _number in range(40):
        locals()[f"c{_number}"] = mapped_column(Integer)


class Final(Base):
    __tablename__ = "final"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]
    ended = []

    def __del__(self):
        Final.ended.append(self.__dict__.get("x"))


class Slotted(Base):
    __tablename__ = "slotted"
    __slots__ = ("own",)
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int | None]


def state_of(one):
    return sorted(key for key in vars(one) if not key.startswith("_"))


def kept():
    """Values before and after somebody asks for the dictionary, of new and loaded instances."""
    with Session(database(Base.metadata)) as session:
        session.add_all([Point(x=1, y=2), Point(y=3), Point()])
        session.add(Broad(**{f"c{n}": n for n in range(40)}))
        session.add_all([Final(x=7), Slotted(x=8)])
        session.commit()
        session.expunge_all()

        point = session.scalars(select(Point).where(Point.x == 1)).one()
        yield point.x, point.y, inspect(point).modified
        point.x = 10
        yield point.x, plain(attributes.get_history(point, "x")), point in session.dirty
        point.other = [point]  # not mapped, and a cycle
        yield state_of(point), vars(point)["x"], point.other[0] is point
        point.x = 11
        vars(point)["y"] = 5
        del point.other
        yield point.x, point.y, state_of(point)
        session.rollback()
        yield point.x, point.y, state_of(point)

        other = session.scalars(select(Point).where(Point.y == 3)).one()
        del other.y
        yield "y" in vars(other), plain(attributes.get_history(other, "y"))
        other.y = 4
        session.flush()
        yield state_of(other), inspect(other).modified

        broad = session.scalars(select(Broad)).one()
        yield sum(getattr(broad, f"c{n}") for n in range(40)), len(vars(broad))
        broad.c39 = -1
        broad.more = 1
        yield broad.c39, broad.c0, broad.more

        slotted = session.scalars(select(Slotted)).one()
        slotted.own = 1
        slotted.x = 9
        yield slotted.own, slotted.x, state_of(slotted)


def ended():
    """Copies, pickles, other classes and dictionaries, and what goes when an instance does."""
    made = Point(x=1, y=2)
    twin = copy.copy(Point(x=3))
    loaded = pickle.loads(pickle.dumps(made))
    yield loaded.x, loaded.y, twin.x, state_of(made)
    made = Point(x=1)
    made.__dict__ = {**vars(made), "y": 7}
    made.x = 2
    yield made.x, made.y, state_of(made)

    class Tracer(int):
        def __del__(self):
            seen.append("gone")

    seen = []
    made = Point(x=Tracer(5))
    made.x = 6
    yield seen, made.x
    made = Point(x=Tracer(5))
    made.knot = made
    reference = weakref.ref(made)
    del made
    gc.collect()
    yield seen, reference() is None
    Final.ended.clear()
    final = Final(x=4)
    final.x = 5
    del final
    gc.collect()
    yield Final.ended[-1:], [Point(x=n).x for n in range(3)]
    with Session(database(Base.metadata)) as session:
        session.add_all([Point(x=n) for n in range(20)])
        session.commit()
        session.expunge_all()
        points = session.scalars(select(Point).order_by(Point.id)).all()
        references = [weakref.ref(point) for point in points]
        points[0].x = 100
        del points
        gc.collect()
        yield [reference() is None for reference in references].count(True), len(session.dirty)
        session.expire_all()
        yield [point.x for point in session.scalars(select(Point).order_by(Point.id))][:2]
