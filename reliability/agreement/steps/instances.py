"""Making instances, letting go of them, pickling."""

from __future__ import annotations

import gc
import pickle
from typing import Any

from ..repertoire import Repertoire
from ..world import World, value_of

__all__ = ["STEPS"]

STEPS = Repertoire()
operation = STEPS.operation


@operation(3)
def make(world: World, a: int, b: int, c: int) -> Any:
    """Make an instance, with values."""
    values = {"name": value_of(b), "size": value_of(c)} if b % 2 else {}
    return world.make(a, **values)


@operation()
def drop(world: World, a: int, b: int, c: int) -> None:
    """Let go of an instance."""
    world.drop(a)


@operation()
def collect(world: World, a: int, b: int, c: int) -> None:
    """Collect garbage."""
    gc.collect()


@operation()
def pickled(world: World, a: int, b: int, c: int) -> Any:
    """Put a pickled and unpickled copy in the place of an instance."""
    thing = world.pick(a)
    world.pickled = pickle.dumps(thing)
    copied = pickle.loads(world.pickled)
    world.things[world.things.index(thing)] = copied
    return copied
