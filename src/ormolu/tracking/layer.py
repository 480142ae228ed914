"""The layer of door 3: the core as it is, with states beside the instances.

An ORM may put what it likes among the values of an instance.  Here ``vars(obj)``, ``==``,
pickles and dumps are to be as they were, so states are found by the identity of instances,
and only an instance that was changed has one.
"""

from __future__ import annotations

from ..core.layer import Layer
from .faults import TrackedFaults

__all__ = ["TRACKED"]


class TrackedLayer(Layer):
    """Looks for states beside the instances; :mod:`.instances.adoption` knows."""

    def admit(self, class_: type) -> None:
        """Take any class: its storages know where values are."""


_NAMES = ("_ormolu_tracked_state", "_ormolu_tracked")
TRACKED = TrackedLayer("ormolu.tracking", *_NAMES, TrackedFaults(*_NAMES))
