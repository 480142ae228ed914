"""The loads of the layer itself: which coroutines to await, and what to do with what they give."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from inspect import isawaitable
from typing import Any

from .._kernel.sentinels import PASSIVE_OFF
from ..core.awaiting import CoroutineLoader
from ..core.batches import Answers, BatchLoader, expired_keys, is_for_many, take, take_all
from ..errors import LoaderError
from .requests import LOADING, Request, is_expired, loader_of
from .trips import finish

__all__ = ["carry"]


async def carry(requests: Sequence[Request]) -> None:
    """Await the loaders of some requests, all at once, and have each request done."""
    jobs: dict[Any, _Job] = {}
    wanted: list[tuple[Request, list[tuple[_Job, Any]]]] = []
    for request in requests:
        wanted.append((request, [_job_for(jobs, request, key) for key in request.missing]))
    tasks = [asyncio.ensure_future(job.run()) for job in jobs.values()]
    try:
        await asyncio.gather(*(_settle(request, parts) for request, parts in wanted))
    finally:
        for task in tasks:
            task.cancel()
        # a loader may have something to clear up
        await asyncio.gather(*tasks, return_exceptions=True)


async def _settle(request: Request, parts: list[tuple[_Job, Any]]) -> None:
    failures = [failure for job, part in parts if (failure := await job.failure_of(part))]
    finish(request, failures[0] if failures else None)


def _job_for(jobs: dict[Any, _Job], request: Request, key: str) -> tuple[_Job, Any]:
    state = request.state
    loader = loader_of(state, key)
    if not isinstance(loader, (CoroutineLoader, BatchLoader)):
        job = jobs.setdefault((state, key), _PlainJob(None, False, key))
    else:
        whole = is_expired(state, key)
        function, about = loader.function, None if whole else key
        together = is_for_many(function)
        kind = _ExpiredJob if whole else _AttributeJob
        part = (function, about, state.manager if together else state)
        job = jobs.setdefault(part, kind(function, together, about))
    job.add(request, key)
    return job, state


class _Job:
    """One call of one loader, for one object or for many.

    Args:
        function: the loader.
        together: whether it is called with all states.
        key: the attribute that it loads, or ``None``.
    """

    def __init__(self, function: Any, together: bool, key: str | None) -> None:
        self.function, self.together, self.key = function, together, key
        # the objects are kept while they are loaded: what is loaded has to go somewhere
        self.objects: dict[Any, Any] = {}
        self._asked: list[tuple[Request, str]] = []
        self._failures: dict[Any, BaseException] = {}
        self._over = asyncio.Event()

    def add(self, request: Request, key: str) -> None:
        """Have the attribute of another object loaded as well."""
        self.objects[request.state] = request.obj
        self._asked.append((request, key))

    async def failure_of(self, state: Any) -> BaseException | None:
        """Return why an object could not be loaded, once it is known."""
        await self._over.wait()
        return self._failures.get(state)

    async def run(self) -> None:
        """Call the loader, and take what it gives."""
        # of this task alone: it was started by whoever was the first to ask for anything
        within = (request.within for request, _ in self._asked)
        LOADING.set(frozenset().union(*within, ((one.state, key) for one, key in self._asked)))
        try:
            await self._run()
            for request, key in self._asked:
                request.note(key)
        except asyncio.CancelledError:
            self._fail_as_cancelled()
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
        except BaseException as error:
            self._fail(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._over.set()

    def _fail(self, error: BaseException) -> None:
        self._failures.update(dict.fromkeys(self.objects, error))

    def _fail_as_cancelled(self) -> None:
        """Have those told why that wait; they were not cancelled themselves."""
        class_ = next(iter(self.objects)).class_
        self._fail(
            LoaderError(
                f"the loader of {self._what} of {class_.__qualname__} was cancelled before it had "
                "loaded them; what was not loaded can be loaded again",
                class_=class_,
                key=self.key,
            )
        )

    @property
    def _what(self) -> str:
        return "the expired attributes" if self.key is None else self.key

    async def _run(self) -> None:
        states = list(self.objects)
        found = self._call(states if self.together else states[0])
        if isawaitable(found):
            found = await found
        if not self.together:
            self._take(states[0], found)
            return
        answers = Answers(states, found, self._what, self.key)
        for state in states:
            # what is wrong with one of many is its own affair
            try:
                self._take(state, answers.of(state))
            except Exception as error:
                self._failures[state] = error

    def _call(self, states: Any) -> Any:
        raise NotImplementedError

    def _take(self, state: Any, given: Any) -> None:
        raise NotImplementedError


class _AttributeJob(_Job):
    """A call of the loader of one attribute."""

    def _call(self, states: Any) -> Any:
        return self.function(states, PASSIVE_OFF)

    def _take(self, state: Any, given: Any) -> None:
        take(state, str(self.key), given)


class _ExpiredJob(_Job):
    """A call of the loader of all expired attributes of a class."""

    def __init__(self, function: Any, together: bool, key: str | None) -> None:
        super().__init__(function, together, key)
        self._keys: dict[Any, set[str]] = {}

    def add(self, request: Request, key: str) -> None:
        super().add(request, key)
        self._keys[request.state] = expired_keys(request.state)

    def _call(self, states: Any) -> Any:
        keys = set().union(*self._keys.values())
        return self.function(states, keys, PASSIVE_OFF)

    def _take(self, state: Any, given: Any) -> None:
        take_all(state, given, self._keys[state])


class _PlainJob(_Job):
    """A loader that is no coroutine function: to read is to load."""

    def _call(self, states: Any) -> Any:
        return asyncio.sleep(0)

    def _take(self, state: Any, given: Any) -> None:
        state.manager[self.key].impl.get(state, state.dict)
