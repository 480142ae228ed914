"""What a class decides itself: how it is made, read, written, compared and called."""

from shared import database, plain, refused
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, attributes, mapped_column, registry

from sqlalchemy import Column, Integer, String, Table, select


def overrides():
    """Special methods, metaclasses and members put on a class before and after it is mapped."""

    class Base(DeclarativeBase):
        pass

    seen = []

    class Logged(Base):
        __tablename__ = "logged"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

        def __setattr__(self, key, value):
            seen.append(f"set {key}")
            super().__setattr__(key, value)

        def __delattr__(self, key):
            seen.append(f"delete {key}")
            super().__delattr__(key)

    class Watched(Base):
        __tablename__ = "watched"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

        def __getattribute__(self, key):
            if key in ("__dict__", "name", "id"):
                seen.append(f"get {key}")
            return super().__getattribute__(key)

    class Made(Base):
        __tablename__ = "made"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

        def __new__(cls, **values):
            seen.append(f"new {sorted(values)}")
            made = super().__new__(cls)
            made.extra = len(values)
            return made

    class Odd(Base):
        __tablename__ = "odd"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

        def __eq__(self, other):
            raise TypeError("not to be compared")

        __hash__ = None

        def __bool__(self):
            raise TypeError("neither true nor false")

        def __len__(self):
            raise TypeError("no length")

    class Front(Made):
        @property
        def name(self):
            return "in front"

        @name.setter
        def name(self, value):
            seen.append(f"front {value}")

    with Session(database(Base.metadata)) as session:
        for class_ in (Logged, Watched, Made, Odd, Front):
            instance = class_(name="a")
            instance.name = "b"
            session.add(instance)
            session.flush()
            yield [class_.__name__, instance.name, plain(attributes.get_history(instance, "id"))]
            session.commit()
            session.expunge_all()
            loaded = session.scalars(select(class_).order_by(class_.id)).all()[-1]
            yield loaded.name, sorted(vars(loaded))[1:], getattr(loaded, "extra", None)
            loaded.name = "c"
            yield refused(delattr, loaded, "name")[0] if class_ is Front else loaded.name
            session.rollback()
            session.expunge_all()
        counted = {word: seen.count(word) for word in sorted(set(seen)) if word[:3] != "get"}
        yield counted, {"get name", "get __dict__"} <= set(seen)


def called():
    """A class whose calls, ``__init__`` and members change after it is mapped."""
    seen = []

    class Meta(type):
        def __call__(cls, *args, **kwargs):
            seen.append(f"call {sorted(kwargs)}")
            return super().__call__(*args, **kwargs)

    mapping = registry()

    class Thing(metaclass=Meta):
        pass

    class Other:
        pass

    def table(name):
        return Table(
            name,
            mapping.metadata,
            Column("id", Integer, primary_key=True),
            Column("name", String),
        )

    for class_ in (Thing, Other):
        mapping.constructor, constructor = mapping.constructor, mapping.constructor
        class_.__init__ = constructor
        mapping.map_imperatively(class_, table(class_.__name__))
        for _ in range(3):
            made = class_(name="x")
        yield made.name, refused(class_, "x")[0], refused(lambda c=class_: c(colour=1))
    original = Other.__init__

    def init(self, name):
        seen.append(f"init {name}")
        original(self, name=name.upper())

    Other.__init__ = init
    yield Other(name="y").name, Other("z").name
    Other.__init__ = original
    Other.size = property(lambda self: 3, lambda self, value: seen.append(f"size {value}"))
    made = Other(name="w", size=4)
    yield made.name, made.size, sorted(vars(made))[1:]
    Other.name = mine = property(lambda self: "mine")
    yield refused(lambda: Other(name="v"))[0], Other.name is mine

    class Part(Other):
        __slots__ = ("extra",)

    part = Part(size=5)
    part.extra = 1
    yield type(part).__name__, part.extra, part.name, seen


def own_dict():
    """A ``__dict__`` that is a member of the class: the last, for it slows down all others."""

    class Base(DeclarativeBase):
        pass

    asked = []

    class Kept(Base):
        __tablename__ = "kept"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

        def __new__(cls, **values):
            made = super().__new__(cls)
            made.values_ = {}
            return made

        @property
        def __dict__(self):
            asked.append(1)
            return self.values_

    kept = Kept(name="a")
    kept.name = "b"
    yield kept.name, sorted(kept.values_), plain(attributes.get_history(kept, "name"))
    with Session(database(Base.metadata)) as session:
        session.add(kept)
        session.commit()
        session.expunge_all()
        loaded = session.scalars(select(Kept)).one()
        yield loaded.name, sorted(loaded.values_), bool(asked)
        del loaded.name
        yield loaded in session.dirty, sorted(loaded.values_)
