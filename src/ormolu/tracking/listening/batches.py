"""``with batch()``: listeners are told of each attribute once, when all is done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from threading import get_ident
from typing import Any

from ...errors import ListenerFailedError
from .coalescing import Coalescing
from .delivering import deliver
from .event import ChangeEvent

__all__ = ["announce", "batch", "leave_out"]


class _Batch(Coalescing):
    """What one thread, or task, collects at the moment.

    A context may be copied, by a task that is started in the middle, and go on when the
    batch is over; there it is not the batch of whoever runs.
    """

    __slots__ = ("whose",)

    def __init__(self) -> None:
        super().__init__()
        self.whose: Any = _who_runs()


_current: ContextVar[_Batch | None] = ContextVar("ormolu_batch", default=None)


def _who_runs() -> tuple[int, Any]:
    asyncio, task = sys.modules.get("asyncio"), None
    if asyncio is not None:
        with suppress(RuntimeError):  # no loop runs
            task = asyncio.current_task()
    return get_ident(), task


def _open_batch() -> _Batch | None:
    found = _current.get()
    return found if found is not None and found.whose == _who_runs() else None


@contextmanager
def batch() -> Iterator[None]:
    """Have listeners told at the end: once for each object and attribute that has changed.

    They are told what it was at first, and what it is at last, and nothing of it if that is
    the same.  A batch within another is part of that.  Threads and tasks that run meanwhile
    are no part of it: of what those do, listeners are told at once.

    The end may be an exception: what has changed until then has changed, and is told, unless
    it is rolled back.  That listeners raised then is a note of the exception.

    Raises:
        ListenerFailedError: listeners raised; all others were told nevertheless.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import batch, on_change, tracked
        >>> @tracked
        ... @dataclass
        ... class Point:
        ...     x: int = 0
        ...     y: int = 0
        >>> point = Point()
        >>> subscription = on_change(point, call=print)
        >>> with batch():
        ...     point.x, point.y = 1, 5
        ...     point.x, point.y = 2, 0
        x: 0 -> 2
    """
    if _open_batch() is not None:
        yield
        return
    mine = _Batch()
    before = _current.set(mine)
    try:
        yield
    except BaseException as error:
        try:
            _end(mine, before)
        except ListenerFailedError as failure:  # the program waits for what has ended the block
            error.add_note(f"at the end of the batch, {failure}")
        raise
    _end(mine, before)


def _end(mine: _Batch, before: Token[_Batch | None]) -> None:
    mine.whose = None
    with suppress(ValueError):  # an asynchronous generator may end in another context
        _current.reset(before)
    deliver(mine.take())


def leave_out(objects: Iterable[Any]) -> None:
    """Have nobody told in the end of what has happened in a batch to some objects."""
    collecting = _open_batch()
    if collecting is not None:
        collecting.leave_out(objects)


def announce(events: Sequence[ChangeEvent]) -> None:
    """Tell who listens of events: now, or at the end of the batch.

    Raises:
        ListenerFailedError: listeners raised; all others were told nevertheless.
    """
    collecting = _open_batch()
    if collecting is None:
        deliver(events)
        return
    for event in events:
        collecting.collect(event)
