"""Those who are told, and where they are: with the instance, or with its class.

A listener often refers to what it listens to, by what it keeps of it.  So it is held by
that, and both are collected together; whoever has subscribed holds neither of them.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Iterable
from types import MethodType
from typing import Any

from ...core.changing import CHANGING
from ...core.faults import class_name, shown
from ...errors import ListenerSignatureError, UnreferableListenerError
from ..instances import held
from ..layer import TRACKED
from .event import ChangeEvent

__all__ = ["Listener", "add", "listeners_of"]


_Reference = Callable[[], Callable[[ChangeEvent], Any] | None]


class Listener:
    """A function that is told of changes.

    Args:
        function: what is called with each event.
        keys: the names of the fields that it is told of; all of them, if there are none.
        weak: whether it is held weakly; by default a method is, and nothing else.

    Attributes:
        coalesces: whether it only takes note of what it is told, as soon as it happens.
    """

    __slots__ = ("__weakref__", "_keys", "_reference", "coalesces")

    def __init__(
        self,
        function: Callable[[ChangeEvent], object],
        keys: Iterable[str] = (),
        weak: bool | None = None,
        coalesces: bool = False,
    ) -> None:
        _check_signature(function)
        self._keys = frozenset(keys)
        self._reference: _Reference = _reference(function, weak)
        self.coalesces = coalesces

    def function(self) -> Callable[[ChangeEvent], Any] | None:
        """Return the function; ``None`` if it is gone, or no longer to be told."""
        return self._reference()

    @property
    def keys(self) -> frozenset[str]:
        """The names of the fields that it is told of; none if it is told of all."""
        return self._keys

    def stop(self) -> None:
        """Listen no more."""
        self._reference = _nothing

    def wants(self, key: str) -> bool:
        """Return whether it is told of changes of a field."""
        return not self._keys or key in self._keys

    def hear(self, event: ChangeEvent) -> None:
        """Be told."""
        function = self.function()
        if function is not None:
            function(event)


def _nothing() -> None:
    return None


def _check_signature(function: Any) -> None:
    """Refuse what cannot be called with an event and nothing else."""
    if not callable(function):
        raise ListenerSignatureError(
            f"{shown(function)} cannot be called, so it cannot listen; give a function of one "
            "argument, the ChangeEvent"
        )
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a built-in tells none
        return
    try:
        signature.bind(None)
    except TypeError as cause:
        raise ListenerSignatureError(
            f"{class_name(function)}{signature} cannot listen: {cause}; it is called with one "
            "argument, the ChangeEvent"
        ) from cause


def _reference(function: Any, weak: bool | None) -> _Reference:
    is_method = isinstance(function, MethodType)
    if weak is None:
        weak = is_method
    if not weak:
        return lambda: function
    try:
        return weakref.WeakMethod(function) if is_method else weakref.ref(function)
    except TypeError as cause:
        raise UnreferableListenerError(
            f"{shown(function)} cannot be held weakly: {cause}; give the class a slot for "
            '"__weakref__", or have the listener kept as long as its target with weak=False'
        ) from cause


def add(home: Any, listener: Listener) -> None:
    """Have a listener told of changes of an instance, or of all of a class.

    Args:
        home: the state of the instance, or the manager of the class.
        listener: the listener.
    """
    with CHANGING:
        home.listeners = (*_present(home), listener)


def _present(home: Any) -> tuple[Listener, ...]:
    """Return the listeners of one home; those that are gone are forgotten."""
    listeners: tuple[Listener, ...] = home.listeners
    present = tuple(listener for listener in listeners if listener.function() is not None)
    if len(present) < len(listeners):
        with CHANGING:
            home.listeners = tuple(one for one in home.listeners if one.function() is not None)
    return present


def listeners_of(event: ChangeEvent) -> list[Listener]:
    """Return who is to be told of an event, in the order in which they are told.

    Those of the instance come before those of its class and those before those of its
    bases.  Who was there first is told first.
    """
    homes = []
    state = held.find(event.obj)
    if state is not None and state is not held.BEING_MADE:
        homes.append(state)
    homes += filter(None, map(TRACKED.opt_manager_of, type(event.obj).__mro__))
    return [one for home in homes for one in _present(home) if one.wants(event.key)]
