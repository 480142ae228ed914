"""``on_change``: being told of what has changed."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, overload

from ...core.changing import CHANGING
from ...core.faults import class_name
from ...errors import ListenerSignatureError, UnregisteredClassError
from ..arguments import need
from ..fields.recording import state_for
from ..instances import held
from ..instances.adoption import adopt
from ..layer import TRACKED
from ..targets import need_manager, refuse_unknown
from .event import ChangeEvent
from .listeners import Listener, add
from .telling import tell

__all__ = ["Subscription", "on_change", "subscribe"]

_T = TypeVar("_T")
_R = TypeVar("_R")


class _Decorator(Protocol[_T]):
    """What makes a listener of a function, and returns it."""

    def __call__(
        self, function: Callable[[ChangeEvent[_T]], _R], /
    ) -> Callable[[ChangeEvent[_T]], _R]: ...


class Subscription:
    """What ends it that a listener is told; as a context manager, it does so at the end.

    It keeps neither the listener nor what it listens to alive.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import on_change, tracked
        >>> @tracked
        ... @dataclass
        ... class Point:
        ...     x: int
        >>> point = Point(0)
        >>> with on_change(point, call=print) as subscription:
        ...     point.x = 1
        x: 0 -> 1
        >>> subscription.active
        False
    """

    __slots__ = ("_listener",)

    def __init__(self, listener: Listener) -> None:
        self._listener = weakref.ref(listener)

    @property
    def active(self) -> bool:
        """Whether the listener is still told."""
        listener = self._listener()
        return listener is not None and listener.function() is not None

    def __repr__(self) -> str:
        listener = self._listener()
        function = None if listener is None else listener.function()
        told = "cancelled" if function is None else class_name(function)
        return f"<{type(self).__name__}: {told}>"

    def cancel(self) -> None:
        """Have the listener told no more, not even of what others are told now."""
        listener = self._listener()
        if listener is not None:
            listener.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cancel()


@overload
def on_change(
    target: type[_T],
    /,
    *keys: str,
    key: str | None = None,
    call: Callable[[ChangeEvent[_T]], object],
    weak: bool | None = None,
) -> Subscription: ...


@overload
def on_change(
    target: _T,
    /,
    *keys: str,
    key: str | None = None,
    call: Callable[[ChangeEvent[_T]], object],
    weak: bool | None = None,
) -> Subscription: ...


@overload
def on_change(
    target: type[_T],
    /,
    *keys: str,
    key: str | None = None,
    call: None = None,
    weak: bool | None = None,
) -> _Decorator[_T]: ...


@overload
def on_change(
    target: _T, /, *keys: str, key: str | None = None, call: None = None, weak: bool | None = None
) -> _Decorator[_T]: ...


def on_change(
    target: Any,
    /,
    *keys: str,
    key: str | None = None,
    call: Callable[[ChangeEvent], object] | None = None,
    weak: bool | None = None,
) -> Any:
    """Have a function called after each change of an object, or of all objects of a class.

    Without ``call``, it decorates the function::

        @on_change(person, "name")
        def greet(event): ...

    A function is kept as long as its target, for nobody else may have it; a bound method is
    held weakly, and goes with its object.  Neither keeps the target alive.

    If the listener is a coroutine function, it is run as a task of the event loop, for one
    event after the other.  What changes before it comes to run is one event for each
    attribute, and what it raises goes to the exception handler of the loop.

    Args:
        target: an instance of a tracked class; or a tracked class, for all its instances and
            those of its subclasses.
        keys: the names of the fields; all of them, if none is given.
        key: the name of one, for who would rather name the argument.
        call: the listener; it is called with a :class:`ChangeEvent`.
        weak: whether the listener is to go when nobody else has it, its object in the case
            of a bound method.

    Returns:
        the subscription, which can be cancelled; the decorator, if there is no ``call``.

    Raises:
        UntrackedInstanceError: the class of the object is not tracked.
        UnregisteredClassError: the class is not tracked.
        UnknownFieldError: there is no field of that name.
        ArgumentError: a name is no text.
        ListenerSignatureError: the listener cannot be called with an event.
        UnreferableListenerError: it cannot be held weakly.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import on_change, tracked
        >>> @tracked
        ... @dataclass
        ... class Person:
        ...     name: str
        >>> ann = Person("Ann")
        >>> @on_change(ann, "name")
        ... def greet(event):
        ...     print("Hello,", event.new)
        >>> ann.name = "Anna"
        Hello, Anna
    """
    keys = keys if key is None else (*keys, key)
    for name in keys:
        if callable(name):
            raise ListenerSignatureError(
                f"the listener is to be given by name: on_change(..., call={class_name(name)})"
            )
        need(name, str, "each of keys", "the name of a field, each as an argument of its own")
    if inspect.isroutine(target):
        raise ListenerSignatureError(
            f"{class_name(target)} is a function, and nothing says whose changes it is to hear "
            "of: give an object or a class, as in @on_change(obj)"
        )
    if call is not None:
        return subscribe(target, _listener(call, keys, weak), keys)

    def decorate(function: Any) -> Any:
        subscribe(target, _listener(function, keys, weak), keys)
        return function

    return decorate


def _listener(call: Any, keys: tuple[str, ...], weak: bool | None) -> Listener:
    if not _is_coroutine_function(call):
        return Listener(call, keys, weak)
    # asyncio takes longer to import than all else
    from .scheduling import ScheduledListener  # noqa: PLC0415

    return ScheduledListener(call, keys, weak)


def _is_coroutine_function(call: Any) -> bool:
    # of an object that can be called, it is its method that is one
    return any(map(inspect.iscoroutinefunction, (call, getattr(type(call), "__call__", None))))  # noqa: B004


def subscribe(target: Any, listener: Listener, keys: tuple[str, ...]) -> Subscription:
    """Have a listener told of changes of an object, or of all objects of a class."""
    if isinstance(target, type):
        manager = need_manager_class(target)
        refuse_unknown(manager, keys)
        add(manager, listener)
    else:
        manager = need_manager(target)
        refuse_unknown(manager, keys)
        held.when_made(target, partial(_add_to_instance, listener))
    _have_told(manager)
    return Subscription(listener)


def _add_to_instance(listener: Listener, instance: Any) -> None:
    manager = need_manager(instance)
    state = state_for(manager, instance)
    add(state, listener)
    held.anchor(instance, state, manager.anchorage)


def need_manager_class(class_: type) -> Any:
    manager = TRACKED.opt_manager_of(class_)
    if manager is not None and manager.shape is not None:
        return manager
    try:
        return adopt(class_)
    except KeyError:
        name = class_name(class_)
        raise UnregisteredClassError(
            f"class {name} is not tracked, so nothing is known of what changes in its "
            f"instances; decorate it with @ormolu.tracked, or call ormolu.track({name}) once",
            class_=class_,
        ) from None


def _have_told(manager: Any) -> None:
    """Have those who write tell, which they do not do for nobody."""
    with CHANGING:
        for one in (manager, *manager.subclass_managers(True)):
            one.tell = tell
