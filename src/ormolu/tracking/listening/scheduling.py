"""Listeners that are coroutine functions: they are run as tasks of the event loop."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Task, get_running_loop
from collections.abc import Callable, Iterable
from typing import Any

from ...core.faults import class_name
from ...errors import NoRunningLoopError
from .coalescing import Coalescing
from .event import ChangeEvent, full_name
from .listeners import Listener

__all__ = ["ScheduledListener", "loop_for"]

_tasks: set[Task[None]] = set()
"""Those that run; the loop itself holds them weakly."""


def loop_for(function: Any, what: str) -> AbstractEventLoop:
    """Return the loop that runs in this thread.

    Args:
        function: what is to be run.
        what: why there has to be a loop.

    Raises:
        NoRunningLoopError: there is none.
    """
    try:
        return get_running_loop()
    except RuntimeError:
        raise NoRunningLoopError(
            f"{class_name(function)} {what}, and no event loop runs in this thread; do it in a "
            "coroutine, or have a plain function listen"
        ) from None


class ScheduledListener(Listener):
    """A coroutine function that is told of changes, of one after the other.

    What changes before it comes to run is told as one event for each attribute.
    """

    __slots__ = ("_pending",)

    def __init__(
        self,
        function: Callable[[ChangeEvent], object],
        keys: Iterable[str] = (),
        weak: bool | None = None,
    ) -> None:
        super().__init__(function, keys, weak, coalesces=True)
        self._pending: dict[AbstractEventLoop, Coalescing] = {}

    def hear(self, event: ChangeEvent) -> None:
        """Take note of an event, and see that a task runs."""
        function = self.function()
        if function is None:
            return
        loop = loop_for(function, f"is to be told that {full_name(event)} has changed")
        pending = self._pending.get(loop)
        if pending is None:
            pending = self._pending[loop] = Coalescing()
            self._start(loop, pending)
        pending.collect(event)

    def _start(self, loop: AbstractEventLoop, pending: Coalescing) -> None:
        task = loop.create_task(self._tell_all(loop, pending))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
        # one that is cancelled before it has begun never comes to its end
        task.add_done_callback(lambda _: self._end(loop, pending))

    def _end(self, loop: AbstractEventLoop, pending: Coalescing) -> None:
        if self._pending.get(loop) is pending:
            del self._pending[loop]

    async def _tell_all(self, loop: AbstractEventLoop, pending: Coalescing) -> None:
        while events := pending.take():
            for event in events:
                await self._tell(loop, event)
        self._end(loop, pending)

    async def _tell(self, loop: AbstractEventLoop, event: ChangeEvent) -> None:
        function = self.function()
        if function is None:
            return
        try:
            await function(event)
        except Exception as error:
            name = class_name(function)
            message = f"{name} was told that {full_name(event)} has changed, and raised"
            loop.call_exception_handler({"message": message, "exception": error})
