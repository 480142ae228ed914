"""The attributes of an object of an ORM: of the layer itself, or mapped by SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._kernel.history import History
from .._kernel.sentinels import MISSING, NO_VALUE, PASSIVE_NO_INITIALIZE, PASSIVE_NO_RESULT
from ..core.loading import loader_of
from .attribute import KINDS, AttributeView
from .listening import listeners_of
from .shortening import label

__all__ = ["facts_of", "held_objects", "holders_of", "life_of", "views_of"]

_UNKNOWN = (MISSING, NO_VALUE, PASSIVE_NO_RESULT)


def views_of(state: Any) -> Iterator[AttributeView]:
    """Yield what is known of each attribute of an object: values first, collections last."""
    values = state.dict
    views = [_view(state, values, key, attribute) for key, attribute in _attributes(state)]
    yield from sorted(views, key=lambda view: KINDS.index(view.kind))


def _attributes(state: Any) -> Iterator[tuple[str, Any]]:
    for key, attribute in list(state.manager.items()):
        # of SQLAlchemy's, some stand for others
        if hasattr(getattr(attribute, "impl", None), "dispatch"):
            yield key, attribute


def _view(state: Any, values: Any, key: str, attribute: Any) -> AttributeView:
    impl = attribute.impl
    # a dynamic one is asked of the store each time, and has a mark in the place of a value
    present = MISSING if impl.dynamic else values.get(key, MISSING)
    flags = tuple(_flags(state, impl, key))
    return AttributeView(
        key=key,
        kind=_kind(impl),
        status=_status(state, attribute, key, present),
        value=present,
        old=_old(state, impl, key),
        history=_history(state, values, impl),
        flags=flags,
        listeners=listeners_of(attribute.dispatch),
    )


def _kind(impl: Any) -> str:
    if impl.collection or impl.dynamic:
        return "collection"
    return "object" if impl.uses_objects else "value"


def _flags(state: Any, impl: Any, key: str) -> Iterator[str]:
    if key in (state._committed or ()):
        yield "changed"
    if key in (state._pending or ()):
        yield "changes wait for it to be loaded"
    if key in (state._callables or ()):
        yield "has a loader of its own"
    if impl.dispatch._active_history:
        yield "old value is loaded when it is set"


def _status(state: Any, attribute: Any, key: str, present: Any) -> str:
    has_identity = state.key is not None
    if attribute.impl.dynamic:
        return "queried"
    if present is not MISSING:
        return "loaded" if has_identity else "set"
    if key in (state._committed or ()):
        return "deleted"
    if key in (state._expired_keys or ()) or (state.expired and has_identity):
        return "expired"
    if not _has_loader(attribute.impl, state):
        return "unset"
    if _is_column(attribute):
        return "deferred" if has_identity else "unset"
    return "never loaded"


def _has_loader(impl: Any, state: Any) -> bool:
    return not _stands_for_others(impl) and loader_of(impl, state) is not None


def _stands_for_others(impl: Any) -> bool:
    """Whether an attribute is one of SQLAlchemy's composites, which would load its parts."""
    return not (impl.supports_population or impl.dynamic)


def _is_column(attribute: Any) -> bool:
    """Whether SQLAlchemy has an attribute for columns of the object's own row."""
    mapped = getattr(getattr(attribute, "comparator", None), "prop", None)
    return hasattr(mapped, "columns")


def _old(state: Any, impl: Any, key: str) -> Any:
    original = state.original(key)
    if impl.dynamic or any(original is one for one in _UNKNOWN):
        return MISSING
    return list(original) if impl.collection and original is not None else original


def _history(state: Any, values: Any, impl: Any) -> History | None:
    if _stands_for_others(impl):
        return None
    try:
        found: History = impl.get_history(state, values, PASSIVE_NO_INITIALIZE)
    except Exception:  # of a comparison, or of a collection class of the program
        return None
    return found


# -- the object as a whole -------------------------------------------------------------


def life_of(state: Any) -> str:
    """Return where an object is in its life, in one word."""
    return str(state.life_cycle)


def facts_of(state: Any) -> Iterator[tuple[str, str]]:
    """Yield what else is known of an object, each with what it is."""
    if state.key is not None:
        yield "identity", label(state.obj())
    # SQLAlchemy's know their session by a number, the layer's own their map by a reference
    home = state.session if hasattr(type(state), "session") else state.identity_map
    if home is not None:
        yield "belongs to", f"{type(home).__name__} at {id(home):#x}"
    marks = [word for word in ("modified", "expired") if getattr(state, word)]
    if state._strong_obj is not None:
        marks.append("kept alive until it is flushed")
    if marks:
        yield "marks", ", ".join(marks)


def holders_of(state: Any) -> list[str]:
    """Return who is recorded to hold an object, and by which attribute.

    What was loaded together with its holder is not recorded as held.
    """
    known = state._parents
    pairs = [] if known is None else [known] if type(known) is tuple else list(known.items())
    return [
        f"{label(holder.obj())}.{_key_of(holder, token)}"
        for token, holder in pairs
        if holder is not False and holder.obj() is not None
    ]


def _key_of(holder: Any, token: int) -> str:
    for key, attribute in _attributes(holder):
        if getattr(attribute.impl, "_parent_id", None) == token:
            return str(key)
    return "?"


def held_objects(state: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the objects that each attribute holds, as far as they are loaded."""
    values = state.dict
    for key, attribute in _attributes(state):
        impl = attribute.impl
        value = values.get(key)
        if value is None or impl.dynamic or not (impl.collection or impl.uses_objects):
            continue
        yield key, _members(value) if impl.collection else [value]


def _members(collection: Any) -> list[Any]:
    try:
        return list(collection._sa_adapter)
    except Exception:  # of the collection's class
        return []
