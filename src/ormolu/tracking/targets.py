"""What is asked of: objects of tracked classes, and names of their fields."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from ..errors import UnknownFieldError, UntrackedInstanceError
from .instances import held
from .instances.adoption import manager_of
from .instances.state import TrackedState

__all__ = ["attributes_of", "need_manager", "refuse_unknown", "state_of"]


def state_of(obj: Any) -> TrackedState | None:
    """Return the state of an object, or ``None`` if nothing is recorded of it.

    Raises:
        UntrackedInstanceError: its class is not tracked.
    """
    manager = need_manager(obj)
    state = held.find(obj)
    if state is None or state is held.BEING_MADE:
        return None
    if state.manager is not manager:  # it was given another class
        state.manager, state.class_ = manager, type(obj)
    return state  # type: ignore[no-any-return]


def need_manager(obj: Any) -> Any:
    """Return the manager of the class of an object.

    Raises:
        UntrackedInstanceError: it is not tracked.
    """
    try:
        return manager_of(obj)
    except KeyError:
        if not isinstance(obj, type):
            raise
        raise UntrackedInstanceError(
            f"{obj.__qualname__} is a class, and instances are what changes: give one, "
            f"of a class that is decorated with @ormolu.tracked",
            class_=obj,
        ) from None


def attributes_of(obj: Any, keys: Iterable[str]) -> dict[str, Any]:
    """Return the attributes of some names; of all, if none is given.

    Raises:
        UntrackedInstanceError: the class of the object is not tracked.
        UnknownFieldError: there is no field of one of the names.
    """
    manager = need_manager(obj)
    refuse_unknown(manager, keys)
    return {key: manager[key] for key in keys} or dict(manager)


def refuse_unknown(manager: Any, keys: Iterable[str]) -> None:
    """Refuse names that are not those of fields.

    Raises:
        UnknownFieldError: there is no field of that name.
    """
    for key in keys:
        if not isinstance(key, str) or key not in manager:
            raise _unknown(manager, key)


def _unknown(manager: Any, key: Any) -> UnknownFieldError:
    name = manager.class_.__qualname__
    near = difflib.get_close_matches(str(key), list(manager), 1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(manager)}"
    return UnknownFieldError(
        f"{name} has no tracked field {key!r}{hint}", class_=manager.class_, key=str(key)
    )
