"""A session with a database, and what is mapped there: what a program of its steps runs in."""

from __future__ import annotations

import gc
from typing import Any

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    backref,
    dependency,
    mapped_column,
    mapper,
    relationship,
    session,
    unitofwork,
)
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import OrderedSet, topological

from sqlalchemy import Column, ForeignKey, Table, create_engine, event

from .observe import sight_of, text_of

__all__ = ["CLASSES", "PLACES", "Item", "Node", "SessionWorld", "Special", "Tag"]

PLACES = 8


class Base(DeclarativeBase):
    """The base of what is mapped."""

    id: Mapped[int] = mapped_column(primary_key=True)

    def __hash__(self) -> int:
        return 7  # a set is gone through in the order of its making

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        # without asking for anything that is not there
        return f"{type(self).__name__} {vars(self).get('id')} {vars(self).get('name')}"


_tagged = Table(
    "tagged",
    Base.metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Node(Base):
    """One of a tree, with items of its own."""

    __tablename__ = "node"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "node"}
    kind: Mapped[str]
    name: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(deferred=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    children = relationship(
        "Node", backref=backref("parent", remote_side="Node.id"), order_by="Node.id"
    )
    items = relationship(
        "Item", back_populates="node", cascade="all, delete-orphan", order_by="Item.id"
    )


class Special(Node):
    """A node of another kind, in the same table."""

    __mapper_args__ = {"polymorphic_identity": "special"}
    extra: Mapped[str | None]


class Item(Base):
    """What belongs to one node, or to none."""

    __tablename__ = "item"
    name: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    node_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    node = relationship("Node", back_populates="items")
    tags = relationship(
        "Tag", secondary=_tagged, back_populates="items", collection_class=set, order_by="Tag.id"
    )
    __mapper_args__ = {"version_id_col": version}


class Tag(Base):
    """What many items have."""

    __tablename__ = "tag"
    name: Mapped[str | None]
    items = relationship(
        "Item", secondary=_tagged, back_populates="tags", order_by="Item.id", lazy="selectin"
    )


# a unit of work goes through its sets by the addresses of what is in them; where two instances
# claim a third, or one of them fails, the end depends on it
for _module in (dependency, mapper, session, topological, unitofwork):
    _module.set = OrderedSet

CLASSES = (Node, Special, Item, Tag)


class SessionWorld:
    """Mapped instances by number, a session, and all that was sent to the database."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.faults = 0
        self.pickled = b""
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        Base.metadata.create_all(self.engine)
        event.listen(self.engine, "before_cursor_execute", self._note)
        self._begin()

    def _begin(self) -> None:
        self.things: list[Any] = [None] * PLACES
        self.made = 0
        self.session = Session(self.engine)
        for number in range(4):
            self.session.add(self.make(number))
        self.session.commit()

    def _note(self, connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        rows = sorted(values) if isinstance(values, list) else values
        self.log.append(f"{' '.join(statement.split())} {rows!r}")

    def make(self, number: int) -> Any:
        """Return a new instance, at the next place."""
        made = CLASSES[number % len(CLASSES)](name=f"n{self.made % 5}")
        self.put(made)
        return made

    def put(self, thing: Any) -> None:
        """Keep an instance, and let go of the oldest."""
        if any(thing is other for other in self.things):
            return
        self.things[self.made % PLACES] = None
        gc.collect(0)
        self.things[self.made % PLACES] = thing
        self.made += 1

    def pick(self, number: int, class_: type = Base) -> Any:
        """Return an instance of a class, or ``None``."""
        fitting = [thing for thing in self.things if isinstance(thing, class_)]
        return fitting[number % len(fitting)] if fitting else None

    def pick_root(self, number: int) -> Any:
        """Return a node that may have children, and has no parent: so none is its own."""
        fitting = [thing for thing in self.things if type(thing) is Node]
        return fitting[number % len(fitting)] if fitting else None

    def seen(self) -> str:
        """Return what was sent to the database, and the state of all that lives."""
        # a unit of work goes through mappers by their addresses, where their order is free
        told = ["; ".join(sorted(self.log))]
        self.log.clear()
        session = self.session
        for name in ("new", "dirty", "deleted"):
            told.append(f"{name} {sorted(map(repr, getattr(session, name)))}")
        told.append(str(sorted(text_of(key[1]) + key[0].__name__ for key in session.identity_map)))
        told.extend(self._sight_of(thing) for thing in self.things if thing is not None)
        return "\n".join(told)

    def _sight_of(self, thing: Any) -> str:
        state = thing._sa_instance_state
        names = ("transient", "pending", "persistent", "deleted", "detached")
        life = [name for name in names if getattr(state, name)]
        return f"{life} in session: {thing in self.session} {sight_of(thing)}"

    def renew(self) -> None:
        """Begin again with an empty database."""
        self.session.close()
        self.things = [None] * PLACES
        gc.collect()
        with self.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        self.log.clear()
        self._begin()

    def close(self) -> None:
        """End the world."""
        self.session.close()
        self.things = [None] * PLACES
        self.engine.dispose()
