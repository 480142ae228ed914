"""The loads of the layer itself: which coroutines to await, and what to do with what they give."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from .._kernel.sentinels import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    MISSING,
    NO_VALUE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
)
from ..core.awaiting import CoroutineLoader
from ..errors import LoaderError
from .requests import LOADING, Request, is_expired, is_to_be_loaded, loader_of
from .trips import finish

__all__ = ["carry", "for_many"]

_F = TypeVar("_F", bound=Callable[..., Any])
_MARK = "_ormolu_for_many"


def for_many(loader: _F) -> _F:
    """Declare that a coroutine function loads many objects at once.

    It is called with a list of states in the place of one, and returns a mapping of what it
    has for each: of the attribute, the value; of a class's ``expired_attribute_loader``, the
    values by name.  An exception in the place of what it has fails that object alone.

    Args:
        loader: ``async (states, passive)``, or ``async (states, keys, passive)``.

    Example:
        >>> @for_many
        ... async def load_names(states, passive):
        ...     return {state: f"name of {state.key}" for state in states}
    """
    setattr(loader, _MARK, True)
    return loader


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
    if not isinstance(loader, CoroutineLoader):
        job = jobs.setdefault((state, key), _PlainJob(None, False, key))
    else:
        whole = is_expired(state, key)
        function, about = loader.function, None if whole else key
        together = getattr(function, _MARK, False)
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
        if not self.together:
            self._take(states[0], await self._call(states[0]))
            return
        found = await self._call(states)
        if not isinstance(found, Mapping):
            raise self._wrong(states[0], f"{type(found).__name__} and no mapping of the states")
        for state in states:
            self._take_one(state, found)

    def _take_one(self, state: Any, found: Mapping[Any, Any]) -> None:
        """Take what there is of one of many; what is wrong with it is its own affair."""
        try:
            given = found.get(state, MISSING)
            if given is MISSING:
                raise self._wrong(state, "a mapping without the state of this object")
            if isinstance(given, Exception):
                raise given
            self._take(state, given)
        except Exception as error:
            self._failures[state] = error

    def _wrong(self, state: Any, given: str) -> LoaderError:
        return LoaderError(
            f"the loader of {self._what} of {state.class_.__qualname__} has returned {given}; it "
            "is declared with @for_many, and returns what it has for each of the states that it "
            "was given",
            class_=state.class_,
            key=self.key,
        )

    def _call(self, states: Any) -> Any:
        raise NotImplementedError

    def _take(self, state: Any, given: Any) -> None:
        raise NotImplementedError


class _AttributeJob(_Job):
    """A call of the loader of one attribute."""

    def _call(self, states: Any) -> Any:
        return self.function(states, PASSIVE_OFF)

    def _take(self, state: Any, given: Any) -> None:
        _set_loaded(state, self.key, given)


class _ExpiredJob(_Job):
    """A call of the loader of all expired attributes of a class."""

    def __init__(self, function: Any, together: bool, key: str | None) -> None:
        super().__init__(function, together, key)
        self._keys: dict[Any, set[str]] = {}

    def add(self, request: Request, key: str) -> None:
        super().add(request, key)
        self._keys[request.state] = _expired(request.state)

    def _call(self, states: Any) -> Any:
        keys = set().union(*self._keys.values())
        return self.function(states, keys, PASSIVE_OFF)

    def _take(self, state: Any, given: Any) -> None:
        keys = self._keys[state]
        if given is not None and not isinstance(given, Mapping):
            raise LoaderError(
                f"the loader of the expired attributes of {state.class_.__qualname__} has "
                f"returned {type(given).__name__}; it returns the values by name, or None once "
                "it has set them",
                class_=state.class_,
            )
        for key, value in (given or {}).items():
            if key in keys:
                _set_loaded(state, key, value)
        values = state.dict
        state.layer.check_values(state, keys)
        left = {key for key in state._expired_keys or () if key not in values}
        state._expired_keys = left or None


class _PlainJob(_Job):
    """A loader that is no coroutine function: to read is to load."""

    def _call(self, states: Any) -> Any:
        return asyncio.sleep(0)

    def _take(self, state: Any, given: Any) -> None:
        state.manager[self.key].impl.get(state, state.dict)


def _expired(state: Any) -> set[str]:
    """The attributes that the class's loader has to load, as a read would have it."""
    return {
        key
        for key in state.unmodified_intersection(state._expired_keys or ())
        if state.manager[key].impl.load_on_unexpire
    }


def _set_loaded(state: Any, key: Any, given: Any) -> None:
    """Take a value as loaded, unless the attribute has got one meanwhile."""
    impl, values = state.manager[key].impl, state.dict
    if key in values or not is_to_be_loaded(state, key):
        return
    checked = state.layer.checked_load(impl, state, given)
    if checked is ATTR_WAS_SET:
        raise impl.layer.faults.loader_left_unset(impl, state)
    if checked is ATTR_EMPTY or checked is NO_VALUE or checked is PASSIVE_NO_RESULT:
        return
    impl.set_committed_value(state, values, checked)
