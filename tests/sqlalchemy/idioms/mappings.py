"""The other ways of mapping a class."""

from shared import database, plain, refused
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    Session,
    attributes,
    column_property,
    declared_attr,
    mapped_column,
    reconstructor,
    registry,
    relationship,
    synonym,
)

from sqlalchemy import Column, ForeignKey, Integer, Table, create_engine, inspect, select, text


def dataclasses():
    """MappedAsDataclass, with defaults, factories, and fields that are not for init."""
    import dataclasses as standard

    class Base(MappedAsDataclass, DeclarativeBase):
        pass

    class Item(Base):
        __tablename__ = "item"
        id: Mapped[int] = mapped_column(primary_key=True, init=False)
        name: Mapped[str]
        price: Mapped[int] = mapped_column(default=3)
        parts: Mapped[list["Part"]] = relationship(default_factory=list, repr=False)
        cache: dict[str, int] = standard.field(default_factory=dict, compare=False)

    class Part(Base, kw_only=True, unsafe_hash=True):
        __tablename__ = "part"
        id: Mapped[int] = mapped_column(primary_key=True, init=False, repr=False)
        label: Mapped[str]
        item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), default=None)

    item = Item("bolt", parts=[Part(label="head")])
    yield plain(item).rpartition(".")[2], [field.name for field in standard.fields(Item)]
    yield item == Item("bolt", parts=item.parts), hash(Part(label="a")) == hash(Part(label="a"))
    yield refused(Item)[0], refused(lambda: Item("a", colour=1))[0]
    with Session(database(Base.metadata)) as session:
        session.add(item)
        session.commit()
        item.price += 1
        yield sorted(inspect(item).committed_state), item.cache, standard.asdict(item.parts[0])
        yield plain(standard.replace(item.parts[0], label="foot")).rpartition(".")[2]


def reflected():
    """automap: classes made of tables that are there."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("create table owner (id integer primary key, name text)"))
        connection.execute(
            text(
                "create table pet (id integer primary key, name text,"
                " owner_id integer references owner(id))"
            )
        )
    base = automap_base()
    base.prepare(autoload_with=engine)
    owner_class, pet_class = base.classes.owner, base.classes.pet
    with Session(engine) as session:
        owner = owner_class(name="Ann", pet_collection=[pet_class(name="Rex")])
        session.add(owner)
        session.commit()
        pet = session.scalars(select(pet_class)).one()
        yield pet.owner is owner, [one.name for one in owner.pet_collection]
        owner.pet_collection.clear()
        yield pet.owner, plain(inspect(owner_class).attrs.keys())


def mixins():
    """Declarative mixins and abstract bases with declared attributes, and inheritance."""

    class Base(DeclarativeBase):
        pass

    class Stamped:
        made: Mapped[int] = mapped_column(default=1)
        changed: Mapped[int | None] = mapped_column(default=None)

        @declared_attr.directive
        def __tablename__(cls):
            return cls.__name__.lower()

    class Owned(Stamped):
        @declared_attr
        def owner_id(cls) -> Mapped[int | None]:
            return mapped_column(ForeignKey("person.id"))

        @declared_attr
        def owner(cls) -> Mapped["Person | None"]:
            return relationship("Person", foreign_keys=[cls.owner_id])

    class Person(Stamped, Base):
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str]
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}

        @reconstructor
        def begin(self):
            self.restarted = True

    class Pilot(Person):
        __tablename__ = "pilot"
        id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
        hours: Mapped[int] = mapped_column()
        twice = column_property(hours * 2)
        flown = synonym("hours")
        __mapper_args__ = {"polymorphic_identity": "pilot"}

    class Plane(Owned, Base):
        id: Mapped[int] = mapped_column(primary_key=True)

    with Session(database(Base.metadata)) as session:
        session.add(Plane(owner=Pilot(flown=3)))
        session.commit()
        session.expunge_all()
        plane = session.scalars(select(Plane)).one()
        pilot = session.scalars(select(Person)).one()
        yield sorted(inspect(pilot).unloaded), plane.owner is pilot, pilot.restarted
        yield pilot.twice, pilot.flown, pilot.made, sorted(attributes.instance_dict(pilot))[1:]
        pilot.flown = 9
        yield pilot.hours, plain(attributes.get_history(pilot, "hours"))


def imperative():
    """registry.map_imperatively on a class that knows nothing, and its undoing."""
    mapping = registry()

    class Engine:
        doc = "kept"

        def __init__(self, power):
            """Make one."""
            self.power = power
            self.started = False

        def __setattr__(self, key, value):
            seen.append(key)
            object.__setattr__(self, key, value)

    seen = []
    table = Table(
        "engine",
        mapping.metadata,
        Column("id", Integer, primary_key=True),
        Column("power", Integer),
    )
    before = Engine(1)
    mapping.map_imperatively(Engine, table)
    yield Engine.__init__.__doc__, Engine.doc, plain(Engine.power)
    yield refused(inspect, before), refused(setattr, before, "power", 5)[0]
    with Session(database(mapping.metadata)) as session:
        session.add(Engine(7))
        session.commit()
        engine = session.scalars(select(Engine)).one()
        yield engine.power, hasattr(engine, "started"), seen
        engine.power = 8
        yield plain(attributes.get_history(engine, "power"))
    mapping.dispose()
    yield refused(inspect, Engine), Engine(3).power, hasattr(Engine, "power")
