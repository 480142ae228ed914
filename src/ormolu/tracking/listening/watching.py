"""``async for event in watch(obj)``: waiting for what changes."""

from __future__ import annotations

from asyncio import Event, _get_running_loop
from collections import deque
from contextlib import suppress
from threading import RLock
from typing import Any, Generic, Self, TypeVar, overload

from ..generics import T_co
from .coalescing import Coalescing
from .event import ChangeEvent
from .listeners import Listener
from .scheduling import loop_for
from .subscribing import subscribe

__all__ = ["Watch", "watch"]

_T = TypeVar("_T")


@overload
def watch(target: type[_T], /, *keys: str) -> Watch[_T]: ...


@overload
def watch(target: _T, /, *keys: str) -> Watch[_T]: ...


def watch(target: Any, /, *keys: str) -> Watch[Any]:
    """Return the changes of an object, or of all objects of a class, as they come.

    What changes while nobody waits is one event for each attribute, whichever thread has
    changed it.  It ends when the loop is left; the object is not kept alive.

    Args:
        target: an instance of a tracked class; or a tracked class.
        keys: the names of the fields; all of them, if none is given.

    Raises:
        NoRunningLoopError: no event loop runs in this thread.
        UntrackedInstanceError: the class of the object is not tracked.
        UnregisteredClassError: the class is not tracked.
        UnknownFieldError: there is no field of that name.

    Example:
        >>> import asyncio
        >>> from dataclasses import dataclass
        >>> from ormolu import tracked, watch
        >>> @tracked
        ... @dataclass
        ... class Job:
        ...     state: str = "new"
        >>> async def main():
        ...     job = Job()
        ...     changes = watch(job)
        ...     job.state = "running"
        ...     job.state = "done"
        ...     async for event in changes:
        ...         print(event)
        ...         break
        >>> asyncio.run(main())
        state: 'new' -> 'done'
    """
    return Watch(target, keys)


class Watch(Generic[T_co]):
    """The changes that are waited for; made by :func:`watch`."""

    # the target holds it weakly, and whoever waits holds it

    def __init__(self, target: Any, keys: tuple[str, ...]) -> None:
        self._loop = loop_for(watch, "waits for changes")
        self._changed = Event()
        self._pending = Coalescing()
        self._collecting = RLock()
        self._ready: deque[ChangeEvent[T_co]] = deque()
        listener = Listener(self._hear, keys, weak=True, coalesces=True)
        subscribe(target, listener, keys)

    def _hear(self, event: ChangeEvent) -> None:
        if self._loop.is_closed():
            return
        # at once, in whatever thread it is: what was before is soon not to be seen any more
        with self._collecting:
            self._pending.collect(event)
        if _get_running_loop() is self._loop:
            self._changed.set()
            return
        with suppress(RuntimeError):  # it was closed meanwhile
            self._loop.call_soon_threadsafe(self._changed.set)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChangeEvent[T_co]:
        while not self._ready:
            await self._changed.wait()
            self._changed.clear()
            self._ready.extend(self._pending.take())
        return self._ready.popleft()
