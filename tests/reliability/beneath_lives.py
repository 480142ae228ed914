"""Mapped instances and classes that live and go; run by test_lives_beneath.py.

usage: beneath_lives.py

Printed, as JSON, is what each way of living has left behind: what is still there of what was
watched, and how many objects of the layer's more than before, by type.
"""

import gc
import json
import pickle
import threading
import warnings
import weakref

from remains import census, survivors

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from sqlalchemy.orm import (  # noqa: E402
    Session,
    attribute_keyed_dict,
    declarative_base,
    mapped_column,
    registry,
    relationship,
    selectinload,
    validates,
)
from sqlalchemy.pool import StaticPool  # noqa: E402

from sqlalchemy import (  # noqa: E402
    ForeignKey,
    Integer,
    String,
    create_engine,
    event,
    inspect,
    select,
)

LIVES = {}


def life(function):
    """Take a function down as a way of living."""
    LIVES[function.__name__] = function
    return function


class Refused(Exception):
    """What a validator raises."""


def mapped(collection=list):
    """Return a registry, and mapped classes that are tied both ways."""
    made = registry()

    @made.mapped
    class Owner:
        __tablename__ = "owner"
        id = mapped_column(Integer, primary_key=True)
        name = mapped_column(String)
        members = relationship(
            "Member",
            back_populates="owner",
            cascade="all, delete-orphan",
            collection_class=collection,
        )

        @validates("name")
        def check(self, key, value):
            if value == "refused":
                raise Refused
            return value

    @made.mapped
    class Member:
        __tablename__ = "member"
        id = mapped_column(Integer, primary_key=True)
        name = mapped_column(String)
        owner_id = mapped_column(ForeignKey("owner.id"))
        owner = relationship(Owner, back_populates="members")

    made.configure()
    return made, Owner, Member


REGISTRY, Owner, Member = mapped()
Owner.__module__ = Member.__module__ = __name__
Owner.__qualname__, Member.__qualname__ = "Owner", "Member"
ENGINE = create_engine(
    "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
)
REGISTRY.metadata.create_all(ENGINE)


def parts(*instances):
    """Return weak references to instances, states, collections and members."""
    found = []
    for instance in instances:
        found += [instance, inspect(instance)]
        if "members" in vars(instance):
            found += [instance.members, *instance.members]
    return [weakref.ref(part) for part in found]


def tied():
    """Return an owner with members."""
    return Owner(name="a", members=[Member(name="b"), Member(name="c")])


@life
def transient():
    return parts(tied())


@life
def stored_and_loaded():
    with Session(ENGINE) as session:
        session.add(owner := tied())
        session.commit()
        gone = parts(owner)
        session.expunge_all()
        for found in session.scalars(select(Owner).options(selectinload(Owner.members))):
            gone += parts(found)
            session.delete(found)
        session.commit()
    return gone


@life
def in_a_session_that_stays():
    with Session(ENGINE) as session:
        session.add(owner := tied())
        session.flush()
        gone = parts(owner)
        session.commit()
        del owner
        gc.collect()
        assert len(session.identity_map) == 0
        session.rollback()
    return gone


@life
def in_a_session_that_is_dropped():
    session = Session(ENGINE)
    session.add(owner := tied())
    session.flush()
    owner.name = "changed"
    return [*parts(owner), weakref.ref(session)]


@life
def rolled_back_and_expired():
    with Session(ENGINE) as session:
        session.add(owner := tied())
        session.commit()
        with session.begin_nested() as nested:
            owner.name = "changed"
            owner.members.append(Member(name="d"))
            session.flush()
            nested.rollback()
        session.expire(owner)
        assert owner.name == "a"
        gone = parts(owner)
        session.delete(owner)
        session.commit()
    return gone


@life
def with_changes_of_an_unloaded_collection():
    with Session(ENGINE) as session:
        session.add(owner := tied())
        session.commit()
        member = Member(owner=owner)
        assert "members" not in vars(owner)
        gone = parts(owner, member)
        session.rollback()
    return gone


@life
def refused():
    owner = tied()
    for key, value in (("name", "refused"), ("members", 5), ("members", [5])):
        try:
            setattr(owner, key, value)
        except (Refused, TypeError, AttributeError):
            continue
        raise AssertionError(f"{key} could be {value}")
    return parts(owner)


@life
def pickled_and_merged():
    owner = pickle.loads(pickle.dumps(tied()))
    with Session(ENGINE) as session:
        merged = session.merge(owner)
        session.flush()
        return parts(owner, merged)


@life
def in_a_thread_that_ends():
    gone = []
    thread = threading.Thread(target=lambda: gone.extend(stored_and_loaded()))
    thread.start()
    thread.join()
    return gone


@life
def with_a_listener_that_holds_them():
    owner = tied()

    def hear(target, value, old, initiator, held=owner):
        """Hold it."""

    event.listen(Owner.name, "set", hear)
    owner.name = "b"
    event.remove(Owner.name, "set", hear)
    return parts(owner)


def classes(collection):
    """Map classes, use and dispose of them; return weak references to them."""
    made, owner_class, member_class = mapped(collection)
    owner, member = owner_class(name="a"), member_class(name="b")
    member.owner = owner
    event.listen(owner_class.name, "set", lambda *args: None)
    gone = [*parts(member), weakref.ref(owner), weakref.ref(inspect(owner))]
    watched = (owner_class, member_class, *made.mappers)
    gone += [weakref.ref(part) for part in watched]
    gone += [weakref.ref(mapper.class_manager) for mapper in made.mappers]
    del owner, member, watched
    made.dispose()
    return gone


@life
def classes_with_a_list():
    return classes(list)


@life
def classes_with_a_set():
    return classes(set)


@life
def classes_with_a_dictionary():
    return classes(attribute_keyed_dict("name"))


@life
def classes_of_a_declarative_base():
    base = declarative_base()
    class_ = type(
        "Local", (base,), {"__tablename__": "t", "id": mapped_column(Integer, primary_key=True)}
    )
    local = class_(id=1)
    gone = [*parts(local), weakref.ref(class_), weakref.ref(inspect(local).manager)]
    base.registry.dispose()
    return gone


def outcome(function):
    """Return what a way of living has left behind."""
    for _ in range(2):  # caches of SQLAlchemy's are filled
        function()
    before = census()
    gone = function()
    left = [repr(found) for found in survivors(gone)]
    return {"watched": len(gone), "survivors": left, "grown": dict(census() - before)}


if __name__ == "__main__":
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", ResourceWarning)
    print(json.dumps({name: outcome(function) for name, function in LIVES.items()}))
