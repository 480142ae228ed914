"""Instances in a session with a database: units of work, expiry, loading, cascades."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    backref,
    dependency,
    joinedload,
    make_transient,
    mapped_column,
    mapper,
    relationship,
    selectinload,
    session,
    subqueryload,
    unitofwork,
)
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import OrderedSet, topological

from sqlalchemy import Column, ForeignKey, Table, create_engine, event, select, update

from .observe import sight_of, text_of
from .repertoire import Repertoire

__all__ = ["STEPS", "WORLD"]

STEPS = Repertoire()
operation = STEPS.operation
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
_LOADERS: tuple[Callable[..., Any], ...] = (joinedload, selectinload, subqueryload)


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


# -- the life of an instance -----------------------------------------------------------


@operation(4)
def make(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Make an instance, and add it most of the time."""
    made = world.make(a)
    if b % 4:
        world.session.add(made)


@operation(2)
def drop(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Let go of an instance."""
    world.things[a % PLACES] = None
    gc.collect()


@operation(2)
def add(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Add an instance to the session."""
    thing = world.pick(a)
    if thing is not None:
        world.session.add(thing)


@operation()
def delete(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Delete an instance."""
    thing = world.pick(a)
    if thing is not None and thing._sa_instance_state.persistent:
        world.session.delete(thing)


@operation()
def expunge(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Take an instance out of the session."""
    thing = world.pick(a)
    if thing is not None and (thing in world.session or a % 16 == 0):
        world.session.expunge(thing)


@operation()
def transient(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Make an instance transient."""
    thing = world.pick(a)
    if thing is not None and c % 4 == 0:
        make_transient(thing)


@operation(2)
def merge(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Merge an instance, or a pickled copy of it."""
    thing = world.pick(a)
    if thing is None:
        return
    if b % 2:
        world.pickled = pickle.dumps(thing)
        thing = pickle.loads(world.pickled)
    world.put(world.session.merge(thing, load=bool(c % 8)))


# -- units of work ---------------------------------------------------------------------


@operation(5)
def flush(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Flush."""
    world.session.flush()


@operation(4)
def commit(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Commit; now and then without expiring."""
    world.session.expire_on_commit = bool(a % 4)
    world.session.commit()


@operation(3)
def roll_back(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Roll back."""
    world.session.rollback()


@operation(2)
def nested(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Begin a nested transaction, or end one."""
    present = world.session.get_nested_transaction()
    if present is None:
        world.session.begin_nested()
    elif a % 2:
        present.commit()
    else:
        present.rollback()


@operation(3)
def expire(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Expire one instance, some of it, or all."""
    thing = world.pick(a)
    if b % 4 == 0:
        world.session.expire_all()
    elif thing is not None and thing in world.session:
        keys = sorted(thing._sa_instance_state.manager)
        some = [key for place, key in enumerate(keys) if c >> place & 1 and key != "id"]
        world.session.expire(thing, some if b % 2 and some else None)


@operation(2)
def refresh(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Refresh an instance."""
    thing = world.pick(a)
    if thing is not None and thing._sa_instance_state.persistent:
        world.session.refresh(thing)


@operation()
def close_session(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Close the session, and take another; what it held is detached."""
    if c % 3 == 0:
        world.session.close()


# -- loading ---------------------------------------------------------------------------


@operation(4)
def query(world: SessionWorld, a: int, b: int, c: int) -> str:
    """Load many, with a related collection loaded in one of the ways."""
    class_ = CLASSES[a % len(CLASSES)]
    statement = select(class_).order_by(class_.id)
    related: Any = {Node: Node.items, Item: Item.tags, Tag: Tag.items}.get(class_, Node.children)
    if b % 4:
        statement = statement.options(_LOADERS[b % 4 - 1](related))
    if c % 8 == 0:
        statement = statement.execution_options(populate_existing=True)
    found = world.session.scalars(statement).unique().all()
    for thing in found[: c % 3]:
        world.put(thing)
    return text_of([repr(thing) for thing in found])


@operation(2)
def get(world: SessionWorld, a: int, b: int, c: int) -> str:
    """Load one by its key."""
    found = world.session.get(CLASSES[a % len(CLASSES)], b % 8 + 1)
    if found is not None:
        world.put(found)
    return repr(found)


@operation(2)
def bulk_update(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Update by a statement that the session keeps up with."""
    class_: Any = (Node, Tag)[a % 2]
    manner = ("evaluate", "fetch", "auto")[b % 3]
    world.session.execute(
        update(class_).where(class_.name == f"n{c % 5}").values(name=f"n{c // 5 % 5}"),
        execution_options={"synchronize_session": manner},
    )


# -- attributes ------------------------------------------------------------------------


@operation(8)
def write(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Set a plain value."""
    thing = world.pick(a)
    if isinstance(thing, Node) and b % 3 == 0:
        thing.size = c % 5
    elif thing is not None:
        thing.name = f"n{c % 5}"


@operation(5)
def read(world: SessionWorld, a: int, b: int, c: int) -> str:
    """Read an attribute."""
    thing = world.pick(a)
    if thing is None:
        return ""
    keys = sorted(thing._sa_instance_state.manager)
    return text_of(_as_list(getattr(thing, keys[b % len(keys)])))


@operation(2)
def forget(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Delete an attribute."""
    thing = world.pick(a)
    if thing is not None:
        keys = [key for key in ("name", "size", "parent", "node", "items") if key in vars(thing)]
        if keys:
            delattr(thing, keys[b % len(keys)])


@operation(5)
def refer(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Set a reference."""
    if b % 2:
        child = world.pick(a, Special)
        if child is not None:
            _is_known(child, "parent")
            child.parent = world.pick_root(c) if c % 5 else None
    else:
        item = world.pick(a, Item)
        if item is not None:
            _is_known(item, "node")
            item.node = world.pick(c, Node) if c % 5 else None


@operation(5)
def put_in(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Put an instance in a collection."""
    node, item, tag = world.pick(a, Node), world.pick(c, Item), world.pick(c, Tag)
    if b % 3 == 0:
        root, child = world.pick_root(a), world.pick(c, Special)
        if root is not None and child is not None and _is_known(child, "parent"):
            root.children.append(child)
    elif b % 3 == 1 and node is not None and item is not None:
        if _is_known(item, "node"):
            node.items.append(item)
    elif item is not None and tag is not None:
        if b % 2:
            item.tags.add(tag)
        else:
            tag.items.append(item)


@operation(3)
def take_out(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Take an instance out of a collection."""
    thing = world.pick(a)
    for name in ("children", "items", "tags"):
        collection = getattr(thing, name, None)
        if collection:
            member = list(collection)[c % len(collection)]
            collection.remove(member)
            return


@operation(2)
def replace(world: SessionWorld, a: int, b: int, c: int) -> None:
    """Replace a whole collection."""
    node, item = world.pick(a, Node), world.pick(a, Item)
    chosen = [thing for place, thing in enumerate(world.things) if c >> place & 1]
    if b % 2 and node is not None:
        items = [thing for thing in chosen if isinstance(thing, Item)]
        node.items = [item for item in items if _is_known(item, "node")]
    elif item is not None:
        item.tags = {thing for thing in chosen if isinstance(thing, Tag)}


@operation()
def is_modified(world: SessionWorld, a: int, b: int, c: int) -> Any:
    """Ask whether an instance has changes."""
    thing = world.pick(a)
    return thing is not None and thing in world.session and world.session.is_modified(thing)


def _is_known(thing: Any, key: str) -> bool:
    """Load to whom an instance belongs, so that nobody else thinks that it is theirs.

    A unit of work goes through instances in the order of their addresses; where two claim
    the same one, it is anyone's who comes last, under stock as well.
    """
    getattr(thing, key)
    return True


def _as_list(value: Any) -> Any:
    return sorted(map(repr, value)) if isinstance(value, (list, set)) else value


WORLD = SessionWorld
