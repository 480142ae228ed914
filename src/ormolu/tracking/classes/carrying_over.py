"""What is recorded of instances goes on when their class is tracked anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ...errors import UntrackedClassError
from ..concluding import settle
from ..instances import held
from ..instances.adoption import manager_of
from ..instances.state import Level, TrackedState

__all__ = ["records_carried_over"]


@contextmanager
def records_carried_over(class_: type) -> Iterator[None]:
    """Have instances of a class, and of its subclasses, that are tracked still go on.

    Changes, checkpoints and listeners stay; of fields that are not tracked any more nothing
    is known.
    """
    states = [(instance, held.find(instance)) for instance in held.living(class_)]
    kept = [(instance, state, state.top_copy()) for instance, state in states if _is_one(state)]
    yield
    for instance, state, top in kept:
        with suppress(UntrackedClassError):  # tracked no more
            state.manager = manager_of(instance)
            _go_on(instance, state, top)


def _is_one(state: Any) -> bool:
    return isinstance(state, TrackedState) and state.making is None


def _go_on(instance: Any, state: TrackedState, top: Level) -> None:
    """Have the instance have its state again.

    Args:
        instance: the instance.
        state: the state, that knows the new manager.
        top: what was recorded since the last checkpoint.
    """
    held.let_go(instance)
    held.hold(instance, state)
    for attribute in state.manager.values():
        if attribute.relates:
            attribute.held(instance)  # which takes over what the instance was given back
    state.levels = tuple(_of_fields(level, state) for level in state.levels)
    state.record_in(_of_fields(top, state))
    settle(state, instance)


def _of_fields(level: Level, state: TrackedState) -> Level:
    for key in {*level.committed, *level.snapshots}.difference(state.manager):
        level = level.without(key)
    return level
