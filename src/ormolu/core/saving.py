"""What whoever loads and stores instances says of them: they are stored, or stale."""

from __future__ import annotations

from typing import Any

from .attributes import AttributeFunctions
from .layer import CORE

__all__ = ["commit", "expire"]


_functions = AttributeFunctions(CORE)


def commit(instance: Any, *keys: str) -> None:
    """Take what an instance holds for what is stored: there are no changes from now on.

    Args:
        instance: an instance of a registered class.
        keys: the names of the attributes; all of them, if none is given.

    Raises:
        UntrackedInstanceError: its class is not registered.
        NoSuchAttributeError: there is no attribute of that name.

    Example:
        >>> from ormolu.attributes import get_history, register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> class Point:
        ...     pass
        >>> manager = register_class(Point)
        >>> attribute = register_attribute(Point, "x")
        >>> point = Point()
        >>> point.x = 1
        >>> get_history(point, "x").added
        [1]
        >>> commit(point)
        >>> get_history(point, "x").added
        ()
    """
    state, values = _parts(instance, keys)
    if keys:
        state._commit(values, keys)
    else:
        state._commit_all(values, _identity_map_of(state))


def expire(instance: Any, *keys: str) -> None:
    """Forget what an instance holds; each value is loaded again when it is read next.

    Changes that were not committed are forgotten as well.

    Args:
        instance: an instance of a registered class.
        keys: the names of the attributes; all of them, if none is given.

    Raises:
        UntrackedInstanceError: its class is not registered.
        NoSuchAttributeError: there is no attribute of that name.

    Example:
        >>> from ormolu.attributes import register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> class Point:
        ...     pass
        >>> def load(state, keys, passive):
        ...     state.dict.update(dict.fromkeys(keys, 7))
        >>> manager = register_class(Point, expired_attribute_loader=load)
        >>> attribute = register_attribute(Point, "x")
        >>> point = Point()
        >>> point.x = 1
        >>> expire(point)
        >>> point.x
        7
    """
    state, values = _parts(instance, keys)
    if keys:
        state._expire_attributes(values, keys)
    else:
        identity_map = _identity_map_of(state)
        state._expire(values, set() if identity_map is None else identity_map._modified)


def _identity_map_of(state: Any) -> Any:
    """Return the identity map that a state is in, or ``None``."""
    reference = state._instance_dict
    return None if reference is None else reference()


def _parts(instance: Any, keys: tuple[str, ...]) -> tuple[Any, Any]:
    state = _functions.instance_state(instance)
    for key in keys:
        _functions._impl(state, key)  # which says that there is none
    return state, _functions.instance_dict(instance)
