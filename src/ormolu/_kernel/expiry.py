"""Forgetting the values of an instance, so that they are loaded again when read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import ownership, peeking, referring
from .hearing import Hearing
from .sentinels import NO_VALUE

__all__ = ["Expirable", "expire", "expire_all", "expire_attributes", "reset"]


class Expirable:
    """What an instance of a class has to forget; made once for the class.

    Args:
        manager: of the class.

    Attributes:
        usual: the keys of an instance that had nothing but values and its state, in the
            order they had there; the next one will mostly have the same.
    """

    __slots__ = (
        "collections",
        "hearing",
        "is_plain",
        "key_set",
        "keys",
        "layer",
        "reloaded",
        "state_attr",
        "usual",
    )

    def __init__(self, manager: Any) -> None:
        self.keys: tuple[str, ...] = tuple(manager)
        self.key_set: frozenset[str] = frozenset(manager)
        self.layer: Any = manager.layer
        self.state_attr: str = manager.layer.state_attr
        self.collections: tuple[str, ...] = tuple(
            key for key, attr in manager.items() if attr.impl.collection
        )
        self.reloaded: frozenset[str] = frozenset(attr.impl.key for attr in manager.values())
        self.hearing = Hearing(manager.layer, manager.dispatch, "expire")
        self.usual: tuple[str, ...] = ()
        # a member of that name is asked for the values
        self.is_plain: bool = not any(
            isinstance(vars(base).get("__dict__"), property) for base in manager.class_.__mro__
        )


def expire(state: Any, dict_: Any, modified_set: set[Any]) -> None:
    """Forget all values of the instance; see ``State._expire``."""
    expirable = state.manager._expirable
    if expirable.hearing.is_silent():
        _forget_all(state, dict_, modified_set, expirable)
        return
    before = _Before(state, dict_)
    was_modified = state in modified_set
    _forget_all(state, dict_, modified_set, expirable)
    try:
        state.manager.dispatch.expire(state, None)
    except BaseException:
        before.restore(state, dict_)
        if was_modified:
            modified_set.add(state)
        raise


def expire_all(states: Iterable[Any], modified_set: set[Any]) -> None:
    """Forget all values of many instances.

    Args:
        states: those of the instances.
        modified_set: the set of modified states that these are to leave.
    """
    for state in states:
        if not _expire_bare(state, modified_set):
            state._expire(state.dict, modified_set)


def _expire_bare(state: Any, modified_set: set[Any]) -> bool:
    """Expire an instance that has nothing but values, in itself; return whether it is one."""
    expirable = state.manager._expirable
    instance = referring.instance_of(state)
    if (
        instance is None
        or not expirable.is_plain
        or not expirable.layer.plain
        or not expirable.hearing.is_silent()
        or not peeking.is_bare(instance, expirable.usual)
        or state._tracked_values
    ):
        return False
    reloaded = _forget_changes(state, modified_set, expirable)
    _forget_more(state, None, reloaded)
    peeking.keep_only_in(instance, expirable.state_attr)
    return True


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
    callables = referring.more(state, "_callables")
    if callables:
        callables.pop(key, None)


def _forget_changes(state: Any, modified_set: set[Any], expirable: Any) -> Any:
    """Be expired and unchanged; return the keys that are to be loaded again."""
    state.expired = True
    if state.modified:
        modified_set.discard(state)
        state._committed = None
        state.modified = False
    state._strong_obj = None
    state._parents = None
    reloaded = expirable.reloaded
    already = state._expired_keys
    if already is not None and already is not reloaded and not reloaded.issuperset(already):
        reloaded = reloaded.union(already)
    state._expired_keys = reloaded
    return reloaded


def _forget_all(state: Any, dict_: Any, modified_set: set[Any], expirable: Any) -> None:
    reloaded = _forget_changes(state, modified_set, expirable)
    for key in expirable.collections:
        if key in dict_:
            ownership.set_aside(dict_.pop(key))
    _forget_more(state, dict_, reloaded)
    if type(dict_) is dict and _only_values(dict_, expirable):
        _forget_values(dict_, expirable)
        return
    for key in expirable.keys:
        if key in dict_:
            del dict_[key]


def _forget_more(state: Any, dict_: Any, reloaded: Any) -> None:
    """Forget what few instances have: what is pending, and loaders of their own."""
    if referring.more(state, "_pending") is not None:
        state._pending = None
    callables = referring.more(state, "_callables")
    if callables:
        for key in reloaded.intersection(callables):
            del callables[key]
    values = state._tracked_values
    if values:
        values.update({key: dict_[key] for key in values if key in dict_})


def _only_values(dict_: dict[str, Any], expirable: Any) -> bool:
    """Whether there is nothing but values of attributes, and the state."""
    if peeking.has_keys(dict_, expirable.usual):
        return True
    state_attr = expirable.state_attr
    keys = expirable.key_set
    for key in dict_:
        if key not in keys and key != state_attr:
            return False
    expirable.usual = tuple(dict_)
    return True


def _forget_values(dict_: dict[str, Any], expirable: Any) -> None:
    """Drop all values at once; those that go may look at the instance, and find its state."""
    if peeking.keep_only(dict_, expirable.state_attr):
        return
    state = dict_.get(expirable.state_attr)
    # held until the state is back, unless nobody is called
    values = [] if peeking.are_inert(dict_, state) else list(dict_.values())
    dict_.clear()
    if state is not None:
        dict_[expirable.state_attr] = state
    values.clear()


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

    __slots__ = ("collections", "fields", "values")

    _FIELDS = ("expired", "modified", "_strong_obj", "_parents")
    _CONTAINERS = ("_committed", "_pending", "_expired_keys", "_callables", "_tracked_values")

    def __init__(self, state: Any, dict_: Any) -> None:
        expirable = state.manager._expirable
        self.values = {key: dict_[key] for key in expirable.keys if key in dict_}
        self.fields = {name: getattr(state, name) for name in self._FIELDS}
        for name in self._CONTAINERS:
            container = getattr(state, name)
            self.fields[name] = None if container is None else container.copy()
        self.collections = [
            self.values[key] for key in expirable.collections if key in self.values
        ]

    def restore(self, state: Any, dict_: Any) -> None:
        for name, value in self.fields.items():
            setattr(state, name, value)
        dict_.update(self.values)
        for collection in self.collections:
            ownership.set_aside(collection, False)
