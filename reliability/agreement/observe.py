"""What is looked at after a step: everything the layer knows of an instance, as text.

Nothing here may change what it looks at: no loader is called.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from sqlalchemy.orm import attributes
from sqlalchemy.orm.collections import collection_adapter

from .model import COLLECTIONS, RELATIONS

__all__ = ["history_of", "outcome_of", "sight_of", "text_of"]

_SIMPLE = frozenset({int, str, bool, type(None)})
_ADDRESS = re.compile(r"0x[0-9a-f]+")


def text_of(value: Any) -> str:
    """Return a value as text that is the same in every process."""
    if value is None or isinstance(value, (int, str)) or hasattr(value, "_sa_instance_state"):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return repr(value) if _is_flat(value) else f"[{', '.join(map(text_of, value))}]"
    if isinstance(value, dict):
        items = [f"{key!r}: {text_of(of)}" for key, of in value.items()]
        return f"{{{', '.join(items)}}}"
    if isinstance(value, (set, frozenset)):
        return f"set{_sorted(value)}"
    if hasattr(value, "_sa_adapter"):
        return repr(value)
    return _ADDRESS.sub("0x", str(getattr(value, "name", value)))


def _is_flat(values: Any) -> bool:
    return all(type(one) in _SIMPLE or hasattr(one, "_sa_instance_state") for one in values)


def outcome_of(error: BaseException | None, value: Any) -> str:
    """Return what a step ended with: its value, or the exception and what it says."""
    if error is None:
        return text_of(value)
    said = str(error).partition("\n")[0]
    return _ADDRESS.sub("0x", f"{type(error).__name__}: {said}")


def history_of(thing: Any) -> list[Any]:
    """Return the history of every attribute that has any, with nothing loaded for it."""
    state = attributes.instance_state(thing)
    # the others have none; `history` of a step asks for that of any
    touched = {*vars(thing), *state.committed_state, *state._pending_mutations}
    told: list[Any] = []
    for key in sorted(touched.intersection(state.manager)):
        try:
            history = attributes.get_history(thing, key, attributes.PASSIVE_NO_INITIALIZE)
        except TypeError as error:  # stock may have left a collection that is none
            told.append((key, str(error)))
            continue
        told.append((key, *[_sorted(part) if part else "-" for part in history]))
    return told


def sight_of(thing: Any) -> str:
    """Return all that the layer knows of an instance.

    All but symbols and sets tell of themselves, as `repr` has them do, in the same words in
    every process: that is several times faster than to take them apart here.
    """
    state = attributes.instance_state(thing)
    manager = state.manager
    values = vars(thing)
    loaded = {key: _plain(values[key]) for key in sorted(values) if key in manager}
    committed = state.committed_state
    parts = (
        thing,
        type(thing).__name__,
        loaded,
        [(key, _plain(committed[key])) for key in sorted(committed)],
        (state.modified, state.expired),
        sorted(state.expired_attributes),
        sorted(state.callables),
        _pending(state),
        [impl.hasparent(state) for impl in _with_parents(manager)],
        [_is_attached(thing, values[key]) for key in loaded if key in COLLECTIONS],
        history_of(thing),
    )
    return repr(parts)


def _plain(value: Any) -> Any:
    """Return a value as one whose `repr` is the same in every process."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, (set, frozenset)):
        return ["set", *_sorted(value)]
    return value


def _with_parents(manager: Any) -> list[Any]:
    impls = [manager[key].impl for key in RELATIONS if key in manager]
    return [impl for impl in impls if impl.trackparent]


def _pending(state: Any) -> list[Any]:
    pending = state._pending_mutations
    return [
        (key, _sorted(pending[key].added_items), _sorted(pending[key].deleted_items))
        for key in sorted(pending)
    ]


def _sorted(values: Any) -> list[str]:
    return sorted([repr(_plain(value)) for value in values])


def _is_attached(thing: Any, value: Any) -> bool:
    adapter = getattr(value, "_sa_adapter", None)
    return adapter is not None and collection_adapter(value).owner_state.obj() is thing
