"""What came in by one load.

SQLAlchemy numbers its loads, and each state has the number of the one that filled it.  That
number knows here what else came by it, so that nothing more has to be kept with a state.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .settings import Fetching, recording

__all__ = ["Arrivals", "Run", "arrivals_of", "handing_on", "numbered", "record"]

_FEW = 1000

_handed_on: ContextVar[Fetching | None] = ContextVar("_handed_on", default=None)


class Run(int):
    """The number of one load, which knows what came by it."""

    arrivals: Arrivals


class Arrivals:
    """The identity keys of what came in by one load, by class, in their order.

    Kept as long as an object lives that came by it; none of them is held.

    Attributes:
        fetching: how the query wants peers to be fetched, or ``None``.
        later: a later load by which one of them came again; they are peers of what came
            by that, too.
        busy: the attributes that a trip is under way for.
    """

    __slots__ = ("__weakref__", "_enough", "_keys", "busy", "fetching", "later")

    def __init__(self) -> None:
        self.fetching = _handed_on.get()
        self.later: Callable[[], Arrivals | None] = _none
        self.busy: set[Any] = set()
        self._keys: dict[type, list[Any]] = {}
        self._enough: dict[type, int] = {}

    def note(self, state: Any) -> None:
        """Take note of the state of an object that came in."""
        key = state.key
        if key is None:
            return
        keys = self._keys.get(key[0])
        if keys is None:
            keys = self._keys[key[0]] = []
        elif keys[-1] is key:
            return
        keys.append(key)
        earlier = getattr(state.runid, "arrivals", None)
        if earlier is not None and earlier is not self:
            earlier.later = weakref.ref(self)
        if len(keys) > self._enough.get(key[0], _FEW):
            self._forget_the_dead(key[0], state)

    def _forget_the_dead(self, class_: type, state: Any) -> None:
        """Leave out what is gone: a result that is read as a stream may have no end."""
        session = state.session
        if session is not None:
            held = session.identity_map
            keys = [key for key in dict.fromkeys(self._keys[class_]) if key in held]
            # never empty: the last one has only just come
            self._keys[class_] = keys or [state.key]
            self._enough[class_] = _FEW + 2 * len(keys)

    def keys_of(self, class_: type) -> Iterator[Any]:
        """Yield the identity keys of a class, those of a later load after those of this."""
        yield from self._keys.get(class_, ())
        later = self.later()
        if later is not None:
            yield from later._keys.get(class_, ())


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
    context: Any,
    refreshed: Any,
    state_of: Callable[[Any], Any],
) -> Callable[[Any], Any]:
    """Return what makes an object of a row as ``function`` does, and notes it.

    Args:
        function: makes an object of a row.
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
    said = said_by(context)
    if said is not None:
        run.arrivals.fetching = said
    note = run.arrivals.note

    def noted(row: Any) -> Any:
        instance = function(row)
        if instance is not None:
            note(state_of(instance))
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
