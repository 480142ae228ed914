"""The classes that an annotation names, for data that are to become one of them."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from ..declared.annotations import Absent, Scope, alternatives

__all__ = [
    "choices_in",
    "hints_of",
    "is_typed_dict",
    "literals_in",
    "plain_kind",
    "required_of",
]

_CONCRETE: Final[dict[Any, type]] = {
    **dict.fromkeys((abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable), list),
    **dict.fromkeys((abc.Set, abc.MutableSet), set),
    **dict.fromkeys((abc.Mapping, abc.MutableMapping), dict),
}
"""What is made where an annotation does not say which class of a kind it is to be."""


def choices_in(annotation: Any, scope: Scope) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """Yield the classes that an annotation names, each with what is in brackets behind it.

    What is no class may be anything, and ``object`` stands for it.
    """
    for one in alternatives(annotation, scope):
        origin = type(None) if one is None else get_origin(one) or one
        if origin is Literal:
            yield from ((type(value), _Literal((value,))) for value in get_args(one))
        elif isinstance(origin, type) and not issubclass(origin, Absent):
            yield _CONCRETE.get(origin, origin), get_args(one)
        else:
            yield object, ()


class _Literal(tuple[Any]):
    """The one value of a class that is annotated."""

    __slots__ = ()


def literals_in(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values that are annotated by themselves, where a class has none in brackets."""
    return arguments if isinstance(arguments, _Literal) else ()


def plain_kind(class_: type) -> type:
    """Return the class of what a class describes, which of a TypedDict is another."""
    return dict if is_typed_dict(class_) else class_


def is_typed_dict(class_: type) -> bool:
    """Return whether a class is a TypedDict, of typing or of typing_extensions."""
    return issubclass(class_, dict) and hasattr(class_, "__required_keys__")


def hints_of(class_: type, extras: bool = False) -> dict[str, Any]:
    """Return what a TypedDict says of its items, by name.

    Args:
        class_: the class.
        extras: whether what says that an item need not be there is part of it.
    """
    try:
        return get_type_hints(class_, include_extras=extras)
    except Exception:  # of names that are not there
        return dict.fromkeys(getattr(class_, "__annotations__", ()), Any)


def required_of(class_: Any) -> Iterator[str]:
    """Yield the names of the items that a TypedDict has to have."""
    hints = hints_of(class_, extras=True)
    for name in class_.__required_keys__:
        # which of them need not, it does not know itself where annotations are texts
        if getattr(get_origin(hints.get(name)), "_name", "") != "NotRequired":
            yield name
