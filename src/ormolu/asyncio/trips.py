"""Loads that are asked for in one tick of an event loop leave together."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .requests import Request

__all__ = ["Carrier", "Departures", "Trip", "departures", "finish"]

Carrier = Callable[[Sequence[Request]], Awaitable[None]]
"""Loads what some requests ask for, and has each of them done."""


class Departures:
    """The requests that wait for the next trip from one event loop.

    Held by those who wait, and by the loop until the trip begins: so nothing of a loop that
    was closed in between stays.
    """

    def __init__(self) -> None:
        self._waiting: dict[Any, tuple[Carrier, list[Request]]] = {}

    async def carry(self, request: Request, by: Any, carrier: Carrier) -> tuple[Any, ...]:
        """Wait until a request is done; return the values, or raise what became of it.

        Args:
            request: the request.
            by: requests with the same go together; held until they leave.
            carrier: what loads them.
        """
        loop = asyncio.get_running_loop()
        request.done = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._depart)
        self._waiting.setdefault(by, (carrier, []))[1].append(request)
        try:
            return await request.done
        except asyncio.CancelledError:
            if request.trip is not None:
                await request.trip.end_if_nobody_waits()
            raise

    def _depart(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for carrier, requests in waiting.values():
            # whoever was cancelled since waits no more
            going = [request for request in requests if not request.done.done()]
            if going:
                Trip(carrier, going)


class Trip:
    """What loads some requests; kept by whoever waits for one of them.

    Args:
        carrier: loads them.
        requests: the requests.
    """

    def __init__(self, carrier: Carrier, requests: Sequence[Request]) -> None:
        self._requests = requests
        self._task = asyncio.get_running_loop().create_task(_go(carrier, requests))
        for request in requests:
            request.trip = self

    async def end_if_nobody_waits(self) -> None:
        """Cancel the loads, unless somebody waits, and wait until they have ended.

        Whoever was cancelled may go on at once with what is loaded from: a session for one.
        """
        if all(request.done.done() for request in self._requests):
            self._task.cancel()
            await asyncio.wait([self._task])


async def _go(carrier: Carrier, requests: Sequence[Request]) -> None:
    try:
        await carrier(requests)
    except asyncio.CancelledError:
        for request in requests:
            request.done.cancel()
        raise
    except BaseException as error:
        for request in requests:
            finish(request, error)
        if not isinstance(error, Exception):
            raise
    else:
        for request in requests:
            finish(request)


def finish(request: Request, error: BaseException | None = None) -> None:
    """Have a request done, unless it is, or whoever waited was cancelled."""
    if request.done.done():
        return
    if error is None:
        try:
            request.done.set_result(request.values())
            return
        except Exception as failure:
            error = failure
    request.done.set_exception(error)


_departures: weakref.WeakKeyDictionary[
    asyncio.AbstractEventLoop, weakref.ReferenceType[Departures]
] = weakref.WeakKeyDictionary()


def departures() -> Departures:
    """Return the departures of the loop that is running."""
    loop = asyncio.get_running_loop()
    known = _departures.get(loop)
    found = None if known is None else known()
    if found is None:
        found = Departures()
        _departures[loop] = weakref.ref(found)
    return found
