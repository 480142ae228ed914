"""Whole collections: of what kind one is, and a new one in the place of another."""

from __future__ import annotations

from typing import Any

from . import changes, ownership, referring
from .journal import Journal
from .pending import MemberSet
from .raising import raise_instead

__all__ = ["bulk_replace", "duck_type", "loaded_members", "swap"]


def bulk_replace(
    values: list[Any], existing_adapter: Any, new_adapter: Any, initiator: Any = None
) -> None:
    """Fill a new collection, telling only what really comes and goes.

    Args:
        values: the members of the new collection.
        existing_adapter: the adapter of the collection that is replaced.
        new_adapter: the adapter of the new, empty one.
        initiator: the token to tell listeners.
    """
    if existing_adapter and new_adapter.attr.layer.follows_moves:
        _replace_each(values, existing_adapter, new_adapter, initiator)
        return
    existing = MemberSet(existing_adapter or ())
    wanted = MemberSet(values)
    appender = new_adapter.bulk_appender()
    for member in values:
        appender(member, _sa_initiator=False if member in existing else initiator)
    if existing_adapter:
        kept = [member for member in existing if member in wanted]
        gone = [member for member in existing if member not in wanted]
        existing_adapter._fire_append_wo_mutation_event_bulk(kept, initiator=initiator)
        existing_adapter._fire_remove_event_bulk(gone, initiator=initiator)


def _replace_each(
    values: list[Any], existing_adapter: Any, new_adapter: Any, initiator: Any
) -> None:
    """Do the same where it counts how many times a member is there."""
    there: dict[int, list[Any]] = {}
    for member in existing_adapter:
        there.setdefault(id(member), []).append(member)
    appender = new_adapter.bulk_appender()
    kept = []
    for member in values:
        left = there.get(id(member))
        if left:
            kept.append(left.pop())
            appender(member, _sa_initiator=False)
        else:
            appender(member, _sa_initiator=initiator)
    existing_adapter._fire_append_wo_mutation_event_bulk(kept, initiator=initiator)
    for gone in there.values():
        existing_adapter._fire_remove_event_bulk(gone, initiator=initiator)


def swap(
    impl: Any,
    journal: Journal,
    state: Any,
    dict_: Any,
    old: Any,
    adapter: Any,
    collection: Any,
    members: list[Any],
) -> None:
    """Have an instance hold another collection, and tell of the members that come and go.

    Args:
        impl: the attribute.
        journal: of the operation that this is part of.
        state: the state of the instance.
        dict_: the values of the instance.
        old: the collection that it has.
        adapter: that of the new one.
        collection: the new one, which is empty.
        members: those of the new one.
    """
    key = impl.key
    old_adapter = ownership.adapter_of(impl, state, old)
    empty = referring.more(state, "_empty")
    if empty and key in empty:
        unread = empty[key]
        journal.note(empty.__setitem__, key, unread)
        journal.note(setattr, unread._sa_adapter, "empty", True)
    changes.note_slot(state, journal, dict_, key)
    changes.record_members(state, dict_, impl, old)
    dict_[key] = collection
    bulk_replace(members, old_adapter, adapter, impl._bulk_replace_token)
    impl._dispose_previous_collection(state, old, old_adapter, True)


def loaded_members(impl: Any, state: Any, value: Any) -> Any:
    """Go through what was loaded; have the layer say of what it is, if that cannot be."""
    try:
        return iter(value)
    except TypeError as cause:
        raise_instead(impl.layer.faults.not_members(impl, state, value, cause), cause)


_BASES: tuple[type, ...] = (list, set, dict)
_SIGNS: tuple[tuple[str, type], ...] = (("append", list), ("add", set), ("set", dict))


def duck_type(specimen: Any, default: type | None = None) -> type | None:
    """Return which of ``list``, ``set`` and ``dict`` a collection is most like.

    Args:
        specimen: a collection, or a class of collections.
        default: the answer for what is like none of them.

    A class says it with ``__emulates__``, or is judged by its bases, and then
    by whether it can ``append``, ``add`` or ``set``.
    """
    if hasattr(specimen, "__emulates__"):
        emulated: Any = specimen.__emulates__
        return set if emulated is not None and issubclass(emulated, set) else emulated
    kind = specimen if isinstance(specimen, type) else type(specimen)
    for base in _BASES:
        if issubclass(kind, base):
            return base
    for sign, base in _SIGNS:
        if hasattr(specimen, sign):
            return base
    return default
