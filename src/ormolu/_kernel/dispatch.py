"""Listeners of one target, by the name of the event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import RLock
from typing import Any

__all__ = ["Dispatch", "Listeners"]

_Listener = Callable[..., Any]


# held while listeners come and go, from whatever thread; those that are told need no lock
_CHANGES = RLock()


class Listeners:
    """The listeners of one event, in the order they are called in.

    Every change replaces the tuple of listeners, so that one may listen or
    stop listening from inside a listener.
    """

    __slots__ = ("functions", "propagated")

    def __init__(self) -> None:
        self.functions: tuple[_Listener, ...] = ()
        self.propagated: frozenset[_Listener] = frozenset()

    def add(self, fn: _Listener, insert: bool = False, propagate: bool = False) -> None:
        """Add ``fn`` last, or first with ``insert``; one that is there stays."""
        with _CHANGES:
            if fn not in self.functions:
                self.functions = (fn, *self.functions) if insert else (*self.functions, fn)
            if propagate:
                self.propagated |= {fn}

    def discard(self, fn: _Listener) -> None:
        """Remove ``fn`` if it is there."""
        with _CHANGES:
            self.functions = tuple(present for present in self.functions if present is not fn)
            self.propagated -= {fn}

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        for fn in self.functions:
            fn(*args, **kwargs)

    def __getitem__(self, index: int) -> _Listener:
        return self.functions[index]

    def __iter__(self) -> Iterator[_Listener]:
        return iter(self.functions)

    def __bool__(self) -> bool:
        return bool(self.functions)

    def __len__(self) -> int:
        return len(self.functions)

    def __contains__(self, fn: object) -> bool:
        return fn in self.functions


_NOBODY = Listeners()


class Dispatch:
    """The listeners of one target; ``dispatch.NAME`` are those of event ``NAME``.

    An event nobody listens to costs one shared, empty object.

    Attributes:
        _active_history: a listener wants the previous value loaded.
    """

    __slots__ = ("__dict__", "names")

    # in ``__dict__`` only where it is true, so that a dispatch without entries is
    # one that asks for nothing
    _active_history: bool = False

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def __getattr__(self, name: str) -> Listeners:
        if name in self.names:
            return _NOBODY
        raise AttributeError(name)

    def of(self, name: str) -> Listeners:
        """Return the listeners of ``name``, made if need be, to be changed."""
        # two threads may ask for them at once
        listeners: Listeners = self.__dict__.setdefault(name, Listeners())
        return listeners

    def inherit(self, other: Dispatch) -> None:
        """Take over those listeners of ``other`` that are propagated to subclasses."""
        for name, listeners in other.__dict__.items():
            if name == "_active_history":
                continue
            for fn in listeners.functions:
                if fn in listeners.propagated:
                    self.of(name).add(fn, propagate=True)
