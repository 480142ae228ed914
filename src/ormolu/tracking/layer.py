"""The layer of door 3: the core as it is, with states beside the instances.

An ORM may put what it likes among the values of an instance.  Here ``vars(obj)``, ``==``,
pickles and dumps are to be as they were, so states are found by the identity of instances,
and only an instance that was changed has one.
"""

from __future__ import annotations

from typing import Any

from ..core.layer import Layer
from .held import BEING_MADE, find

__all__ = ["TRACKED"]


def _state_of(instance: Any) -> Any:
    state = find(instance)
    if state is None or state is BEING_MADE:
        raise KeyError(type(instance))
    return state


class TrackedLayer(Layer):
    """Looks for states beside the instances."""

    def use_default_lookups(self) -> None:
        """Look where states and values are; there is no other place here."""
        self.use_lookups(
            _state_of, self.default_dict_of, self.default_manager_of, self.default_opt_manager_of
        )
        self.plain = False

    def admit(self, class_: type) -> None:
        """Take any class: its storages know where values are."""


TRACKED = TrackedLayer("ormolu.tracking", "_ormolu_tracked_state", "_ormolu_tracked")
