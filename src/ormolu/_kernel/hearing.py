"""Who listens: asked at every change, and often answered with nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import peeking, slots

__all__ = ["Bystander", "Hearing", "Known"]


class Known:
    """What stands for a listener that is the layer's own, or that it knows all about."""

    __slots__ = ()


class Bystander(Known):
    """Stands for a listener that leaves alone an instance that is in no session.

    Args:
        fn: the listener; of such an instance it returns the value it is given.
    """

    __slots__ = ("fn",)

    def __init__(self, fn: Callable[..., Any]) -> None:
        self.fn = fn


class Hearing:
    """One event of one target, for a quick answer to who listens.

    The answer is remembered together with what it follows from, and that is looked at
    each time: the listeners that the dispatch has for the event, and where they might
    come from.

    Args:
        places: the layer, which knows its dispatches.
        dispatch: the listeners of the target, by event.
        event: the name of the event.
        own: a listener that does not count.

    Attributes:
        is_quiet: those that were to be told last are all :class:`Known`, and no more
            than one of them does anything for an instance that is in no session.
    """

    __slots__ = (
        "dispatch",
        "event",
        "functions",
        "heard",
        "in_slot",
        "is_quiet",
        "kinds",
        "listeners",
        "own",
        "own_list",
        "place",
        "places",
        "source",
        "told",
    )

    def __init__(self, places: Any, dispatch: Any, event: str, own: Any = None) -> None:
        self.places = places
        self.dispatch = dispatch
        self.event = event
        self.own = own
        self.heard: dict[str, Any] = vars(dispatch)
        # else in ``__dict__``, as soon as there are any
        self.in_slot = slots.place_of(type(dispatch), event)
        # where they are in it
        self.place = -1
        self.listeners: Any = None
        self.source: Any = None
        self.own_list: Any = None
        # how many entries the dispatch had when there was nobody; -1 while nothing is known
        self.kinds = -1
        # what they are at the moment, and what to do for each of them
        self.functions: tuple[Any, ...] = ()
        self.told: tuple[Any, ...] | None = None
        self.is_quiet = False

    def is_silent(self) -> bool:
        """Return whether nobody listens, or wants the previous value loaded."""
        if self.kinds != len(self.heard) or self._present() is not self.listeners:
            return self._ask()
        if self.source is not None and len(self.source):
            return False
        own_list = self.own_list
        if own_list is None or not len(own_list):
            return True
        return len(own_list) == 1 and own_list[0] is self.own

    def wants_old(self) -> bool:
        """Return whether a listener wants the previous value loaded."""
        return bool(self.heard.get("_active_history"))

    def to_tell(self) -> tuple[Any, ...]:
        """Return who is to be told, in order.

        Each is a listener, what the layer has made of one, or a :class:`Bystander`.
        """
        if self.told is not None and self._present() is self.listeners and self._is_as_before():
            return self.told
        return self._learn()

    def _present(self) -> Any:
        """Return the listeners of the event, or ``None`` while there is nothing for them."""
        if self.in_slot:
            return slots.read(self.dispatch, self.in_slot, self.event)
        return peeking.find(self.heard, self.event, self.place)

    def _is_as_before(self) -> bool:
        """Whether the listeners are, one by one, those that were learnt."""
        functions = self.functions
        count = 0
        if self.source is not None:
            count = slots.count_same(self.source, functions, 0)
        if count >= 0 and self.own_list is not None:
            more = slots.count_same(self.own_list, functions, count)
            count = -1 if more < 0 else count + more
        return count == len(functions)

    def _learn(self) -> tuple[Any, ...]:
        self.kinds = -1
        self.told = None
        present = getattr(self.dispatch, self.event)
        functions = tuple(present)
        told = tuple([self.places.told_as(fn) for fn in functions])
        active = [one for one in told if not isinstance(one, Bystander)]
        unknown = [one for one in active if not isinstance(one, Known)]
        self.is_quiet = len(active) <= 1 and not unknown
        known = self.places.parts_of(present)
        if known is not None:
            self.place = peeking.place_in(self.heard, self.event)
            self.listeners = self._present()
            self.source, self.own_list = known
            self.functions, self.told = functions, told
        return told

    def _ask(self) -> bool:
        self.kinds = -1
        self.told = None
        if getattr(self.dispatch, "_active_history", False):
            return False
        present = getattr(self.dispatch, self.event)
        if present and not (self.own is not None and list(present) == [self.own]):
            return False
        listeners = self._present()
        known = (None, None) if listeners is None else self.places.parts_of(listeners)
        # an entry of another kind may change without a trace
        if known is not None and "_active_history" not in self.heard:
            self.place = peeking.place_in(self.heard, self.event)
            self.listeners = listeners
            self.source, self.own_list = known
            self.kinds = len(self.heard)
        return True
