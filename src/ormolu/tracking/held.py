"""Which instance has which state: a table beside the instances, that keeps none alive.

A state is a weak reference to its instance, and leaves the table when that is gone.  But the
table holds the state, so nothing in that may lead back to the instance: a node that got
another parent has the old one in its state, that one has its children, and none of them
would ever be collected.  As soon as a state holds anything that could lead anywhere it is
*anchored*: the instance itself holds it then, where the collector sees it, and the table
only knows that it does.
"""

from __future__ import annotations

import copy
import sys
import weakref
from collections.abc import Callable
from types import CodeType, FrameType, SimpleNamespace
from typing import Any, Protocol

from .._kernel import beside
from .._kernel.beside import BEING_MADE, BeingMade

__all__ = [
    "BEING_MADE",
    "BEING_RESTORED",
    "Anchorage",
    "DictAnchorage",
    "Nowhere",
    "SlotAnchorage",
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


class Anchorage(Protocol):
    """Where instances of a class can hold their own state."""

    def holds(self, instance: Any) -> Any:
        """Return the state that an instance holds, or ``None``."""

    def take(self, instance: Any, state: Any) -> bool:
        """Have an instance hold its state; return whether it does."""
        ...

    def give_up(self, instance: Any) -> None:
        """Have an instance be as it was before it held its state."""


class _Anchored(weakref.ref[Any]):
    """Stands in the table for a state that the instance holds itself."""

    __slots__ = ("anchorage", "place")

    anchorage: Anchorage
    place: int


class AnchoringDict(dict[str, Any]):
    """The values of an instance, with its state; a plain dictionary to all who look."""

    __slots__ = ("state",)

    state: Any

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dict, (dict(self),)

    def __copy__(self) -> dict[str, Any]:
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return copy.deepcopy(dict(self), memo)


def _holders(instance: Any) -> int:
    """How many have the dictionary of an instance at hand, this function among them."""
    return sys.getrefcount(object.__getattribute__(instance, "__dict__"))


_ALONE = _holders(SimpleNamespace(x=1))
"""So many where nobody else does."""


class DictAnchorage:
    """For instances with a dictionary: what the class keeps in it must not have company.

    The state is a member of the dictionary itself, so that ``vars(obj)`` shows the values
    and nothing else.
    """

    def holds(self, instance: Any) -> Any:
        """Return the state that an instance holds, or ``None``."""
        values = object.__getattribute__(instance, "__dict__")
        return values.state if type(values) is AnchoringDict else None

    def take(self, instance: Any, state: Any) -> bool:
        """Have an instance hold its state; return whether it does.

        Not while somebody else has its dictionary at hand, as a ``cached_property`` does
        while it is computed: what he wrote would be lost with the exchange.
        """
        values = object.__getattribute__(instance, "__dict__")
        if type(values) is not AnchoringDict:
            del values
            if _holders(instance) > _ALONE:
                return False
            values = AnchoringDict(object.__getattribute__(instance, "__dict__"))
            object.__setattr__(instance, "__dict__", values)
        values.state = state
        return True

    def give_up(self, instance: Any) -> None:
        """Have an instance be as it was before it held its state."""
        values = object.__getattribute__(instance, "__dict__")
        if type(values) is AnchoringDict:
            values.state = None
            del values
            if _holders(instance) <= _ALONE:
                values = dict(object.__getattribute__(instance, "__dict__"))
                object.__setattr__(instance, "__dict__", values)


class Nowhere:
    """For instances of a class that is tracked no more: they are not touched."""

    def holds(self, instance: Any) -> Any:
        """Return ``None``: no instance holds a state."""

    def take(self, instance: Any, state: Any) -> bool:
        """Leave it as it is, and the state to nobody."""
        return True

    def give_up(self, instance: Any) -> None:
        """Leave it as it is."""


class InSlot:
    """What lies in a slot that has the state of the instance beside the value."""

    __slots__ = ("state", "value")

    def __init__(self, value: Any, state: Any) -> None:
        self.value = value
        self.state = state


class SlotAnchorage:
    """For instances with slots only: the state shares one of them with the value.

    Args:
        slot: gives and takes what lies in the slot, as it is.
    """

    def __init__(self, slot: Any) -> None:
        self.slot = slot

    def holds(self, instance: Any) -> Any:
        """Return the state that an instance holds, or ``None``."""
        found = self.slot.get(instance)
        return found.state if type(found) is InSlot else None

    def take(self, instance: Any, state: Any) -> bool:
        """Have an instance hold its state; return whether it does."""
        found = self.slot.get(instance)
        if type(found) is InSlot:
            found.state = state
        else:
            self.slot.put(instance, InSlot(found, state))
        return True

    def give_up(self, instance: Any) -> None:
        """Have an instance be as it was before it held its state."""
        found = self.slot.get(instance)
        if type(found) is InSlot:
            self.slot.put(instance, found.value)


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


def hold(instance: Any, state: Any) -> Any:
    """Have an instance have a state; return the one that it has, should it have one by now."""
    state.place = id(instance)
    present = _held.setdefault(id(instance), state)
    # another thread may have been first, and the instance hold that state itself by now
    return state if present is state else find(instance)


def let_go(instance: Any) -> None:
    """Have an instance be one that was never changed."""
    entry = _held.pop(id(instance), None)
    if type(entry) is _Anchored:
        entry.anchorage.give_up(instance)


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
    state.place = id(instance)
    state.making = _held[id(instance)]
    _held[id(instance)] = state
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


def reanchor(instance: Any, state: Any) -> None:
    """Have it hold its state again, where its dictionary may have been exchanged."""
    entry: Any = _held.get(id(instance))
    is_lost = type(entry) is _Anchored and entry.anchorage.holds(instance) is not state
    if is_lost and not entry.anchorage.take(instance, state):
        _held[id(instance)] = state


def weigh(instance: Any, state: Any) -> None:
    """Have the table hold a state again, that leads nowhere any more."""
    entry = _held.get(id(instance))
    if type(entry) is _Anchored:
        _held[id(instance)] = state
        entry.anchorage.give_up(instance)


def living(class_: type) -> list[Any]:
    """Return the instances of a class, and of its subclasses, that have a state."""
    entries = [entry for entry in list(_held.values()) if type(entry) is not BeingMade]
    found = [entry.obj() if hasattr(entry, "obj") else entry() for entry in entries]
    return [
        instance for instance in found if instance is not None and isinstance(instance, class_)
    ]
