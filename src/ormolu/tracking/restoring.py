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
) -> dict[Any, Any]:
    """Give fields back what they were, and forget that they had changed.

    Args:
        state: the state of the instance.
        instance: the instance.
        attributes: the fields, by name.
        since: how many checkpoints to pass over.

    Returns:
        what each attribute was before that, for those who listen.
    """
    recorded = state.recorded(since)
    keys = [key for key in attributes if key in recorded]
    marks = state.manager.marks_of(instance)
    wanted = [attributes[key] for key in keys]
    done: list[Any] = atomically(_restore, state, instance, wanted, since)
    if marks is not None:
        unset = {key for level in state.all_levels(since) for key in level.unset}
        state.manager.mark(instance, marks - unset.intersection(keys))
    for key in keys:
        state.forget(key, since)
    return {} if state.manager.tell is None else {one.attribute: one.was() for one in done}


def _restore(
    state: TrackedState, instance: Any, attributes: list[Any], since: int
) -> list[_Restored | _Related]:
    done: list[_Restored | _Related] = []
    try:
        for attribute in attributes:
            make = _Related if attribute.relates else _Restored
            done.append(make(attribute, instance))
            done[-1].restore(state, since)
    except BaseException:
        for one in reversed(done):
            one.take_back()
        raise
    return done


class _Related:
    """One field that holds again what it held; the journal takes it back."""

    __slots__ = ("attribute", "instance", "present")

    def __init__(self, attribute: Any, instance: Any) -> None:
        self.attribute, self.instance = attribute, instance
        self.present = attribute.present(instance)

    def restore(self, state: TrackedState, since: int) -> None:
        """Give it back."""
        self.attribute.restore(state, self.instance, since)

    def was(self) -> Any:
        """Return what it held before that."""
        return self.present

    def take_back(self) -> None:
        """Leave that to the journal."""


class _Restored:
    """One field that gets back what it was."""

    __slots__ = ("attribute", "content", "instance", "present", "storage")

    def __init__(self, attribute: Any, instance: Any) -> None:
        self.attribute, self.instance = attribute, instance
        self.storage = attribute.storage
        self.present = self.storage.get(instance)
        self.content = None if self.present is MISSING else take(self.present, is_reference)

    def restore(self, state: TrackedState, since: int) -> None:
        """Give it back what it was at a checkpoint."""
        value, snapshot = state.baseline(self.attribute.key, since)
        if value is NO_VALUE:
            value = MISSING
        elif value is MISSING:
            value = self.present
        if snapshot is not None:
            value = snapshot.restore(value)
        # also the same object, for what is new within it
        if value is not self.present or snapshot is not None:
            self.storage.put(self.instance, value)

    def was(self) -> Any:
        """Return what it was before that, also where it was changed back in place."""
        if self.content is None or self.content.matches(self.present):
            return self.present
        return self.content.thaw()

    def take_back(self) -> None:
        """Have it be as before that."""
        value = self.present if self.content is None else self.content.restore(self.present)
        self.storage.put(self.instance, value)
