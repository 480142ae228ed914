"""Whether anybody listens: asked at every change, and nearly always answered with no."""

from __future__ import annotations

from typing import Any

from . import slots

__all__ = ["Hearing"]


class Hearing:
    """One event of one target, for a quick answer to whether nobody listens.

    That there is nobody is remembered together with what it follows from, and
    that is looked at each time: the listeners that the dispatch has for the event,
    and the size of where they might come from.

    Args:
        places: the layer, which knows its dispatches.
        dispatch: the listeners of the target, by event.
        event: the name of the event.
        own: a listener that does not count.
    """

    __slots__ = (
        "dispatch",
        "event",
        "heard",
        "in_slot",
        "kinds",
        "listeners",
        "own",
        "own_list",
        "places",
        "source",
    )

    def __init__(self, places: Any, dispatch: Any, event: str, own: Any = None) -> None:
        self.places = places
        self.dispatch = dispatch
        self.event = event
        self.own = own
        self.heard: dict[str, Any] = vars(dispatch)
        # else in ``__dict__``, as soon as there are any
        self.in_slot = slots.place_of(type(dispatch), event)
        self.listeners: Any = None
        self.source: Any = None
        self.own_list: Any = None
        # how many entries the dispatch had when there was nobody; -1 while nothing is known
        self.kinds = -1

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

    def _present(self) -> Any:
        """Return the listeners of the event, or ``None`` while there is nothing for them."""
        if self.in_slot:
            return slots.read(self.dispatch, self.in_slot, self.event)
        return self.heard.get(self.event)

    def _ask(self) -> bool:
        self.kinds = -1
        if getattr(self.dispatch, "_active_history", False):
            return False
        present = getattr(self.dispatch, self.event)
        if present and not (self.own is not None and list(present) == [self.own]):
            return False
        listeners = self._present()
        known = (None, None) if listeners is None else self.places.silence_of(listeners)
        # an entry of another kind may change without a trace
        if known is not None and "_active_history" not in self.heard:
            self.listeners = listeners
            self.source, self.own_list = known
            self.kinds = len(self.heard)
        return True
