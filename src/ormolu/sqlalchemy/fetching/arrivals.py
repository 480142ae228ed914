"""What came in by one load.

SQLAlchemy numbers its loads, and each state has the number of the one that filled it: so
those that came in together have the same number, and nothing more has to be kept with them.
The number itself knows the rest.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .settings import Fetching, recording

__all__ = ["Arrivals", "Run", "arrivals_of", "handing_on", "numbered", "record"]

_handed_on: ContextVar[Fetching | None] = ContextVar("_handed_on", default=None)


class Run(int):
    """The number of one load, which knows what came by it."""

    arrivals: Arrivals


class Arrivals:
    """What came in by one load: the states that have its number, and those that came again.

    Kept as long as an object lives that came by it; none of them is held.

    Attributes:
        fetching: how the query wants peers to be fetched, or ``None``.
        later: a later load by which one of them came again; they are peers of what came
            by that, too.
        alone: the attributes that are loaded one by one, as a trip for all is under way, or
            was in vain.
    """

    __slots__ = ("__weakref__", "_again", "_counts", "_known", "alone", "fetching", "later")

    def __init__(self) -> None:
        self.fetching = _handed_on.get()
        self.later: Callable[[], Arrivals | None] = _none
        self.alone: set[Any] = set()
        self._again: dict[Any, None] = {}
        self._counts: list[tuple[type, Callable[[], int]]] = []
        self._known: dict[type, tuple[int, list[Any]]] = {}

    def count_by(self, class_: type, count: Callable[[], int]) -> None:
        """Take note of what says how many rows there were of a class so far."""
        self._counts.append((class_, count))

    def note_again(self, state: Any) -> None:
        """Take note of an object that was there before."""
        earlier = arrivals_of(state)
        if earlier is not None and earlier is not self:
            earlier.later = weakref.ref(self)
        if earlier is not self:
            self._again[state.key] = None

    def keys_of(self, class_: type, identity_map: Any) -> list[Any]:
        """Return the identity keys of a class that are still of use, in their order.

        Those that came by a later load follow.

        Args:
            class_: the class that the keys are of.
            identity_map: of the session.
        """
        later = self.later()
        own = self._own_keys(class_, identity_map)
        return own if later is None else own + later._own_keys(class_, identity_map)

    def _own_keys(self, class_: type, identity_map: Any) -> list[Any]:
        rows = sum(count() for counted, count in self._counts if counted is class_)
        if rows < 2:
            return []
        # a result may still be read
        known = self._known.get(class_)
        if known is None or known[0] != rows:
            self._again = {key: None for key in self._again if key in identity_map}
            known = self._known[class_] = rows, self._look(class_, identity_map)
        return known[1]

    def _look(self, class_: type, identity_map: Any) -> list[Any]:
        states = identity_map.all_states()
        keys = [one.key for one in states if one.key[0] is class_ and arrivals_of(one) is self]
        return keys + [key for key in self._again if key[0] is class_]


def _none() -> None:
    return None


def arrivals_of(state: Any) -> Arrivals | None:
    """Return what came in with an object; ``None`` if it came by no load that was recorded."""
    found: Arrivals | None = getattr(state.runid, "arrivals", None)
    return found


def numbered(count: Callable[[], int]) -> Callable[[], int]:
    """Return what counts loads as ``count`` does, with numbers that know what came."""

    def next_number() -> int:
        if not recording.on:
            return count()
        run = Run(count())
        run.arrivals = Arrivals()
        return run

    return next_number


def record(
    function: Callable[[Any], Any],
    class_: type,
    context: Any,
    refreshed: Any,
    state_of: Callable[[Any], Any],
) -> Callable[[Any], Any]:
    """Return what makes an object of a row as ``function`` does, and notes that it came.

    Args:
        function: makes an object of a row.
        class_: the class that identity keys of such objects are of.
        context: of the query.
        refreshed: the state of the only object that is loaded, or ``None``.
        state_of: returns the state of an object.
    """
    from .loads.option import said_by  # noqa: PLC0415 - of modules that are there once a query runs

    run = context.runid
    if not isinstance(run, Run):
        return function
    if refreshed is not None:
        # it is loaded anew by itself, but goes on to be one of those it came with
        run.arrivals = arrivals_of(refreshed) or run.arrivals
        return function
    arrivals, said, rows = run.arrivals, said_by(context), 0
    if said is not None:
        arrivals.fetching = said
    arrivals.count_by(class_, lambda: rows)

    def noted(row: Any) -> Any:
        nonlocal rows
        instance = function(row)
        if instance is not None:
            rows += 1
            state = state_of(instance)
            if state.runid is not run:
                arrivals.note_again(state)
        return instance

    return noted


@contextmanager
def handing_on(fetching: Fetching | None) -> Iterator[None]:
    """Have what is loaded meanwhile fetch its peers in the same way."""
    token = _handed_on.set(fetching)
    try:
        yield
    finally:
        _handed_on.reset(token)
