"""Lists that tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from typing import Any, Self, SupportsIndex, TypeVar

from .._kernel.sentinels import MISSING
from .belonging import Container, Within, join, take_in
from .mutating import methods_of, mutator

__all__ = ["TrackedList"]

_T = TypeVar("_T")


@methods_of(list, mutator, "__delitem__", "__imul__", "clear", "pop", "remove", "reverse", "sort")
class TrackedList(Container, list[_T], stands_for=list):
    """A list that tells who holds it when it changes; see :mod:`ormolu.containers`.

    Args:
        items: what is to be in it.

    Example:
        >>> from ormolu import on_change, tracked
        >>> @tracked(notify=True)
        ... class Post:
        ...     tags: list[str]
        >>> post = Post()
        >>> post.tags = ["new"]
        >>> post.tags, type(post.tags).__name__
        (['new'], 'TrackedList')
        >>> subscription = on_change(post, call=print)
        >>> post.tags.append("red")
        tags[1]: (nothing) -> 'red'
    """

    __slots__ = ("__weakref__", "_links")

    @mutator
    def __init__(self, items: Iterable[_T] = (), /) -> None:
        super().__init__(self._taken(items))

    @mutator
    def append(self, item: _T, /) -> None:
        super().append(take_in(item, Within(self, len(self))))

    @mutator
    def insert(self, index: SupportsIndex, item: _T, /) -> None:
        super().insert(index, take_in(item, Within(self, index)))

    @mutator
    def extend(self, items: Iterable[_T], /) -> None:
        super().extend(self._taken(items))

    @mutator
    def __iadd__(self, items: Iterable[_T], /) -> Self:  # type: ignore[override]
        return super().__iadd__(self._taken(items))

    @mutator
    def __setitem__(self, index: Any, value: Any, /) -> None:
        if isinstance(index, slice):
            super().__setitem__(index, self._taken(value))
        else:
            super().__setitem__(index, take_in(value, Within(self, index)))

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]:
        return list, (), None, iter(self)

    def _taken(self, items: Iterable[_T]) -> list[_T]:
        return [take_in(item, Within(self, MISSING)) for item in items]

    # -- for who holds it, and for what it holds ----------------------------------------------

    def _place_of(self, part: Any, expected: Any) -> Any:
        if isinstance(expected, int) and 0 <= expected < len(self) and self[expected] is part:
            return expected
        return next((index for index, item in enumerate(self) if item is part), MISSING)

    def _hold(self, content: Any, taken: Callable[[Any], Any]) -> None:
        items = [taken(item) for item in content]
        super().__setitem__(slice(None), items)
        for index, item in enumerate(items):
            if isinstance(item, Container):
                join(item, Within(self, index))

    def _copied(self) -> Any:
        copied: TrackedList[_T] = TrackedList.__new__(type(self))
        list.extend(copied, self)
        return copied

    def _differs(self, old: Any) -> bool:
        return len(self) != len(old) or not all(map(is_, self, old))
