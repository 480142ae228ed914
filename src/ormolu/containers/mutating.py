"""Changing a container: who holds it hears of it before, and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from .belonging import Holder, Path, reached

__all__ = ["methods_of", "mutator"]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_C = TypeVar("_C", bound=type)


def mutator(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return a method that changes a container as one that tells who holds it."""

    @wraps(method)
    def tells(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        container: Any = args[0]
        if not container._links:
            return method(*args, **kwargs)
        with _Mutation(container):
            return method(*args, **kwargs)

    return tells


def methods_of(base: type, made_of: Callable[[Any], Any], *names: str) -> Callable[[_C], _C]:
    """Return a decorator that gives a class methods made of those of its base."""

    def decorate(class_: _C) -> _C:
        for name in names:
            setattr(class_, name, made_of(getattr(base, name)))
        return class_

    return decorate


class _Mutation:
    """One change of one container."""

    __slots__ = ("_container", "_heard", "_old")

    def __init__(self, container: Any) -> None:
        self._container = container

    def __enter__(self) -> None:
        self._heard = [each for each in reached(self._container) if each[0].before_change()]
        self._old = self._container._copied() if self._heard else None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # what raises may have changed something before
        if self._old is not None and self._container._differs(self._old):
            _tell(self._heard, self._old, self._container)


def _tell(holders: list[tuple[Holder, Path]], old: Any, new: Any) -> None:
    failures = []
    for holder, path in holders:
        try:
            holder.after_change(path, old, new)
        except Exception as failure:
            failures.append(failure)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup("several that hold the container were told, and raised", failures)
