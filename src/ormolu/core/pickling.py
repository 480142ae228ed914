"""How instances and their state are pickled, and find their class again."""

from __future__ import annotations

import weakref
from typing import Any

from .._kernel.sentinels import LoaderCallableStatus
from .._kernel.state import no_object

__all__ = ["SerializedManager", "pack_symbols", "state_to_dict", "update_state"]

_KEPT_BY_KEY = ("modified", "expired", "key", "info")


class SerializedManager:
    """What stands for the manager in a pickle: the class, by name.

    Making one fires the event ``pickle``; calling the unpickled one finds the
    manager of the class in the process at hand and fires ``unpickle``.
    """

    def __init__(self, state: Any, state_dict: dict[str, Any]) -> None:
        self.class_ = state.class_
        state.manager.dispatch.pickle(state, state_dict)

    def __call__(self, state: Any, instance: Any, state_dict: dict[str, Any]) -> None:
        layer = state.layer
        manager = layer.opt_manager_of(self.class_)
        if manager is None:
            raise layer.faults.unpickled_unregistered(instance, self.class_)
        state.manager = manager
        # first, so that listeners can use the instance as any other
        if instance is not None:
            manager.setup_instance(instance, state)
        manager.dispatch.unpickle(state, state_dict)


def state_to_dict(state: Any) -> dict[str, Any]:
    """Return what is pickled of ``state``: only what is not as at the beginning."""
    values: dict[str, Any] = {
        "instance": state.obj(),
        "class_": state.class_,
        "committed_state": dict(state._committed or ()),
        "expired_attributes": set(state._expired_keys or ()),
    }
    for name in _KEPT_BY_KEY:
        value = getattr(state, name) if name != "info" else state.__dict__.get(name)
        if value:
            values[name] = value
    for name, value in (
        ("_pending_mutations", state._pending),
        ("callables", state._callables),
        ("parents", None if state._parents is None else state.parents),
    ):
        if value is not None:
            values[name] = value
    return values


class _PickledSymbol:
    """Stands in a pickle for a symbol, under the name that its layer gives it."""

    def __init__(self, module: str, symbol: LoaderCallableStatus) -> None:
        self._name = f"{module}:{symbol.name}"
        self.symbol = symbol

    def __reduce__(self) -> Any:
        import pkgutil  # noqa: PLC0415 - seldom needed

        return pkgutil.resolve_name, (self._name,)


def pack_symbols(values: dict[str, Any], module: str) -> None:
    """Exchange the symbols among old values for what pickles under a public name.

    Args:
        values: what :func:`state_to_dict` returned; changed in place.
        module: the module that has the symbols.
    """
    values["committed_state"] = {
        key: _PickledSymbol(module, old) if isinstance(old, LoaderCallableStatus) else old
        for key, old in values["committed_state"].items()
    }


def _unpacked(old: Any) -> Any:
    # a copy gets what was to be pickled as it is
    return old.symbol if isinstance(old, _PickledSymbol) else old


def update_state(state: Any, values: dict[str, Any]) -> None:
    """Fill a blank ``state`` from what :func:`state_to_dict` returned."""
    instance = values["instance"]
    state.class_ = values["class_"] if instance is None else instance.__class__
    state.obj = no_object if instance is None else weakref.ref(instance, state._cleanup)
    state._instance_dict = None
    committed = values.get("committed_state")
    state._committed = {k: _unpacked(old) for k, old in committed.items()} if committed else None
    state._expired_keys = values.get("expired_attributes") or None
    state._pending = values.get("_pending_mutations")
    state._parents = values.get("parents")
    state._callables = values.get("callables")
    state.modified = values.get("modified", False)
    state.expired = values.get("expired", False)
    if "key" in values:
        state.key = values["key"]
    if values.get("info"):
        state.info.update(values["info"])
