"""Ways to the values of an object that go past its attributes.

Whoever takes one may have read everything, so nothing is said to be unread for certain:
pickles and copies, ``vars``, ``inspect(obj).attrs`` and ``.dict``, and merging.
"""

from __future__ import annotations

import builtins
import copy
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..current import current
from ..sites import is_of_the_layer
from .patches import Patches

__all__ = ["watch_doors"]


def watch_doors(patches: Patches) -> None:
    """Note who looks at values by another way than reading the attribute."""
    from sqlalchemy.orm import InstanceState, Session  # noqa: PLC0415 - when asked for
    from sqlalchemy.orm.state import AttributeState  # noqa: PLC0415 - the same

    patches.put(builtins, "vars", _noting_vars(builtins.vars))
    patches.put(InstanceState, "__getstate__", _noting_pickle(InstanceState.__getstate__))
    patches.put(copy, "_reconstruct", _noting_copy(copy._reconstruct))  # type: ignore[attr-defined]
    patches.put(InstanceState, "dict", _noting_dict(InstanceState.dict))
    patches.put(Session, "_merge", _noting_merge(Session._merge))
    for name in ("loaded_value", "history"):
        patches.put(AttributeState, name, _noting_view(getattr(AttributeState, name)))
    patches.put(AttributeState, "load_history", _noting_load(AttributeState.load_history))


def _note(state: Any, how: str) -> None:
    recording = current()
    run = None if recording is None else recording.runs.get(getattr(state, "runid", None) or -1)
    if run is not None:
        run.source.family.seen_whole.setdefault(state.class_, set()).add(how)


def _asks_for_the_program(frame: FrameType | None) -> bool:
    return frame is not None and not is_of_the_layer(frame)


def _noting_vars(usual: Any) -> Callable[..., Any]:
    def noted_vars(*args: Any) -> Any:
        if not args:
            # of a function, from 3.13 on, not the dictionary but a view of it
            found = sys._getframe(1).f_locals
            return found if type(found) is dict else dict(found)
        found = usual(*args)
        state = found.get("_sa_instance_state") if type(found) is dict else None
        if state is not None:
            _note(state, "vars() was asked for them")
        return found

    return noted_vars


def _noting_pickle(getstate: Any) -> Callable[[Any], Any]:
    def __getstate__(self: Any) -> Any:
        _note(self, "they were pickled or copied")
        return getstate(self)

    return __getstate__


def _noting_copy(reconstruct: Any) -> Callable[..., Any]:
    def _reconstruct(original: Any, *args: Any, **kwargs: Any) -> Any:
        state = getattr(original, "_sa_instance_state", None)
        if state is not None:
            _note(state, "they were pickled or copied")
        return reconstruct(original, *args, **kwargs)

    return _reconstruct


def _noting_dict(usual: Any) -> property:
    get = usual.__get__

    def values(self: Any) -> Any:
        if _asks_for_the_program(sys._getframe(1)):
            _note(self, "the dict of their state was asked for")
        return get(self, type(self))

    return property(values)


def _noting_view(usual: Any) -> property:
    def value(self: Any) -> Any:
        _note(self.state, "inspect() was asked for them")
        return usual.__get__(self, type(self))

    return property(value)


def _noting_load(load_history: Any) -> Callable[[Any], Any]:
    def noted(self: Any) -> Any:
        _note(self.state, "inspect() was asked for them")
        return load_history(self)

    return noted


def _noting_merge(merge: Any) -> Callable[..., Any]:
    def _merge(self: Any, state: Any, *args: Any, **kwargs: Any) -> Any:
        _note(state, "they were merged into a session")
        merged = merge(self, state, *args, **kwargs)
        # the values that it had were compared with the new ones
        _note(getattr(merged, "_sa_instance_state", None), "others were merged into them")
        return merged

    return _merge
