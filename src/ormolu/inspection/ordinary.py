"""The fields of an object of a tracked class."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import MemberDescriptorType
from typing import Any

from .._kernel.sentinels import MISSING, NO_VALUE
from .._kernel.storage import ThroughClass
from ..tracking.instances import held
from ..tracking.members.members import is_claimed
from ..tracking.relationships.collections import members_of
from .attribute import AttributeView
from .finding import Found
from .listening import name_of

__all__ = ["facts_of", "held_objects", "life_of", "listeners_of_all", "views_of"]


def views_of(obj: Any, found: Found) -> Iterator[AttributeView]:
    """Yield what is known of each field of an object."""
    for key, attribute in list(found.manager.items()):
        if attribute.relates:
            yield _related_view(obj, found, key, attribute)
        else:
            yield _view(obj, found, key, attribute)


def _view(obj: Any, found: Found, key: str, attribute: Any) -> AttributeView:
    if _is_computed(obj, attribute):
        return AttributeView(key, "value", "not read", listeners=_told(found, key))
    try:
        present = attribute.present(obj)
    except Exception as error:
        said = (f"reading it raises {type(error).__name__}",)
        return AttributeView(key, "value", "not read", flags=said, listeners=_told(found, key))
    old, history, changed = present, None, False
    try:
        old = present if _is_blank(found) else attribute.old(found.state, obj, 0)
        history = attribute.history(old, present)
        changed = history.has_changes()
    except Exception:  # of a class whose instances cannot be compared or built again
        changed = key in found.state.recorded()
    return AttributeView(
        key=key,
        kind="value",
        status="unset" if present is MISSING else "set",
        value=present,
        old=old if changed else MISSING,
        history=history,
        flags=tuple(_flags(found, key, changed)),
        listeners=_told(found, key),
    )


def _is_computed(obj: Any, attribute: Any) -> bool:
    """Whether to read a field is to call something of the program's."""
    member = getattr(attribute.storage, "descriptor", None)
    if isinstance(attribute.storage, ThroughClass):
        member = inspect.getattr_static(type(obj), attribute.key, None)
    # a slot is of C, and only gives what lies in it
    return hasattr(type(member), "__set__") and not isinstance(member, MemberDescriptorType)


def _is_blank(found: Found) -> bool:
    return found.state is None or found.state is held.BEING_MADE


def _flags(found: Found, key: str, changed: bool) -> Iterator[str]:
    if changed:
        yield "changed"
    if not _is_blank(found) and key in found.state.snapshots:
        yield "compared with a snapshot"


def _related_view(obj: Any, found: Found, key: str, attribute: Any) -> AttributeView:
    collection = attribute.impl.collection
    now = _held(obj, found, key, collection)
    before = MISSING if _is_blank(found) else found.state.baseline(key)[0]
    changed = before is not MISSING
    was = _as_list(before, collection)
    history = attribute.impl.history_class(
        _without(now, was) if changed else (),
        [one for one in now if not changed or any(one is other for other in was)],
        _without(was, now) if changed else (),
    )
    changed = history.has_changes()
    value: Any = now if collection else (now[0] if now else None)
    return AttributeView(
        key=key,
        kind="collection" if collection else "object",
        status="set",
        value=value,
        old=(was if collection else (was[0] if was else None)) if changed else MISSING,
        history=history,
        flags=("changed",) if changed else (),
        listeners=_told(found, key),
    )


def _as_list(before: Any, collection: bool) -> list[Any]:
    if isinstance(before, (list, tuple)) and collection:
        return list(before)
    is_one = before is not None and before is not MISSING and before is not NO_VALUE
    return [before] if is_one and not collection else []


def _without(members: list[Any], others: list[Any]) -> list[Any]:
    return [one for one in members if not any(one is other for other in others)]


def _held(obj: Any, found: Found, key: str, collection: bool) -> list[Any]:
    """What an object holds, without a collection being made for it."""
    if type(obj).__dictoffset__:
        value = object.__getattribute__(obj, "__dict__").get(key)
    else:
        value = None if _is_blank(found) else (found.state.related or {}).get(key)
    if value is None:
        return []
    return list(members_of(value)) if collection else [value]


# -- the object as a whole -------------------------------------------------------------


def life_of(found: Found, changed: bool) -> str:
    """Return how an object stands, in few words."""
    if found.state is held.BEING_MADE or getattr(found.state, "making", None) is not None:
        return "being made"
    return "changed" if changed else "unchanged"


def facts_of(obj: Any, found: Found) -> Iterator[tuple[str, str]]:
    """Yield what else is known of an object, each with what it is."""
    if is_claimed(obj):
        yield "belongs to", "a workspace"
    if _is_blank(found):
        return
    if found.state.levels:
        yield "checkpoints", str(len(found.state.levels))
    if found.state.previous:
        yield "committed last", ", ".join(found.state.previous)


def listeners_of_all(found: Found) -> tuple[str, ...]:
    """Return who is told of changes of an object, of any field."""
    return tuple(
        name_of(listener.function())
        for listener in _listeners(found)
        if listener.function() is not None and not listener.keys
    )


def _told(found: Found, key: str) -> tuple[str, ...]:
    return tuple(
        f"change: {name_of(listener.function())}"
        for listener in _listeners(found)
        if listener.function() is not None and listener.keys and listener.wants(key)
    )


def _listeners(found: Found) -> list[Any]:
    own = () if _is_blank(found) else found.state.listeners
    managers = [found.manager, *found.manager._managers_above()]
    classes = dict.fromkeys(one for manager in managers for one in manager.listeners)
    return [*own, *classes]


def held_objects(obj: Any, found: Found) -> Iterator[tuple[str, list[Any]]]:
    """Yield the objects that each field holds that was declared to."""
    for key, attribute in list(found.manager.items()):
        if attribute.relates:
            yield key, _held(obj, found, key, attribute.impl.collection)
