"""Recording that an instance is about to change, and taking the record back."""

from __future__ import annotations

from typing import Any

from . import belonging, lookups, referring, running
from .identity import WeakIdentityMap
from .journal import put_back
from .sentinels import MISSING, NO_VALUE

__all__ = [
    "become_modified",
    "calm",
    "flag",
    "flag_attribute",
    "is_recorded",
    "note_in_operation",
    "note_slot",
    "note_value",
    "record",
    "record_members",
    "restore",
]


def record(state: Any, dict_: Any, attr: Any, previous: Any) -> None:
    """Record that an attribute is about to change.

    Args:
        state: the state of the instance.
        dict_: the values of the instance.
        attr: the implementation of the attribute.
        previous: the value before the change; what is recorded already stays.
    """
    if not attr.send_modified_events:
        return
    if not state.modified or (state._strong_obj is None and state.session_id):
        become_modified(state, attr)
    committed = state._committed
    key = attr.key
    if committed is None:
        state._committed = {key: previous}
    elif key not in committed:
        committed[key] = previous
    values = state._tracked_values
    if values is not None and key in values:
        values[key] = NO_VALUE


def record_members(state: Any, dict_: Any, attr: Any, previous: Any = NO_VALUE) -> None:
    """Record that a collection is about to change, with a copy of its members.

    Args:
        state: the state of the instance.
        dict_: the values of the instance.
        attr: the implementation of the attribute.
        previous: the collection; the one that is there, if it is not given.
    """
    committed = state._committed
    if committed is None or attr.key not in committed:
        if previous is NO_VALUE:
            previous = dict_.get(attr.key, NO_VALUE)
        if previous is not None and previous is not NO_VALUE:
            previous = attr.copy(previous)
    record(state, dict_, attr, previous)


def flag(state: Any) -> None:
    """Record that the instance as a whole has changed, in no attribute."""
    journal = running.current()
    if journal is not None:
        journal.note_step((calm, state, state.modified, state._strong_obj))
    if not state.modified or (state._strong_obj is None and state.session_id):
        become_modified(state, None)


def flag_attribute(state: Any, dict_: Any, attr: Any, previous: Any) -> None:
    """Record a change of an attribute that the user tells of, with no assignment.

    Args:
        state: the state of the instance.
        dict_: the values of the instance.
        attr: the implementation of the attribute.
        previous: what is recorded, in the place of what may be recorded already.

    Raises:
        the layer's error, if there is no value.
    """
    if not attr.send_modified_events:
        return
    if attr.key not in dict_:
        raise state.layer.faults.nothing_to_flag(state, attr.key)
    note_in_operation(state, dict_, attr.key)
    record(state, dict_, attr, previous)
    state._committed[attr.key] = previous


def become_modified(state: Any, attr: Any) -> None:
    """First change since the last commit: be known as modified, and kept alive."""
    obj = referring.instance_of(state)
    if obj is None and attr is not None:
        raise state.layer.faults.dereferenced(state, attr.key)
    others = _modified_of(state)
    if state.session_id:
        # the map having modified states means that its owner knows already
        if not others:
            state.layer.before_first_change(state)
        state._strong_obj = obj
    state.modified = True
    if others is not None:
        others.add(state)


def note_in_operation(state: Any, dict_: Any, key: str) -> None:
    """Note how ``key`` stands in the operation that is running, if there is one.

    What a listener changes of its own accord is taken back with the rest.
    """
    journal = running.current()
    if journal is not None and journal.covers(state):
        note_slot(state, journal, dict_, key)


def is_recorded(state: Any, key: str) -> bool:
    """Return whether a further change of the collection ``key`` records nothing new."""
    committed = state._committed
    return state.modified and committed is not None and key in committed


def note_slot(state: Any, journal: Any, dict_: Any, key: str) -> None:
    """Note in ``journal`` how ``key`` stands, before an operation on it."""
    note_value(state, journal, dict_, key, lookups.value_in(dict_, key))


def note_value(state: Any, journal: Any, dict_: Any, key: str, value: Any) -> None:
    """Do the same with the value at hand, or ``MISSING``."""
    committed = state._committed
    original = MISSING if committed is None else committed.get(key, MISSING)
    held, modified = state._strong_obj, state.modified
    journal.note_step((restore, state, dict_, key, value, original, modified, held))


def restore(
    state: Any, dict_: Any, key: str, value: Any, original: Any, modified: bool, held: Any
) -> None:
    """Take back a change of ``key``; noted in the journal before it is made."""
    put_back(dict_, key, value)
    committed = state._committed
    if committed is not None:
        put_back(committed, key, original)
    calm(state, modified, held)


def calm(state: Any, modified: bool, held: Any) -> None:
    """Have the instance be without changes again, if it was and nothing is recorded."""
    if not modified and not state._committed:
        state.modified = False
        state._strong_obj = held
        others = _modified_of(state)
        if others is not None:
            others.discard(state)


def _modified_of(state: Any) -> Any:
    """Return the modified states of the identity map that a state is in, or ``None``."""
    reference = belonging.identity_map_of(state)
    if reference is None:
        return None
    identity_map = referring.referent(reference)
    if isinstance(identity_map, WeakIdentityMap):
        known = identity_map
        return known._modified
    return None if identity_map is None else identity_map._modified
