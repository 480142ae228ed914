"""Writing a field: what it was is recorded before it is anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._kernel import changes
from ..._kernel.journal import current
from ..._kernel.observing import Observing, observed
from ..._kernel.sentinels import MISSING, NO_VALUE
from ..instances import held
from ..instances.adoption import is_reference, manager_of, need_order
from ..instances.births import is_in_new
from ..instances.state import TrackedState
from ..values.snapshots import Snapshot, is_atom, take
from .attribute import FieldAttribute
from .elsewhere import Elsewhere

__all__ = [
    "OBSERVING",
    "assign",
    "delete",
    "end_and_look",
    "look",
    "observe",
    "record",
    "remember",
    "state_for",
]


def state_for(manager: Any, instance: Any) -> TrackedState:
    """Return the state of an instance, made if it has none."""
    state = held.find(instance)
    if state is None:
        if not manager.in_order:
            need_order(manager, type(instance))
        state = held.hold(instance, TrackedState(instance, manager))
    return state  # type: ignore[no-any-return]


def assign(manager: Any, attribute: FieldAttribute, instance: Any, value: Any) -> None:
    """Assign a field, as ``object.__setattr__`` would, and record what it was."""
    if not manager.in_order:
        need_order(manager, type(instance))
    storage, key = attribute.storage, attribute.key
    state = held.find(instance)
    if state is None:
        if is_in_new(manager.news, instance):
            storage.put(instance, value)
            return
        state = state_for(manager, instance)
    elif state is held.BEING_MADE or state.making is not None:
        storage.put(instance, value)
        return
    old = storage.get(instance)
    before = _Before(state, key)
    _note(instance, storage, old)
    values = {} if old is MISSING else {key: old}
    try:
        attribute.impl.set(state, values, value)
        if before.original is MISSING:
            _keep(manager, state, key, old, instance)
        if key in values:
            storage.put(instance, values[key])
    except BaseException:
        before.take_back()
        raise
    if manager.tell is not None and id(instance) not in observed:
        manager.tell(instance, {attribute: old})


def delete(manager: Any, attribute: FieldAttribute, instance: Any) -> None:
    """Delete a field, as ``object.__delattr__`` would, and record what it was."""
    if not manager.in_order:
        need_order(manager, type(instance))
    storage, key = attribute.storage, attribute.key
    old = storage.get(instance)
    if old is MISSING or held.is_being_made(instance):
        object.__delattr__(instance, key)  # which says what is wrong
        return
    state = state_for(manager, instance)
    before = _Before(state, key)
    _note(instance, storage, old)
    try:
        attribute.impl.delete(state, {key: old})
        if before.original is MISSING:
            _keep(manager, state, key, old, instance)
        object.__delattr__(instance, key)
    except BaseException:
        before.take_back()
        raise
    if manager.tell is not None and id(instance) not in observed:
        manager.tell(instance, {attribute: old}, "deleted")


def observe(manager: Any, instance: Any, act: Callable[[], None]) -> None:
    """Have a class assign or delete in its own way, and record what came of it.

    Validators may exchange values, and set other fields as well.

    Args:
        manager: the manager of the class.
        instance: what is assigned to.
        act: does it.
    """
    if not manager.in_order:
        need_order(manager, type(instance))
    if id(instance) in observed or held.is_being_made(instance):
        act()
        return
    state = held.find(instance)
    if state is None and is_in_new(manager.news, instance):
        act()
        return
    before = {
        attribute: attribute.storage.get(instance)
        for attribute in manager.values()
        if not attribute.relates
    }
    found = [one for one in before if manager.elsewhere and not _has_now(one, instance)]
    marks = manager.marks_of(instance)
    observed.add(id(instance))
    try:
        act()
        # what was found stood for a value, if the class keeps values as any other does
        before |= {one: MISSING for one in found if _has_now(one, instance)}
        if state is not None:
            held.reanchor(instance, state)
        _record_all(manager, instance, before, marks)
    except BaseException:
        _undo(manager, instance, before, marks)
        raise
    finally:
        observed.discard(id(instance))
    if manager.tell is not None:
        manager.tell(instance, before)


def _has_now(attribute: FieldAttribute, instance: Any) -> bool:
    storage = attribute.storage
    return not isinstance(storage, Elsewhere) or storage.has_now(instance)


def _undo(
    manager: Any, instance: Any, before: dict[FieldAttribute, Any], marks: set[str] | None
) -> None:
    for attribute, old in before.items():
        if attribute.storage.get(instance) is not old:
            attribute.storage.put(instance, old)
    manager.mark(instance, marks)


def _record_all(
    manager: Any, instance: Any, before: dict[FieldAttribute, Any], marks: set[str] | None
) -> None:
    taken: list[_Before] = []
    try:
        for attribute, old in before.items():
            new = attribute.storage.get(instance)
            if new is not old:
                state = state_for(manager, instance)
                taken.append(_Before(state, attribute.key))
                _announce(attribute, state, instance, old, new)
                record(manager, attribute, state, instance, old)
                if marks is not None and attribute.key not in marks:
                    state.unset |= {attribute.key}
    except BaseException:
        for one in taken:
            one.take_back()
        raise


OBSERVING = Observing(held.find, held.reanchor, _record_all, _undo)
"""Does what :func:`observe` does, natively."""


def _announce(
    attribute: FieldAttribute, state: TrackedState, instance: Any, old: Any, new: Any
) -> None:
    if attribute.dispatch.set:
        told = NO_VALUE if old is MISSING else old
        value = attribute.impl.fire_replace_event(state, {}, new, told, None)
        if value is not new:
            attribute.storage.put(instance, value)


def record(
    manager: Any, attribute: FieldAttribute, state: TrackedState, instance: Any, old: Any
) -> None:
    """Record what a field was, before or after it has another value."""
    _note(instance, attribute.storage, old)
    is_new = attribute.key not in state.committed_state
    changes.record(state, {}, attribute.impl, NO_VALUE if old is MISSING else old)
    if is_new:
        _keep(manager, state, attribute.key, old, instance)


def remember(state: TrackedState, attribute: Any, instance: Any) -> None:
    """Record what a field is, that is about to be something else past everybody.

    What holds other tracked objects records that itself.
    """
    if not attribute.relates:
        value = attribute.present(instance)
        look(attribute, instance, value)
        record(state.manager, attribute, state, instance, value)


def look(attribute: FieldAttribute, instance: Any, value: Any) -> None:
    """Take a snapshot of a value that is read: it may be changed in place from now on."""
    if is_atom(value):
        return
    state = held.find(instance)
    if state is held.BEING_MADE:
        return
    key = attribute.key
    if state is not None and (key in state.snapshots or key in (state._committed or ())):
        return
    snapshot = _snapshot_of(state, instance, value)
    if snapshot is not None:
        try:
            manager = manager_of(instance)
        except KeyError:  # another thread has just had its class tracked no more
            return
        if state is None and is_in_new(manager.news, instance):
            return
        state = state_for(manager, instance)
        state.keep_snapshot(key, snapshot)
        if not snapshot.closed:
            held.anchor(instance, state, manager.anchorage)


def _snapshot_of(state: TrackedState | None, instance: Any, value: Any) -> Snapshot | None:
    """Take a snapshot, or return that of the same container in another field: it is older."""
    if state is not None:
        for key, snapshot in state.snapshots.items():
            other = state.manager.get(key)
            if other is None or key in (state._committed or ()):
                continue
            if other.storage.get(instance) is value:
                return snapshot
    return take(value, is_reference)


def end_and_look(instance: Any) -> None:
    """Note that an instance is made, and take snapshots of all that may change in place.

    Somebody may have had such a value before, and go on changing it.
    """
    held.end(instance)
    if held.is_being_made(instance):
        return  # a subclass goes on making it
    for attribute in manager_of(instance).values():
        if not attribute.relates and attribute.field.mutable:
            value = attribute.storage.get(instance)
            if value is not MISSING:
                look(attribute, instance, value)


def _keep(manager: Any, state: TrackedState, key: str, old: Any, instance: Any) -> None:
    """Keep an old value as it is now, whoever else may change it in place."""
    if is_atom(old):
        return
    if manager.looks and key not in state.snapshots:
        snapshot = take(old, is_reference)
        if snapshot is not None:
            state.keep_snapshot(key, snapshot)
    held.anchor(instance, state, manager.anchorage)


def _note(instance: Any, storage: Any, old: Any) -> None:
    """Have the operation that is running put a value back, should it fail."""
    journal = current()
    if journal is not None:
        journal.note(storage.put, instance, old)


class _Before:
    """How the record of a field was, to be taken back."""

    __slots__ = ("key", "modified", "original", "snapshot", "state")

    def __init__(self, state: TrackedState, key: str) -> None:
        self.state, self.key = state, key
        self.original = state.original(key)
        self.snapshot = state.snapshots.get(key)
        self.modified = state.modified

    def take_back(self) -> None:
        """Have the record be as it was."""
        state = self.state
        changes.restore(state, {}, self.key, MISSING, self.original, self.modified, None)
        state.unset -= {self.key}
        if self.snapshot is None:
            state.drop_snapshot(self.key)
