"""Telling of what objects hold: once for each that an operation has changed, when it is over.

To append to one side changes the other, and what was held before lets go; whoever listens is
told of all of them when each is as it will be.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from . import held

__all__ = ["follow", "notice", "telling_after", "telling_of"]

_Noticed = dict[tuple[int, str], tuple[Any, Any, Any]]

_noticed: ContextVar[_Noticed | None] = ContextVar("ormolu_noticed", default=None)


_kind: ContextVar[Any] = ContextVar("ormolu_kind", default="set")


@contextmanager
def telling_of(kind: Any) -> Iterator[None]:
    """Have what relationships tell within be of a kind.

    Args:
        kind: what is happening; see :class:`ormolu.ChangeEvent`.
    """
    token = _kind.set(kind)
    try:
        yield
    finally:
        _kind.reset(token)


def notice(attribute: Any, state: Any, value: Any) -> Any:
    """Take note of what an instance holds, that is about to hold something else.

    Args:
        attribute: the field that holds it.
        state: the state of the instance.
        value: what comes or goes; it is returned.
    """
    noticed = _noticed.get()
    instance = state.obj()
    if noticed is None or instance is None or state.manager.tell is None:
        return value
    if (id(instance), attribute.key) not in noticed and not held.is_being_made(instance):
        noticed[id(instance), attribute.key] = instance, attribute, attribute.present(instance)
    return value


def telling_after(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Return an operation as one that tells, when it is over, of what it has changed."""

    @functools.wraps(operation)
    def telling(*args: Any, **kwargs: Any) -> Any:
        if _noticed.get() is not None:
            return operation(*args, **kwargs)  # a part of one
        noticed: _Noticed = {}
        token = _noticed.set(noticed)
        try:
            answer = operation(*args, **kwargs)
        finally:
            _noticed.reset(token)
        if noticed:
            _tell(noticed.values())
        return answer

    return telling


def _tell(noticed: Iterable[tuple[Any, Any, Any]]) -> None:
    """Tell who listens; if one raises, the others are told all the same."""
    from ..listening.batches import batch  # noqa: PLC0415 - nobody may ever listen

    with batch():
        for instance, attribute, old in noticed:
            held.find(instance).manager.tell(instance, {attribute: old}, _kind.get())


def follow(collection_class: type) -> None:
    """Have the recorded methods of a class of collections tell when they are over."""
    for name in dir(collection_class):
        method = getattr(collection_class, name)
        if getattr(method, "_sa_instrumented", False) is True and not hasattr(
            method, "__ormolu_telling__"
        ):
            made = telling_after(method)
            made.__ormolu_telling__ = True  # type: ignore[attr-defined]
            setattr(collection_class, name, made)
