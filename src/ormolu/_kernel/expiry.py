"""Forgetting the values of an instance, so that they are loaded again when read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .sentinels import NO_VALUE

__all__ = ["expire", "expire_attributes", "reset"]


def expire(state: Any, dict_: Any, modified_set: set[Any]) -> None:
    """Forget all values of the instance; see ``State._expire``."""
    heard = state.manager.dispatch.expire
    if not heard:
        _forget_all(state, dict_, modified_set)
        return
    before = _Before(state, dict_)
    was_modified = state in modified_set
    _forget_all(state, dict_, modified_set)
    try:
        heard(state, None)
    except BaseException:
        before.restore(state, dict_)
        if was_modified:
            modified_set.add(state)
        raise


def expire_attributes(
    state: Any, dict_: Any, attribute_names: Iterable[str], no_loader: bool
) -> None:
    """Forget some values of the instance; see ``State._expire_attributes``."""
    heard = state.manager.dispatch.expire
    before = _Before(state, dict_) if heard else None
    try:
        for key in attribute_names:
            _expire_one(state, dict_, key, no_loader)
        if heard:
            heard(state, attribute_names)
    except BaseException:
        if before is not None:
            before.restore(state, dict_)
        raise


def reset(state: Any, dict_: Any, key: str) -> None:
    """Drop value, expiry and loader of one attribute; see ``State._reset``."""
    old = dict_.pop(key, None)
    impl = state.manager[key].impl
    if old is not None and impl.collection:
        impl._invalidate_collection(old)
    if state._expired_keys:
        state.expired_attributes.discard(key)
    if state._callables:
        state._callables.pop(key, None)


def _forget_all(state: Any, dict_: Any, modified_set: set[Any]) -> None:
    manager = state.manager
    state.expired = True
    if state.modified:
        modified_set.discard(state)
        state._committed = None
        state.modified = False
    state._strong_obj = None
    state._pending = None
    state._parents = None
    expirable = manager._expirable_keys
    if state._expired_keys and not expirable.issuperset(state._expired_keys):
        expirable = expirable.union(state._expired_keys)
    state._expired_keys = expirable
    callables = state._callables
    if callables:
        for key in expirable.intersection(callables):
            del callables[key]
    for key in manager._collection_impl_keys.intersection(dict_):
        dict_.pop(key)._sa_adapter.invalidated = True
    values = state._tracked_values
    if values:
        values.update({key: dict_[key] for key in values if key in dict_})
    for key in manager._all_key_set.intersection(dict_):
        del dict_[key]


def _expire_one(state: Any, dict_: Any, key: str, no_loader: bool) -> None:
    impl = state.manager[key].impl
    callables = state.callables
    if impl.accepts_scalar_loader:
        if no_loader and (impl.callable_ or key in callables):
            return
        state.expired_attributes.add(key)
        if key in callables:
            del callables[key]
    old = dict_.pop(key, NO_VALUE)
    if old is not NO_VALUE:
        if impl.collection:
            impl._invalidate_collection(old)
        values = state._tracked_values
        if values is not None and key in values:
            values[key] = old
    if state._committed:
        state._committed.pop(key, None)
    if state._pending:
        state._pending.pop(key, None)


class _Before:
    """How an instance stood before it was expired, for a listener that raises.

    Made only where somebody listens, since it copies what there is.
    """

    __slots__ = ("adapters", "fields", "values")

    _FIELDS = ("expired", "modified", "_strong_obj", "_parents")
    _CONTAINERS = ("_committed", "_pending", "_expired_keys", "_callables", "_tracked_values")

    def __init__(self, state: Any, dict_: Any) -> None:
        manager = state.manager
        self.values = {key: dict_[key] for key in manager._all_key_set.intersection(dict_)}
        self.fields = {name: getattr(state, name) for name in self._FIELDS}
        for name in self._CONTAINERS:
            container = getattr(state, name)
            self.fields[name] = None if container is None else container.copy()
        self.adapters = [
            self.values[key]._sa_adapter
            for key in manager._collection_impl_keys.intersection(self.values)
        ]

    def restore(self, state: Any, dict_: Any) -> None:
        for name, value in self.fields.items():
            setattr(state, name, value)
        dict_.update(self.values)
        for adapter in self.adapters:
            adapter.invalidated = False
