"""Where instances hold their own state, in sight of the collector and of nobody else."""

from __future__ import annotations

import copy
import sys
from types import SimpleNamespace
from typing import Any, Protocol

__all__ = ["Anchorage", "DictAnchorage", "InSlot", "Nowhere", "SlotAnchorage"]


class Anchorage(Protocol):
    """Where instances of a class can hold their own state."""

    def holds(self, instance: Any) -> Any:
        """Return the state that an instance holds, or ``None``."""

    def take(self, instance: Any, state: Any) -> bool:
        """Have an instance hold its state; return whether it does."""
        ...

    def give_up(self, instance: Any) -> None:
        """Have an instance be as it was before it held its state."""


class AnchoringDict(dict[str, Any]):
    """The values of an instance, with its state; a plain dictionary to all who look."""

    __slots__ = ("state",)

    state: Any

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dict, (dict(self),)

    def __copy__(self) -> dict[str, Any]:
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return copy.deepcopy(dict(self), memo)


def _holders(instance: Any) -> int:
    """How many have the dictionary of an instance at hand, this function among them."""
    return sys.getrefcount(object.__getattribute__(instance, "__dict__"))


_ALONE = _holders(SimpleNamespace(x=1))
"""So many where nobody else does."""


class DictAnchorage:
    """For instances with a dictionary: what the class keeps in it must not have company.

    The state is a member of the dictionary itself, so that ``vars(obj)`` shows the values
    and nothing else.
    """

    def holds(self, instance: Any) -> Any:
        """Return the state that an instance holds, or ``None``."""
        values = object.__getattribute__(instance, "__dict__")
        return values.state if type(values) is AnchoringDict else None

    def take(self, instance: Any, state: Any) -> bool:
        """Have an instance hold its state; return whether it does.

        Not while somebody else has its dictionary at hand, as a ``cached_property`` does
        while it is computed: what he wrote would be lost with the exchange.
        """
        values = object.__getattribute__(instance, "__dict__")
        if type(values) is not AnchoringDict:
            del values
            if _holders(instance) > _ALONE:
                return False
            values = AnchoringDict(object.__getattribute__(instance, "__dict__"))
            try:
                object.__setattr__(instance, "__dict__", values)
            except (AttributeError, TypeError):
                return False  # classes of C may not let it be exchanged
        values.state = state
        return True

    def give_up(self, instance: Any) -> None:
        """Have an instance be as it was before it held its state."""
        values = object.__getattribute__(instance, "__dict__")
        if type(values) is AnchoringDict:
            values.state = None
            del values
            if _holders(instance) <= _ALONE:
                values = dict(object.__getattribute__(instance, "__dict__"))
                object.__setattr__(instance, "__dict__", values)


class Nowhere:
    """For instances of a class that is tracked no more: they are not touched."""

    def holds(self, instance: Any) -> Any:
        """Return ``None``: no instance holds a state."""

    def take(self, instance: Any, state: Any) -> bool:
        """Leave it as it is, and the state to nobody."""
        return True

    def give_up(self, instance: Any) -> None:
        """Leave it as it is."""


class InSlot:
    """What lies in a slot that has the state of the instance beside the value."""

    __slots__ = ("state", "value")

    def __init__(self, value: Any, state: Any) -> None:
        self.value = value
        self.state = state


class SlotAnchorage:
    """For instances with slots only: the state shares one of them with the value.

    Args:
        slot: gives and takes what lies in the slot, as it is.
    """

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def holds(self, instance: Any) -> Any:
        """Return the state that an instance holds, or ``None``."""
        found = self.slot.get(instance)
        return found.state if type(found) is InSlot else None

    def take(self, instance: Any, state: Any) -> bool:
        """Have an instance hold its state; return whether it does."""
        found = self.slot.get(instance)
        if type(found) is InSlot:
            found.state = state
        else:
            self.slot.put(instance, InSlot(found, state))
        return True

    def give_up(self, instance: Any) -> None:
        """Have an instance be as it was before it held its state."""
        found = self.slot.get(instance)
        if type(found) is InSlot:
            self.slot.put(instance, found.value)
