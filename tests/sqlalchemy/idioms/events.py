"""Listeners of attributes and instances, validators, and attributes of other kinds."""

from shared import database, plain, refused
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    attributes,
    mapped_column,
    relationship,
    validates,
)

from sqlalchemy import Column, ForeignKey, String, Table, event, inspect, select


def audited():
    """An audit trail: one listener for all attributes of all classes, by mapper events."""

    class Base(DeclarativeBase):
        pass

    trail = []

    @event.listens_for(Base, "attribute_instrument", propagate=True)
    def instrumented(cls, key, inst):
        trail.append(["instrument", cls.__name__, key])
        if inst.property.__class__.__name__ != "ColumnProperty":
            return

        @event.listens_for(inst, "set", propagate=True, active_history=True)
        def wrote(target, value, old, initiator):
            trail.append(["set", initiator.key, value, str(old), initiator.op.name])

    @event.listens_for(Base, "init", propagate=True)
    def made(target, args, kwargs):
        trail.append(["init", type(target).__name__, list(args), sorted(kwargs)])
        kwargs.setdefault("note", "none")

    @event.listens_for(Base, "load", propagate=True)
    def loaded(target, context):
        trail.append(["load", type(target).__name__])

    @event.listens_for(Base, "refresh", propagate=True)
    def refreshed(target, context, attrs):
        trail.append(["refresh", sorted(attrs or ())])

    @event.listens_for(Base, "expire", propagate=True)
    def expired(target, attrs):
        trail.append(["expire", sorted(attrs or ())])

    class Person(Base):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        note: Mapped[str | None]

    class Manager(Person):
        def __init__(self, **values):
            trail.append("its own init")
            super().__init__(**values)

    engine = database(Base.metadata)
    with Session(engine) as session:
        person = Manager(name="Ann")
        session.add(person)
        session.commit()
        yield person.name
        person.name = "Bea"
        session.expire(person, ["note"])
        yield person.note
        session.rollback()
        yield person.name
        session.expunge_all()
        yield session.scalars(select(Manager)).one().name
    yield trail


def coerced():
    """Values replaced by listeners and validators, and refused by them."""

    class Base(DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        mail: Mapped[str | None]
        age: Mapped[int | None]
        friends: Mapped[list["User"]] = relationship(
            secondary=Table(
                "friends",
                Base.metadata,
                Column("one", ForeignKey("user.id"), primary_key=True),
                Column("two", ForeignKey("user.id"), primary_key=True),
            ),
            primaryjoin="User.id == friends.c.one",
            secondaryjoin="User.id == friends.c.two",
        )

        @validates("mail", include_backrefs=False)
        def lower(self, key, value):
            if "@" not in value:
                raise ValueError(f"{key} without @")
            return value.lower()

        @validates("friends", include_removes=True)
        def known(self, key, friend, is_remove):
            seen.append([key, friend.mail, is_remove])
            return friend

    seen = []

    @event.listens_for(User.age, "set", retval=True)
    def number(target, value, old, initiator):
        return int(value)

    one, two = User(mail="A@X", age="41"), User(mail="B@X", age="7")
    yield one.mail, one.age
    yield refused(setattr, one, "mail", "nothing")
    yield refused(setattr, one, "age", "many")
    yield one.mail, one.age, plain(attributes.get_history(one, "age"))
    one.friends = [two, two]
    one.friends.remove(two)
    one.friends += [one]
    yield seen, [friend.mail for friend in one.friends]


def descriptors():
    """Attributes beside the mapped ones: properties over them, slots of a mixin, String keys."""

    class Base(DeclarativeBase):
        pass

    class Account(Base):
        __tablename__ = "account"
        id: Mapped[int] = mapped_column(primary_key=True)
        _balance: Mapped[int] = mapped_column("balance", default=0)
        owner = Column("holder", String(20), key="who")

        @property
        def balance(self):
            return self._balance

        @balance.setter
        def balance(self, value):
            if value < 0:
                raise ValueError("overdrawn")
            self._balance = value

        def __getattr__(self, name):
            if name.startswith("is_"):
                return self.owner == name[3:]
            raise AttributeError(name)

    with Session(database(Base.metadata)) as session:
        account = Account(balance=5, owner="ann")
        session.add(account)
        session.flush()
        yield account.is_ann, account.is_bea, refused(getattr, account, "other")
        yield refused(setattr, account, "balance", -1), account.balance
        session.commit()
        account.balance += 5
        yield sorted(inspect(account).committed_state), plain(Account._balance)
        del account._balance
        yield refused(lambda: account.balance) == "no error", inspect(account).modified


def late():
    """Listeners that come and go after there were none."""

    class Base(DeclarativeBase):
        pass

    class Person(Base):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

    class Pilot(Person):
        pass

    seen = []
    session = Session(database(Base.metadata))

    def act(word):
        pilot = Pilot(name=f"{word} one")
        pilot.name = f"{word} two"
        session.add(pilot)
        session.commit()
        session.expire(pilot)
        pilot.name = f"{word} three"
        del pilot.name
        session.rollback()
        session.expunge_all()
        session.scalars(select(Person)).all()
        seen.append(f"end of {word}")

    def listener(name):
        return lambda target, *more: seen.append([name, len(more)])

    act("nobody")
    act("nobody again")
    targets = (
        (Person.name, "set"),
        (Person.name, "remove"),
        (Pilot, "init"),
        (Pilot, "init_failure"),
        (Pilot, "load"),
        (Person, "expire"),
        (Person, "refresh"),
    )
    for target, name in targets:
        heard = listener(name)
        event.listen(target, name, heard, propagate=True)
        act(name)
        try:
            Pilot(colour="red")
        except TypeError as error:
            yield str(error).replace("late.<locals>.", "")
        event.remove(target, name, heard)
        act(f"no {name}")
    every = listener("any set")
    event.listen(Person.name, "set", every, active_history=True, propagate=True)
    act("old values")
    yield seen
