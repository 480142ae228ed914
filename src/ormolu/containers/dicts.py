"""Dictionaries that tell."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any, Self, SupportsIndex, TypeVar

from .._kernel.sentinels import MISSING
from .belonging import Container, Within, join, take_in
from .mutating import methods_of, mutator

__all__ = ["TrackedDict"]

_K = TypeVar("_K")
_V = TypeVar("_V")


@methods_of(dict, mutator, "__delitem__", "clear", "pop", "popitem")
class TrackedDict(Container, dict[_K, _V], stands_for=dict):
    """A dictionary that tells who holds it when it changes; see :mod:`ormolu.containers`.

    It is made as any dictionary is.

    Example:
        >>> from ormolu import on_change, tracked
        >>> @tracked(notify=True)
        ... class Post:
        ...     meta: dict
        >>> post = Post()
        >>> post.meta = {"seen": {"Ann": 1}}
        >>> subscription = on_change(post, call=print)
        >>> post.meta["seen"]["Ann"] += 1
        meta.seen.Ann: 1 -> 2
    """

    __slots__ = ("__weakref__", "_links")

    @mutator
    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        super().__init__(self._taken(dict(*args, **kwargs)))

    @mutator
    def __setitem__(self, key: _K, value: _V, /) -> None:
        super().__setitem__(key, take_in(value, Within(self, key)))

    @mutator
    def setdefault(self, key: _K, default: Any = None, /) -> Any:
        return super().setdefault(key, take_in(default, Within(self, key)))

    @mutator
    def update(self, /, *args: Any, **kwargs: Any) -> None:
        super().update(self._taken(dict(*args, **kwargs)))

    @mutator
    def __ior__(self, other: Any, /) -> Self:  # type: ignore[override]
        return super().__ior__(self._taken(dict(other)))

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]:
        return dict, (), None, None, iter(self.items())

    def _taken(self, items: dict[Any, Any]) -> dict[Any, Any]:
        return {key: take_in(value, Within(self, key)) for key, value in items.items()}

    # -- for who holds it, and for what it holds ----------------------------------------------

    def _place_of(self, part: Any, expected: Any) -> Any:
        if expected is not MISSING and self.get(expected) is part:
            return expected
        return next((key for key, value in self.items() if value is part), MISSING)

    def _hold(self, content: Any, taken: Callable[[Any], Any]) -> None:
        items = {key: taken(value) for key, value in content.items()}
        super().update(items)
        for key, value in items.items():
            if isinstance(value, Container):
                join(value, Within(self, key))

    def _copied(self) -> Any:
        copied: TrackedDict[_K, _V] = TrackedDict.__new__(type(self))
        dict.update(copied, self)
        return copied

    def _differs(self, old: Any) -> bool:
        alike = len(self) == len(old) and all(map(is_, self, old))
        return not alike or not all(map(is_, self.values(), old.values()))
