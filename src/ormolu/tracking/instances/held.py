"""Which instance has which state: a table beside the instances, that keeps none alive.

A state is a weak reference to its instance, and leaves the table when that is gone.  But the
table holds the state, so nothing in that may lead back to the instance: a node that got
another parent has the old one in its state, that one has its children, and none of them
would ever be collected.  As soon as a state holds anything that could lead anywhere it is
*anchored*: the instance itself holds it then, where the collector sees it, and the table
only knows that it does.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Any

from ..._kernel import beside
from ..._kernel.beside import BEING_MADE, NOWHERE, BeingMade
from .anchorages import Anchorage

__all__ = [
    "BEING_MADE",
    "BEING_RESTORED",
    "among",
    "anchor",
    "begin",
    "begin_in",
    "end",
    "find",
    "first_argument",
    "hold",
    "hold_while_made",
    "is_being_made",
    "is_being_restored",
    "let_go",
    "living",
    "peek",
    "reanchor",
    "weigh",
    "when_made",
]

_held = beside.held

_awaiting = beside.awaiting
"""What is to be done with instances as soon as they are made."""


class _BeingMadeIn(weakref.ref[Any]):
    """The same, for an instance whose making nobody will say is over.

    It goes on for as long as a function runs whose first argument is the instance.
    """

    __slots__ = ("code", "place")

    code: CodeType
    place: int

    def is_over(self) -> bool:
        """Return whether the function has ended."""
        instance = self()
        running: FrameType | None = sys._getframe()
        while running is not None:
            if running.f_code is self.code and first_argument(running) is instance:
                return False
            running = running.f_back
        return True


def first_argument(frame: FrameType) -> Any:
    """Return what the function that runs in a frame was called with first, or ``None``."""
    code = frame.f_code
    if not code.co_varnames:
        return None
    first = frame.f_locals.get(code.co_varnames[0])
    if code.co_argcount:
        return first
    return first[0] if isinstance(first, tuple) and first else None


BEING_RESTORED = BeingMade()
"""The same, for a copy or what comes out of a pickle: what it holds, it has held before."""


class _Anchored(weakref.ref[Any]):
    """Stands in the table for a state that the instance holds itself."""

    __slots__ = ("anchorage", "place")

    anchorage: Anchorage
    place: int


def find(instance: Any) -> Any:
    """Return the state of an instance, ``BEING_MADE`` if it has none yet, or ``None``."""
    entry = _held.get(id(instance))
    if type(entry) is _Anchored:
        entry = entry.anchorage.holds(instance)
        if entry is None:
            # its dictionary was exchanged for another behind our back
            _held.pop(id(instance), None)
    if entry is None or type(entry) is BeingMade:
        return entry if entry is None else BEING_MADE
    if type(entry) is _BeingMadeIn:
        if not entry.is_over():
            return BEING_MADE
        _held.pop(id(instance), None)
        _catch_up(instance)
        return find(instance)
    if entry.making is not None and entry.making.is_over():
        entry.be_made()
        _catch_up(instance)
    return entry


def peek(instance: Any) -> Any:
    """Return the same, but settle nothing: what was over unnoticed is so still."""
    entry = _held.get(id(instance))
    if type(entry) is _Anchored:
        entry = entry.anchorage.holds(instance)
    return BEING_MADE if type(entry) in (BeingMade, _BeingMadeIn) else entry


def hold(instance: Any, state: Any) -> Any:
    """Have an instance have a state; return the one that it has, should it have one by now."""
    state.place = id(instance)
    if _held.setdefault(id(instance), state) is state:
        return state
    # another thread was first, and the instance may hold that state itself by now
    state.place = NOWHERE
    return find(instance)


def _enter(instance: Any, state: Any) -> None:
    """Have the table hold a state, whatever it has for the instance."""
    state.place = id(instance)
    _held[id(instance)] = state


def let_go(instance: Any) -> None:
    """Have an instance be one that was never changed."""
    entry = _held.pop(id(instance), None)
    if type(entry) is _Anchored:
        entry.anchorage.give_up(instance)
    elif entry is not None and type(entry) is not BeingMade:
        entry.place = NOWHERE


# called when instances are gone: the last of them when the interpreter ends, and with it what
# this module has by name


def drop(state: Any, held: dict[int, Any] = _held) -> None:
    """Forget the state of an instance that is gone."""
    place = state.place
    if held.get(place) is state:
        del held[place]


def _drop_entry(
    entry: Any, held: dict[int, Any] = _held, awaiting: dict[int, Any] = _awaiting
) -> None:
    place = entry.place
    if held.get(place) is entry:
        del held[place]
        awaiting.pop(place, None)


# -- making ----------------------------------------------------------------------------


def begin(instance: Any, how: BeingMade = BEING_MADE) -> bool:
    """Note that an instance is being made, unless that is known, or it has a state.

    Args:
        instance: the instance.
        how: is noted; :func:`end` has to be called.

    Returns:
        whether it was noted.
    """
    if id(instance) in _held:
        return False
    _held[id(instance)] = how
    return True


def begin_in(instance: Any, code: CodeType) -> None:
    """Note that an instance is being made for as long as a function runs.

    The ``__init__`` of a base class may be over before that.

    Args:
        instance: the first argument of the function.
        code: that of the function.
    """
    entry = _held.get(id(instance))
    if entry is None or entry is BEING_MADE:
        made = _BeingMadeIn(instance, _drop_entry)
        made.code, made.place = code, id(instance)
        _held[id(instance)] = made


def is_being_restored(instance: Any) -> bool:
    """Return whether an instance is a copy in the making, or just comes out of a pickle."""
    entry = _held.get(id(instance))
    if type(entry) is _Anchored:
        entry = entry.anchorage.holds(instance)
    return BEING_RESTORED in (entry, getattr(entry, "making", None))


def hold_while_made(instance: Any, state: Any) -> Any:
    """Have an instance have a state while it is being made, and return it."""
    state.making = _held[id(instance)]
    _enter(instance, state)
    return state


def is_being_made(instance: Any) -> bool:
    """Return whether an instance is being made."""
    state = find(instance)
    return state is BEING_MADE or (state is not None and state.making is not None)


def end(instance: Any) -> None:
    """Note that an instance is made."""
    if type(_held.get(id(instance))) is BeingMade:
        del _held[id(instance)]
    else:
        state = find(instance)
        if state is BEING_MADE:
            return  # a subclass goes on making it
        if state is not None:
            state.be_made()
    _catch_up(instance)


def when_made(instance: Any, act: Callable[[Any], None]) -> None:
    """Do something with an instance: now, or as soon as it is made.

    Args:
        instance: the instance.
        act: does it, and need not keep the instance alive: that may be made and gone before
            anybody asks.
    """
    if is_being_made(instance):
        _awaiting.setdefault(id(instance), []).append(act)
    else:
        act(instance)


def _catch_up(instance: Any) -> None:
    if _awaiting:
        for act in _awaiting.pop(id(instance), ()):
            act(instance)


# -- anchoring -------------------------------------------------------------------------


def anchor(instance: Any, state: Any, anchorage: Anchorage) -> None:
    """Have an instance hold its state itself, as that may lead back to it."""
    if type(_held.get(id(instance))) is _Anchored:
        return
    entry = _Anchored(instance, _drop_entry)
    entry.anchorage, entry.place = anchorage, id(instance)
    if anchorage.take(instance, state):
        _held[id(instance)] = entry
        state.place = NOWHERE


def reanchor(instance: Any, state: Any) -> None:
    """Have it hold its state again, where its dictionary may have been exchanged."""
    entry: Any = _held.get(id(instance))
    is_lost = type(entry) is _Anchored and entry.anchorage.holds(instance) is not state
    if is_lost and not entry.anchorage.take(instance, state):
        _enter(instance, state)


def weigh(instance: Any, state: Any) -> None:
    """Have the table hold a state again, that leads nowhere any more."""
    entry = _held.get(id(instance))
    if type(entry) is _Anchored:
        _enter(instance, state)
        entry.anchorage.give_up(instance)


def among(numbers: Collection[int]) -> list[int]:
    """Return those of the ``id`` of instances of which anything may be recorded."""
    if len(_held) < len(numbers):
        return [number for number in list(_held) if number in numbers]
    return [number for number in numbers if number in _held]


def living(class_: type) -> list[Any]:
    """Return the instances of a class, and of its subclasses, that have a state."""
    entries = [entry for entry in list(_held.values()) if type(entry) is not BeingMade]
    found = [entry.obj() if hasattr(entry, "obj") else entry() for entry in entries]
    return [
        instance for instance in found if instance is not None and isinstance(instance, class_)
    ]
