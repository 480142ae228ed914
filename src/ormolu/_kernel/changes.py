"""Recording that an instance is about to change, and taking the record back."""

from __future__ import annotations

from typing import Any

from . import referring
from .journal import put_back
from .sentinels import MISSING, NO_VALUE

__all__ = [
    "become_modified",
    "flag",
    "flag_attribute",
    "note_slot",
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
    if not state.modified or (state.session_id and state._strong_obj is None):
        become_modified(state, attr)
    committed = state._committed
    if committed is None:
        committed = state._committed = {}
    key = attr.key
    if key not in committed:
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
    if not state.modified or (state.session_id and state._strong_obj is None):
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
    record(state, dict_, attr, previous)
    state._committed[attr.key] = previous


def become_modified(state: Any, attr: Any) -> None:
    """First change since the last commit: be known as modified, and kept alive."""
    obj = referring.instance_of(state)
    if obj is None and attr is not None:
        raise state.layer.faults.dereferenced(state, attr.key)
    identity_map = _identity_map_of(state)
    if state.session_id:
        # the map having modified states means that its owner knows already
        if identity_map is None or not identity_map._modified:
            state.layer.before_first_change(state)
        state._strong_obj = obj
    state.modified = True
    if identity_map is not None:
        identity_map._modified.add(state)


def note_slot(state: Any, journal: Any, dict_: Any, key: str) -> None:
    """Note in ``journal`` how ``key`` stands, before an operation on it."""
    committed = state._committed
    original = MISSING if committed is None else committed.get(key, MISSING)
    value = dict_.get(key, MISSING)
    held, modified = state._strong_obj, state.modified
    journal.append((restore, state, dict_, key, value, original, modified, held))


def restore(
    state: Any, dict_: Any, key: str, value: Any, original: Any, modified: bool, held: Any
) -> None:
    """Take back a change of ``key``; noted in the journal before it is made."""
    put_back(dict_, key, value)
    committed = state._committed
    if committed is not None:
        put_back(committed, key, original)
    if not modified and not committed:
        state.modified = False
        state._strong_obj = held
        identity_map = _identity_map_of(state)
        if identity_map is not None:
            identity_map._modified.discard(state)


def _identity_map_of(state: Any) -> Any:
    reference = state._instance_dict
    return None if reference is None else reference()
