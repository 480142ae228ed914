"""Loaders that are coroutine functions: a read cannot wait for them, only ``await`` can.

And what stands for a loader, of whatever kind, where the layer calls it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._kernel.sentinels import PASSIVE_NO_RESULT, SQL_OK
from .batches import AttributeBatch, ExpiredBatch, is_for_many

__all__ = ["CoroutineLoader", "as_loader"]


class CoroutineLoader:
    """Stands for a loader that is a coroutine function, where a plain one would be called.

    A read says what to do instead; :mod:`ormolu.asyncio` awaits the function itself.

    Attributes:
        function: the coroutine function.
    """

    __slots__ = ("function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.function!r}>"

    def __call__(self, state: Any, *rest: Any) -> Any:
        """Refuse to load, where that was asked for; ``rest`` ends with the passive flags."""
        if not rest[-1] & SQL_OK:
            return PASSIVE_NO_RESULT
        # the read that is running is the one noted last
        key = next(reversed(state._loading or {}), None)
        raise state.layer.faults.not_awaited(state, key)


def as_loader(loader: Any, key: str | None = None) -> Any:
    """Return a loader as the layer can call it.

    Args:
        loader: any loader, or ``None``.
        key: the attribute that it loads; ``None`` if it loads all expired ones.
    """
    if loader is None:
        return None
    from inspect import iscoroutinefunction  # noqa: PLC0415 - seldom needed, and slow to import

    call = getattr(loader, "__call__", None)  # noqa: B004 - of an object that is none itself
    if iscoroutinefunction(loader) or iscoroutinefunction(call):
        return CoroutineLoader(loader)
    if is_for_many(loader):
        return ExpiredBatch(loader) if key is None else AttributeBatch(loader, key)
    return loader
