"""What is pickled of an instance's state; :mod:`.unpickling` is the way back."""

from __future__ import annotations

from typing import Any

from .._kernel.sentinels import LoaderCallableStatus
from .layer import CORE

__all__ = ["PickledSymbol", "SerializedManager", "pack_symbols", "state_to_dict"]

_KEPT_BY_KEY = ("modified", "expired", "key", "info")


class SerializedManager:
    """What stands for the manager in a pickle: the class, by name.

    Making one fires the event ``pickle``.
    """

    def __init__(self, state: Any, state_dict: dict[str, Any]) -> None:
        self.class_ = state.class_
        state.manager.dispatch.pickle(state, state_dict)


CORE.serialized_manager = SerializedManager


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


class PickledSymbol:
    """Stands in a pickle for a symbol, in the way of its layer.

    Attributes:
        symbol: the symbol.
    """

    def __init__(self, layer: Any, symbol: LoaderCallableStatus) -> None:
        self._layer = layer
        self.symbol = symbol

    def __reduce__(self) -> Any:
        return self._layer.reduce_symbol(self.symbol)


def pack_symbols(values: dict[str, Any], layer: Any) -> None:
    """Exchange the symbols among old values for what pickles in the way of a layer.

    Args:
        values: what :func:`state_to_dict` returned; changed in place.
        layer: the layer.
    """
    values["committed_state"] = {
        key: PickledSymbol(layer, old) if isinstance(old, LoaderCallableStatus) else old
        for key, old in values["committed_state"].items()
    }
