"""Whether anybody listens: asked at every change, and nearly always answered with no."""

from __future__ import annotations

from typing import Any

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
    """

    __slots__ = ("dispatch", "event", "heard", "kinds", "listeners", "places", "source")

    def __init__(self, places: Any, dispatch: Any, event: str) -> None:
        self.places = places
        self.dispatch = dispatch
        self.event = event
        self.heard: dict[str, Any] = vars(dispatch)
        self.listeners: Any = None
        self.source: Any = None
        # how many entries the dispatch had when there was nobody; -1 while nothing is known
        self.kinds = -1

    def is_silent(self) -> bool:
        """Return whether nobody listens, or wants the previous value loaded."""
        if self.kinds != len(self.heard):
            return self._ask()
        if self.heard.get(self.event) is not self.listeners:
            return self._ask()
        return self.source is None or len(self.source) == 0

    def _ask(self) -> bool:
        self.kinds = -1
        dispatch = self.dispatch
        if getattr(dispatch, "_active_history", False) or getattr(dispatch, self.event):
            return False
        listeners = self.heard.get(self.event)
        source = None if listeners is None else self.places.silence_of(listeners)
        # an entry of another kind may change without a trace
        is_known = listeners is None or source is not None
        if is_known and "_active_history" not in self.heard:
            self.listeners, self.source = listeners, source
            self.kinds = len(self.heard)
        return True
