"""Sets that tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, SupportsIndex, TypeVar

from .belonging import Container
from .mutating import methods_of, mutator

__all__ = ["TrackedSet"]

_T = TypeVar("_T")


def _makes_plain_ones(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that makes sets of the class of its own as one that makes plain ones."""

    @wraps(method)
    def make(self: set[Any], /, *args: Any) -> Any:
        return method(set(self), *args)

    return make


@methods_of(
    set,
    _makes_plain_ones,
    *(f"__{name}__" for name in ("and", "or", "rand", "ror", "rsub", "rxor", "sub", "xor")),
    *("copy", "difference", "intersection", "symmetric_difference", "union"),
)
@methods_of(
    set,
    mutator,
    "__iand__",
    "__init__",
    "__ior__",
    "__isub__",
    "__ixor__",
    "add",
    "clear",
    "difference_update",
    "discard",
    "intersection_update",
    "pop",
    "remove",
    "symmetric_difference_update",
    "update",
)
class TrackedSet(Container, set[_T], stands_for=set):
    """A set that tells who holds it when it changes; see :mod:`ormolu.containers`.

    It is made as any set is.

    Example:
        >>> from ormolu import on_change, tracked
        >>> @tracked(notify=True)
        ... class Post:
        ...     readers: set[str]
        >>> post = Post()
        >>> post.readers = {"Ann"}
        >>> subscription = on_change(post, call=print)
        >>> post.readers |= {"Bob"}
        readers{'Bob'}: (nothing) -> 'Bob'
    """

    __slots__ = ("_links",)

    def __repr__(self) -> str:
        return repr(set(self))

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[Any, ...]:
        return set, (list(self),)

    # -- for who holds it ---------------------------------------------------------------------

    def _hold(self, content: Any, taken: Callable[[Any], Any]) -> None:
        set.update(self, content)

    def _copied(self) -> Any:
        copied: TrackedSet[_T] = TrackedSet.__new__(type(self))
        set.update(copied, self)
        return copied

    def _differs(self, old: Any) -> bool:
        return len(self) != len(old) or not set.issubset(self, old)
