"""What a pickle says of states and collections is looked at before it is believed.

All of it is looked at first, and then all of it is taken over, in copies: what a pickle
does to its own containers later changes nothing.  Nothing that a pickle holds is called.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, NoReturn

from .._kernel.pending import MemberSet
from .._kernel.sentinels import LoaderCallableStatus
from .._kernel.state import State, no_object
from .layer import CORE, Layer
from .pickling import PickledSymbol

__all__ = ["restore_adapter", "restore_state"]


class _Testimony:
    """What a pickle says of one object, and the refusal of what cannot be so.

    Args:
        layer: the layer of the object.
        values: what it says, which may be anything.
        blank: the object, which nothing may be known of yet.
    """

    def __init__(self, layer: Layer, values: Any, blank: bool) -> None:
        self.layer = layer
        self.class_: Any = None
        if not blank:
            self.refuse("it is told to be another object than it is")
        if type(values) is not dict:
            self.refuse(f"what is said of it is a {type(values).__name__}, not a dictionary")
        self.values: dict[Any, Any] = values

    def refuse(self, problem: str, key: Any = None) -> NoReturn:
        """Raise the error of the layer for a pickle that cannot be right."""
        raise self.layer.faults.corrupt_pickle(self.class_, key, problem)

    def needed(self, name: str) -> Any:
        """Return what has to be there."""
        if name not in self.values:
            self.refuse(f"{name!r} is missing")
        return self.values[name]

    def optional(self, name: str, *types: type) -> Any:
        """Return what is of one of some types, or ``None`` if it is not there."""
        value = self.values.get(name)
        if value is not None and type(value) not in types:
            self.refuse(f"{name!r} is a {type(value).__name__}, not a {types[0].__name__}")
        return value

    def keyed(self, name: str) -> dict[str, Any]:
        """Return what is there by attribute; an empty dictionary for nothing."""
        found: dict[str, Any] = self.optional(name, dict) or {}
        for key in found:
            if type(key) is not str:
                self.refuse(f"{name!r} has a {type(key).__name__} for a name")
        return found

    def manager_of(self, class_: Any) -> Any:
        """Return the manager of a class, which has to be registered here."""
        if not isinstance(class_, type):
            self.refuse(f"it names a {type(class_).__name__} for its class")
        self.class_ = class_
        manager = self.layer.ready_manager(class_)
        if manager is None:
            raise self.layer.faults.unpickled_unregistered(self.values.get("instance"), class_)
        return manager


# -- states ---------------------------------------------------------------------------


def restore_state(state: Any, values: Any, trusted: bool = False) -> None:
    """Fill a blank state from what was pickled of one, and tell of it.

    Args:
        state: the blank state.
        values: what :func:`~.pickling.state_to_dict` returned, or anything.
        trusted: it comes from a state of this process that is being copied.

    Raises:
        UnregisteredClassError: the class is not registered here.
        CorruptPickleError: this is nothing that can have been pickled of a state.
    """
    said = _Testimony(state.layer, values, getattr(state, "manager", None) is None)
    manager = _read_manager(said)
    instance = _read_instance(said, state, trusted)
    fields = {
        "_committed": _read_committed(said, manager),
        "_expired_keys": _read_expired(said),
        "_parents": _read_parents(said),
        "modified": bool(said.optional("modified", bool)),
        "expired": bool(said.optional("expired", bool)),
        **said.layer.read_belonging(values, said.refuse),
    }
    seldom = {
        "_pending": _read_pending(said),
        "_callables": _read_loaders(said, manager, trusted),
    }
    info = said.optional("info", dict)
    state.manager = manager
    state.class_ = said.class_ if instance is None else instance.__class__
    state.obj = no_object if instance is None else weakref.ref(instance, state._cleanup)
    state._instance_dict = None
    fields |= {name: value for name, value in seldom.items() if value is not None}
    for name, value in fields.items():
        setattr(state, name, value)
    if info:
        state.info.update(info)
    # first, so that listeners can use the instance as any other
    if instance is not None:
        manager.setup_instance(instance, state)
    manager.dispatch.unpickle(state, values)


def _read_manager(said: _Testimony) -> Any:
    serialized = said.needed("manager")
    if type(serialized) is not said.layer.serialized_manager:
        said.refuse(f"{type(serialized).__name__!r} stands for its manager")
    manager = said.manager_of(vars(serialized).get("class_"))
    if said.needed("class_") is not said.class_:
        said.refuse("it names two classes")
    return manager


def _read_instance(said: _Testimony, state: Any, trusted: bool) -> Any:
    instance = said.needed("instance")
    if instance is None or trusted:
        return instance
    if not isinstance(instance, said.class_):
        said.refuse(f"its instance is a {type(instance).__name__}")
    try:
        present = said.layer.state_of(instance)
    except (AttributeError, KeyError):
        return instance
    if present is not state and getattr(present, "_instance_dict", None) is not None:
        said.refuse("its instance is alive here, in an identity map")
    return instance


def _read_committed(said: _Testimony, manager: Any) -> dict[str, Any] | None:
    committed = said.keyed("committed_state")
    for key, old in committed.items():
        impl = getattr(manager.get(key), "impl", None)
        is_symbol = isinstance(old, (LoaderCallableStatus, PickledSymbol))
        if getattr(impl, "collection", False) and not (is_symbol or _is_iterable(old)):
            said.refuse(f"its old members are a {type(old).__name__}", key)
    return {key: _unpacked(old) for key, old in committed.items()} or None


def _is_iterable(thing: Any) -> bool:
    return hasattr(type(thing), "__iter__")


def _unpacked(old: Any) -> Any:
    # a copy gets what was to be pickled as it is
    return old.symbol if isinstance(old, PickledSymbol) else old


def _read_expired(said: _Testimony) -> set[str] | None:
    keys = said.optional("expired_attributes", set, frozenset)
    for key in keys or ():
        if type(key) is not str:
            said.refuse(f"'expired_attributes' has a {type(key).__name__} for a name")
    return set(keys) if keys else None


def _read_pending(said: _Testimony) -> dict[str, Any] | None:
    pending = said.keyed("_pending_mutations")
    return {key: _read_changes(said, key, kept) for key, kept in pending.items()} or None


def _read_changes(said: _Testimony, key: str, kept: Any) -> Any:
    """Return a copy of what waits for one collection to be loaded."""
    pending_class = said.layer.pending_class
    if type(kept) is not pending_class:
        said.refuse(f"a {type(kept).__name__} stands for the changes that wait for it", key)
    made = pending_class()
    for name in ("added_items", "deleted_items"):
        members = getattr(kept, name, None)
        if type(members) is not MemberSet or not members.is_whole:
            said.refuse("what stands for the changes that wait for it holds no members", key)
        setattr(made, name, MemberSet(members))
    return made


def _read_parents(said: _Testimony) -> dict[int, Any] | None:
    parents = said.optional("parents", dict)
    for token, holder in (parents or {}).items():
        if type(token) is not int:
            said.refuse(f"'parents' has a {type(token).__name__} for an attribute")
        if holder is not False and not _is_state(holder, said.layer):
            said.refuse(f"'parents' has a {type(holder).__name__} for a holder")
    return dict(parents) if parents is not None else None


def _is_state(thing: Any, layer: Layer) -> bool:
    return issubclass(type(thing), State) and type(thing).layer is layer


def _read_loaders(said: _Testimony, manager: Any, trusted: bool) -> dict[str, Any] | None:
    loaders = said.keyed("callables")
    for key, loader in loaders.items():
        if not trusted and not _is_known_loader(manager, key, loader):
            name = getattr(type(loader), "__name__", "loader")
            said.refuse(
                f"it brings a loader of its own, a {name}, which is not called unless it, or its "
                "class, is among the pickled_loaders of the manager",
                key,
            )
    return dict(loaders) or None


def _is_known_loader(manager: Any, key: str, loader: Any) -> bool:
    """Whether a loader is one that the class has registered, by identity or by its class."""
    attribute = manager.get(key)
    own = None if attribute is None else getattr(attribute.impl, "callable_", None)
    known = {id(one) for one in (*manager.layer.pickled_loaders, *_pickled_loaders(manager))}
    return loader is own is not None or id(loader) in known or id(type(loader)) in known


def _pickled_loaders(manager: Any) -> list[Any]:
    managers = map(manager.layer.opt_manager_of, manager.class_.__mro__)
    return [loader for one in managers if one is not None for loader in one.pickled_loaders]


# -- collections ----------------------------------------------------------------------


def restore_adapter(adapter: Any, values: Any) -> None:
    """Fill a blank adapter from what was pickled of one, and tie it to its collection.

    Raises:
        UnregisteredClassError: the class of the owner is not registered here.
        CorruptPickleError: this is nothing that can have been pickled of an adapter.
    """
    layer = adapter.layer
    said = _Testimony(layer, values, not hasattr(adapter, "owner_state"))
    manager = said.manager_of(said.needed("owner_cls"))
    impl = _read_impl(said, manager)
    owner, data = said.needed("owner_state"), said.needed("data")
    if not _is_state(owner, layer):
        said.refuse(f"the owner of its collection is a {type(owner).__name__}", impl.key)
    # not known yet where the owner is in a cycle with its collection
    if getattr(owner, "manager", None) is not None and impl.key not in owner.manager:
        said.refuse("the owner of its collection has no such attribute", impl.key)
    if not all(hasattr(type(data), f"_sa_{role}") for role in ("appender", "remover", "iterator")):
        said.refuse(f"its collection is a {type(data).__name__}", impl.key)
    _tie(adapter, impl, owner, data)
    adapter.invalidated = bool(said.optional("invalidated", bool))
    adapter.empty = bool(said.optional("empty", bool))
    if adapter.empty:
        owner._empty_collections.setdefault(impl.key, data)


def _read_impl(said: _Testimony, manager: Any) -> Any:
    key = said.needed("key")
    impl = getattr(manager.get(key), "impl", None) if type(key) is str else None
    if not getattr(impl, "_is_has_collection_adapter", False):
        said.refuse("its class has no collection of that name", key)
    return impl


def _tie(adapter: Any, impl: Any, owner: Any, data: Any) -> None:
    adapter._key = impl.key
    adapter._data = weakref.ref(data)
    adapter.owner_state = owner
    adapter.attr = impl
    data._sa_adapter = adapter
    if "keyfunc" in getattr(data, "__dict__", ()):
        _take_key_function(data, impl.collection_factory)


def _take_key_function(data: Any, factory: Callable[[], Any]) -> None:
    """Have a keyed dictionary ask the function of its class for keys, not one of the pickle."""
    made = factory()
    for name in ("keyfunc", "ignore_unpopulated_attribute"):
        if hasattr(made, name):
            setattr(data, name, getattr(made, name))


CORE.restore_adapter = restore_adapter
