"""What can be asked about an attribute of an instance, for one layer."""

from __future__ import annotations

from typing import Any

from . import lookups
from .sentinels import PASSIVE_OFF

__all__ = ["Inquiry"]


class Inquiry:
    """Answers what is asked most.

    Args:
        layer: the layer that the instances are of.
    """

    layer: Any

    def __init__(self, layer: Any) -> None:
        self.layer = layer

    def plain_key(self, manager: Any, key: Any) -> str:
        """Return a name that is of some other type than ``str`` as one; raise if it is none.

        Dictionaries then ask no class of strings how its strings compare.
        """
        if isinstance(key, str):
            return str.__str__(key)
        raise self.layer.faults.no_such_attribute(manager.class_, key)

    def get_history(self, obj: Any, key: str, passive: int = PASSIVE_OFF) -> Any:
        """Return the :class:`History` of an attribute since the last commit.

        Args:
            obj: the instance.
            key: the name of the attribute.
            passive: how far values may be loaded for it.
        """
        layer = self.layer
        state = lookups.state_of_instance(layer, obj)
        if type(key) is not str:
            key = self.plain_key(state.manager, key)
        impl = lookups.impl_at(state, key)
        values = lookups.values_of(layer, obj)
        if lookups.inquires_directly(impl):
            return impl.inquire(state, values, passive)
        return impl.get_history(state, values, passive)
