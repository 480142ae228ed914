"""What a loader comes back with is looked at before it becomes the value."""

from __future__ import annotations

from collections.abc import Collection
from types import CoroutineType
from typing import Any

from .._kernel.sentinels import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    NO_VALUE,
    PASSIVE_NO_RESULT,
    LoaderCallableStatus,
)
from .layer import CORE
from .peers import note_members

__all__ = ["check_values", "checked_load", "loader_of"]


_ANSWERS = (ATTR_EMPTY, NO_VALUE, PASSIVE_NO_RESULT)


def loader_of(impl: Any, state: Any) -> Any:
    """Return the loader in charge of a missing value, as a read finds it; or ``None``.

    The kernel's own function for it is of C where the kernel is native.

    Args:
        impl: the implementation of the attribute.
        state: the state of the instance.
    """
    key, expired = impl.key, state._expired_keys
    if expired and impl.accepts_scalar_loader and impl.load_on_unexpire and key in expired:
        return state._load_expired
    if state._callables and key in state._callables:
        return state._callables[key]
    loader = impl.callable_
    if loader is not None and loader is impl._idle_loader:
        return loader if state.session_id or state.key is not None else None
    return loader


def checked_load(impl: Any, state: Any, value: Any) -> Any:
    """Return what the loader of an attribute has returned, if that can be its value.

    Args:
        impl: the implementation of the attribute.
        state: the state of the instance.
        value: what the loader has returned.

    Raises:
        LoaderError: it is a symbol that answers another question, or has to be awaited.
        IncompatibleCollectionError: it is no members, and the attribute holds a collection.
        UntrackedInstanceError: it is, or has in it, an object that is not tracked.
    """
    if type(value) is CoroutineType:
        # of a loader that nobody could know to be one that has to be awaited
        value.close()
        raise impl.layer.faults.not_awaited(state, impl.key)
    if isinstance(value, LoaderCallableStatus):
        if value is ATTR_WAS_SET:
            check_values(state, (impl.key,))
        elif value not in _ANSWERS:
            raise impl.layer.faults.loader_answered(impl, state, value)
        return value
    if impl.collection:
        return _checked_members(impl, state, value)
    _check_value(impl, state, value)
    return value


def _checked_members(impl: Any, state: Any, value: Any) -> list[Any]:
    if value is None:
        return []
    try:
        members = iter(value)
    except TypeError as cause:
        raise impl.layer.faults.not_members(impl, state, value, cause) from cause
    found = list(members)
    for member in found:
        _check_tracked(impl, member)
    note_members(found)
    return found


def check_values(state: Any, keys: Collection[str]) -> None:
    """Look at what a loader has put into an instance, and take out what cannot be there.

    Args:
        state: the state of the instance.
        keys: the attributes that it was to load.

    Raises:
        LoaderError: as :func:`checked_load`, of the first that cannot be.
    """
    values = state.dict
    failures = []
    for key in keys:
        if key in values:
            try:
                _check_value(state.manager[key].impl, state, values[key])
            except Exception as failure:
                failures.append(failure)
                del values[key]
    if failures:
        try:
            raise failures[0]
        finally:
            # its traceback has this frame: the two would keep each other
            failures.clear()


def _check_value(impl: Any, state: Any, value: Any) -> None:
    if isinstance(value, LoaderCallableStatus):
        raise impl.layer.faults.loader_answered(impl, state, value)
    if impl.collection:
        adapter: Any = getattr(value, "_sa_adapter", None)
        if getattr(adapter, "owner_state", None) is not state:
            raise impl.layer.faults.not_its_collection(impl, state, value)
        for member in adapter:
            _check_tracked(impl, member)
    elif impl.uses_objects:
        _check_tracked(impl, value)


def _check_tracked(impl: Any, value: Any) -> None:
    if value is not None:
        try:
            impl.layer.state_of(value)
        except (AttributeError, KeyError) as missing:
            raise impl.layer.faults.untracked_member(impl, value) from missing


CORE.checked_load = checked_load
CORE.check_values = check_values
