"""Classes that come and go, listeners, and who holds whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import attributes

from ..model import RELATIONS, SCALARS, Thing
from ..repertoire import Repertoire
from ..world import World
from .choosing import choose

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation

_LISTENABLE = ("set", "append", "remove", "append_wo_mutation", "modified", "bulk_replace")


@operation()
def add_class(world: World, a: int, b: int, c: int) -> Any:
    """Register a new subclass."""
    if len(world.model.classes) > 6:
        return None
    return world.model.add_class(a).__name__


@operation()
def drop_class(world: World, a: int, b: int, c: int) -> None:
    """Unregister a subclass that nothing uses."""
    world.drop_class(a)


@operation(2)
def listen(world: World, a: int, b: int, c: int) -> None:
    """Listen to an attribute in one of four manners."""
    if len(world.listening) > 24:
        return
    name = _LISTENABLE[b % len(_LISTENABLE)]
    world.listen(choose((*SCALARS, *RELATIONS), a), name, c % 4)


@operation()
def unlisten(world: World, a: int, b: int, c: int) -> None:
    """Stop a listener."""
    world.fall_silent()


@operation(2)
def raise_soon(world: World, a: int, b: int, c: int) -> None:
    """Let one of the next call-outs raise."""
    world.fault_in = 1 + a % 3


@operation()
def parents(world: World, a: int, b: int, c: int) -> Any:
    """Ask whether one instance is the parent of another."""
    child, parent = world.pick(a), world.pick(c)
    state = attributes.instance_state(child)
    impl = attributes.instance_state(parent).manager[choose(RELATIONS, b)].impl
    return isinstance(parent, Thing) and impl.hasparent(state)
