"""Giving fields back what they had, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kernel.journal import atomically
from .._kernel.sentinels import MISSING, NO_VALUE
from .adoption import is_reference
from .state import TrackedState
from .values.snapshots import take

__all__ = ["restore"]


def restore(
    state: TrackedState, instance: Any, attributes: Mapping[str, Any], since: int = 0
) -> None:
    """Give fields back what they were, and forget that they had changed.

    Args:
        state: the state of the instance.
        instance: the instance.
        attributes: the fields, by name.
        since: how many checkpoints to pass over.
    """
    keys = state.recorded(since).intersection(attributes)
    marks = state.manager.marks_of(instance)
    atomically(_restore, state, instance, [attributes[key] for key in keys], since)
    if marks is not None:
        unset = {key for level in state.all_levels(since) for key in level.unset}
        state.manager.mark(instance, marks - (unset & keys))
    for key in keys:
        state.forget(key, since)


def _restore(state: TrackedState, instance: Any, attributes: list[Any], since: int) -> None:
    done: list[_Restored] = []
    try:
        for attribute in attributes:
            if attribute.relates:
                attribute.restore(state, instance, since)
            else:
                done.append(_Restored(attribute.storage, instance))
                done[-1].restore(*state.baseline(attribute.key, since))
    except BaseException:
        for one in reversed(done):
            one.take_back()
        raise


class _Restored:
    """One field that gets back what it was."""

    __slots__ = ("content", "instance", "present", "storage")

    def __init__(self, storage: Any, instance: Any) -> None:
        self.storage, self.instance = storage, instance
        self.present = storage.get(instance)
        self.content = None if self.present is MISSING else take(self.present, is_reference)

    def restore(self, value: Any, snapshot: Any) -> None:
        """Give it back.

        Args:
            value: the object; ``MISSING`` if it is the one that is there.
            snapshot: its content, if that may have changed.
        """
        if value is NO_VALUE:
            value = MISSING
        elif value is MISSING:
            value = self.present
        if snapshot is not None:
            value = snapshot.restore(value)
        if value is not self.present:
            self.storage.put(self.instance, value)

    def take_back(self) -> None:
        """Have it be as before that."""
        value = self.present if self.content is None else self.content.restore(self.present)
        self.storage.put(self.instance, value)
