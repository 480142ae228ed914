"""Which door an object came through, and its state; nothing is made or settled by asking."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..core.layer import CORE, Layer
from ..errors import UntrackedInstanceError
from ..tracking.instances import held
from ..tracking.layer import TRACKED

__all__ = ["Found", "find", "is_known", "need"]

_SQLALCHEMY = "ormolu.sqlalchemy.mirrors.door"


class Found(NamedTuple):
    """What was found of an object.

    Attributes:
        layer: the layer of its door.
        manager: the manager of its class, or of the next base class that has one.
        state: its state; ``None`` for a tracked object that was never changed.
    """

    layer: Any
    manager: Any
    state: Any


def need(obj: Any) -> Found:
    """Return what is known of an object.

    Raises:
        UntrackedInstanceError: nothing is.
    """
    found = find(obj)
    if found is None:
        name = type(obj).__qualname__
        raise UntrackedInstanceError(
            f"{name} is not tracked by ormolu, so there is nothing to show of it; decorate the "
            f"class with @ormolu.tracked, register it with "
            f"ormolu.instrumentation.register_class, or, if SQLAlchemy maps it, call "
            f"ormolu.sqlalchemy.install() before sqlalchemy.orm is imported",
            class_=type(obj),
        )
    return found


def is_known(obj: Any) -> bool:
    """Return whether an object is tracked, through whichever door."""
    return find(obj) is not None


def find(obj: Any) -> Found | None:
    """Return what is known of an object, or ``None``."""
    # not isinstance(), which asks the object for its __class__
    if issubclass(type(obj), type):
        return None
    for layer in _layers():
        found = _find_tracked(obj) if layer is TRACKED else _find_in(layer, obj)
        if found is not None:
            return found
    return None


def _layers() -> Iterator[Layer]:
    yield CORE
    # whoever has not put ormolu beneath SQLAlchemy has no mapped object of ormolu's
    door = sys.modules.get(_SQLALCHEMY)
    if door is not None:
        yield door.SQLALCHEMY
    yield TRACKED


def _find_in(layer: Layer, obj: Any) -> Found | None:
    manager = layer.opt_manager_of(type(obj))
    if manager is None:
        return None
    try:
        if layer.state_of is layer.default_state_of:
            # past a __getattribute__ of the class
            state = object.__getattribute__(obj, layer.state_attr)
        else:
            state = layer.state_of(obj)
    except (AttributeError, KeyError):  # made without its __init__
        return None
    return Found(layer, manager, state)


def _find_tracked(obj: Any) -> Found | None:
    for class_ in type(obj).__mro__:
        manager = TRACKED.opt_manager_of(class_)
        if manager is not None and manager.shape is not None:
            return Found(TRACKED, manager, held.peek(obj))
    return None
