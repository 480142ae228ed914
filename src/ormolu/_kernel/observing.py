"""Classes that assign in their own way: what came of it is seen by comparison.

Validators may exchange values, and set other fields as well.  The native form of this module
is ``observing.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Observing", "observed"]

observed: set[int] = set()
"""The instances whose class is assigning to them at the moment, by their ``id``."""


class Observing:
    """Has classes assign in their own way, where that is seen natively.

    Args:
        find: returns the state of an instance.
        reanchor: has an instance hold its state again, whose dictionary was exchanged.
        record: records changes of some fields: ``(manager, instance, before, marks)``.
        undo: puts values and marks back: ``(manager, instance, before, marks)``.
    """

    def __init__(
        self,
        find: Callable[[Any], Any],
        reanchor: Callable[[Any, Any], None],
        record: Callable[[Any, Any, dict[Any, Any], set[str] | None], None],
        undo: Callable[[Any, Any, dict[Any, Any], set[str] | None], None],
    ) -> None:
        self.find = find
        self.reanchor = reanchor
        self.record = record
        self.undo = undo
