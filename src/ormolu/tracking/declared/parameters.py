"""What the type parameters of generic classes stand for, in the class and in its bases."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, get_args, get_origin

from .annotations import Scope

__all__ = ["Bindings", "bindings_of", "substituted"]

Bindings = dict[Any, Any]
"""What each type parameter stands for."""


def bindings_of(class_: type, arguments: tuple[Any, ...] = ()) -> dict[type, Bindings]:
    """Return what the parameters of a class, and of its generic bases, stand for.

    Args:
        class_: the class.
        arguments: what stands in brackets behind it.

    Example:
        >>> from typing import Generic, TypeVar
        >>> T = TypeVar("T")
        >>> class Box(Generic[T]): pass
        >>> class Boxes(Box[list[T]]): pass
        >>> bindings_of(Boxes, (int,))[Box]
        {~T: list[int]}
    """
    found = {class_: _bound(class_, arguments)}
    for derived in class_.__mro__:
        scope, known = Scope(derived), found.get(derived, {})
        for base in _original_bases(derived):
            origin = get_origin(base)
            if isinstance(origin, type) and origin not in found:
                parts = [scope.value_of(part) for part in get_args(base)]
                found[origin] = _bound(origin, tuple(substituted(part, known) for part in parts))
    return found


def _original_bases(class_: type) -> tuple[Any, ...]:
    found: tuple[Any, ...] = vars(class_).get("__orig_bases__", ())
    return found


def _bound(class_: type, arguments: tuple[Any, ...]) -> Bindings:
    parameters = getattr(class_, "__parameters__", ())
    # those of other numbers of parameters are not understood
    return (
        dict(zip(parameters, arguments, strict=True)) if len(parameters) == len(arguments) else {}
    )


def substituted(annotation: Any, bindings: Bindings) -> Any:
    """Return an annotation with what type parameters stand for.

    Args:
        annotation: the annotation, no text any more.
        bindings: what they stand for; others stay.
    """
    with suppress(TypeError):  # what is any object need not be hashable
        if annotation in bindings:
            return bindings[annotation]
    parameters = getattr(annotation, "__parameters__", ())
    if isinstance(annotation, type) or not isinstance(parameters, tuple) or not parameters:
        return annotation
    with suppress(Exception):  # of an annotation that does not take them
        return annotation[tuple(bindings.get(one, one) for one in parameters)]
    return annotation
