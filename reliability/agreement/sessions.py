"""Instances in a session with a database: units of work, expiry, loading, cascades."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import (
    joinedload,
    make_transient,
    selectinload,
    subqueryload,
)

from sqlalchemy import select, update

from .observe import text_of
from .repertoire import Repertoire
from .session_world import CLASSES, PLACES, Item, Node, SessionWorld, Special, Tag

__all__ = ["STEPS", "WORLD"]

WORLD = SessionWorld
STEPS = Repertoire()
operation = STEPS.operation

_LOADERS: tuple[Callable[..., Any], ...] = (joinedload, selectinload, subqueryload)


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
