"""Who listens, by name: the functions of the program, not those of the layers beneath it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from types import FunctionType, MethodType
from typing import Any

__all__ = ["listeners_of", "name_of"]

_OWN = ("ormolu", "sqlalchemy")
_DEEPEST = 4


def listeners_of(dispatch: Any) -> tuple[str, ...]:
    """Return the listeners of one target, each as ``event: function``.

    Args:
        dispatch: has the listeners by the name of the event; ormolu's or SQLAlchemy's.
    """
    found: list[str] = []
    for event in _names_of(dispatch):
        for listener in getattr(dispatch, event):
            function = _of_the_program(listener)
            if function is not None:
                found.append(f"{event}: {name_of(function)}")
    return tuple(found)


def name_of(function: Any) -> str:
    """Return what to call a function, and the line that it stands at."""
    inner = getattr(function, "__func__", function)
    name = getattr(inner, "__qualname__", type(function).__qualname__)
    code = getattr(inner, "__code__", None)
    where = "" if code is None else f", line {code.co_firstlineno}"
    return f"{getattr(inner, '__module__', '?')}.{name}{where}"


def _names_of(dispatch: Any) -> Iterable[str]:
    if dispatch is None:  # of a class that is registered no more
        return ()
    names = getattr(dispatch, "_event_names", None)
    return sorted(dispatch.names) if names is None else names


def _of_the_program(listener: Any) -> Any:
    """The function that a listener is, or that is wrapped in it; ``None`` if it is the layer's."""
    todo: deque[tuple[Any, int]] = deque([(listener, 0)])
    while todo:
        function, depth = todo.popleft()
        if not isinstance(function, (FunctionType, MethodType)):
            if depth == 0 and not _is_own(type(function)):
                return function
            continue
        if not _is_own(function):
            return function
        if depth < _DEEPEST:
            todo.extend((inner, depth + 1) for inner in _within(function))
    return None


def _is_own(thing: Any) -> bool:
    return (getattr(thing, "__module__", None) or "").split(".")[0] in _OWN


def _within(function: Any) -> Iterator[Any]:
    """What a function has within it: the layer's own listeners are methods that have ``fn``."""
    if isinstance(function, MethodType):
        yield getattr(function.__self__, "fn", None)
    for cell in getattr(function, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # it is empty yet
            continue
