"""What the annotations of a class say: which attributes there are, and what may change.

An annotation can be any object, and any text: names that are not there yet, or that only
type checkers import.  Each is looked at by itself, and of one that cannot be understood
nothing is known.  What is a text is evaluated as :func:`typing.get_type_hints` would.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cached_property
from types import UnionType
from typing import Any, ForwardRef, NewType, TypeVar, Union, get_args, get_origin

if sys.version_info >= (3, 14):
    import annotationlib

__all__ = ["Absent", "Scope", "alternatives", "is_mutable", "own_annotations", "qualifier"]

# by name, for few programs need all these modules
_CONSTANTS = {
    "builtins": {"NoneType", "bool", "bytes", "complex", "float", "int", "range", "str", "type"},
    "collections": {"Callable"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "ipaddress": {
        f"IPv{version}{what}" for version in (4, 6) for what in ("Address", "Interface", "Network")
    },
    "pathlib": {
        f"{pure}{system}Path" for pure in ("", "Pure") for system in ("", "Posix", "Windows")
    },
    "re": {"Pattern"},
    "typing": {"Literal", "LiteralString"},
    "uuid": {"UUID"},
    "zoneinfo": {"ZoneInfo"},
}
_QUALIFIERS = {"Annotated", "Final", "NotRequired", "ReadOnly", "Required"}
_QUOTED = 3  # a text may stand for a text: a quoted annotation is quoted again by __future__


def own_annotations(class_: type) -> dict[str, Any]:
    """Return the annotations in the body of a class, as they are there.

    Args:
        class_: the class.

    Example:
        >>> class Point:
        ...     x: int
        >>> list(own_annotations(Point))
        ['x']
    """
    if sys.version_info >= (3, 14):
        for form in (annotationlib.Format.FORWARDREF, annotationlib.Format.STRING):
            try:
                return annotationlib.get_annotations(class_, format=form)
            except Exception:  # it runs what the class says
                continue
        return {}
    found = vars(class_).get("__annotations__")
    return dict(found) if isinstance(found, dict) else {}


class Scope:
    """The names that the annotations of a class can use.

    Args:
        class_: the class with the annotations in its body.
    """

    def __init__(self, class_: type) -> None:
        self.class_ = class_

    @cached_property
    def _names(self) -> dict[str, Any]:
        # the module before the class, as typing has it: ``date: date | None = None``
        module = sys.modules.get(self.class_.__module__)
        names = {**vars(self.class_), **(vars(module) if module else {})}
        for parameter in getattr(self.class_, "__type_params__", ()):
            names[parameter.__name__] = parameter
        return names

    def value_of(self, annotation: Any) -> Any:
        """Return what an annotation stands for; ``Any`` if that cannot be told.

        A name that is not there is a class of that name that nothing is known of, so that
        what is around it can be told.

        Example:
            >>> class Point: pass
            >>> Scope(Point).value_of("list[int]"), Scope(Point).value_of("list[")
            (list[int], typing.Any)
        """
        for _ in range(_QUOTED):
            text = _text_of(annotation)
            if text is None:
                return annotation
            try:
                annotation = eval(text, self._names, _Lenient(self._names))
            except Exception:
                break
        return Any


class Absent:
    """A class that is named, and is not there."""

    def __class_getitem__(cls, _arguments: Any) -> type[Absent]:
        return cls


class _Lenient(dict[str, Any]):
    """Names, and a class for each that there is none of."""

    def __missing__(self, name: str) -> Any:
        found = getattr(builtins, name, None)
        return type(name, (Absent,), {}) if found is None else found


def qualifier(annotation: Any, scope: Scope) -> str:
    """Return the name of the outermost thing of an annotation, and ``""`` if it has none.

    Of a text only what is before the brackets is evaluated: what is in them may not be
    there yet, and what is only imported for type checkers goes by its name.

    Args:
        annotation: the annotation.
        scope: that of the class whose it is.

    Example:
        >>> class Point: pass
        >>> qualifier("ClassVar[Undefined]", Scope(Point))
        'ClassVar'
    """
    try:
        return _qualifier(annotation, scope)
    except Exception:  # what is any object can raise anything
        return ""


def _qualifier(annotation: Any, scope: Scope) -> str:
    text = _text_of(annotation)
    if text is not None:
        head = text.partition("[")[0].strip(" '\"")
        annotation = scope.value_of(head)
        if annotation is Any:
            return head.rpartition(".")[2]
    if get_origin(annotation) is not None:
        annotation = get_origin(annotation)
    # what InitVar[...] makes is an instance, and has no name
    return _name_of(annotation)[1] or type(annotation).__name__


def alternatives(annotation: Any, scope: Scope) -> list[Any]:
    """Return the annotations that an annotation stands for one of.

    Unions are taken apart, and what only qualifies or names another one is left out.

    Args:
        annotation: the annotation.
        scope: that of the class whose it is.

    Example:
        >>> class Point: pass
        >>> alternatives("list[int] | None", Scope(Point))
        [list[int], <class 'NoneType'>]
    """
    try:
        return list(_alternatives(annotation, scope, frozenset()))
    except Exception:  # what is any object can raise anything
        return []


def _alternatives(annotation: Any, scope: Scope, seen: frozenset[Any]) -> Iterator[Any]:
    text = _text_of(annotation)
    if text is not None:
        if text not in seen:
            yield from _alternatives(scope.value_of(text), scope, seen | {text})
        return
    origin = get_origin(annotation) or annotation
    if type(origin).__name__ == "TypeAliasType":
        value = _value_of_alias(origin, get_args(annotation))
        parts: Sequence[Any] | None = [value] if annotation not in seen else []
        seen |= {annotation}
    elif origin is tuple or origin is frozenset:
        parts = None
    else:
        parts = _parts(annotation, origin, get_args(annotation))
    if parts is None or annotation is Any:
        yield annotation
        return
    for part in parts:
        yield from _alternatives(part, scope, seen)


def _value_of_alias(alias: Any, arguments: tuple[Any, ...]) -> Any:
    """What ``type Name[...] = ...`` stands for, with arguments in the place of parameters."""
    parameters, value = alias.__type_params__, alias.__value__
    if len(parameters) != len(arguments) or not arguments:
        return value
    bound = dict(zip(parameters, arguments, strict=True))
    if value in bound:
        return bound[value]
    wanted = getattr(value, "__parameters__", ())
    return value[tuple(bound.get(one, one) for one in wanted)] if wanted else value


def is_mutable(annotation: Any, scope: Scope) -> bool:
    """Return whether values of an annotated attribute may be changed in place.

    Args:
        annotation: the annotation.
        scope: that of the class whose it is.

    Example:
        >>> class Point: pass
        >>> is_mutable(tuple[int, str], Scope(Point)), is_mutable("list[int]", Scope(Point))
        (False, True)
    """
    try:
        return _is_mutable(annotation, scope, frozenset())
    except Exception:
        return True


def _is_mutable(annotation: Any, scope: Scope, seen: frozenset[Any]) -> bool:
    """The same; what leads back to something in ``seen`` adds nothing to it."""
    text = _text_of(annotation)
    if text is not None:
        within = seen | {text}
        return text not in seen and _is_mutable(scope.value_of(text), scope, within)
    origin, arguments = get_origin(annotation) or annotation, get_args(annotation)
    if _is_constant(origin):
        return False
    if type(origin).__name__ == "TypeAliasType":
        return _is_alias_mutable(origin, arguments, scope, seen)
    if isinstance(origin, TypeVar) and origin in seen:
        return False
    parts = _parts(annotation, origin, arguments)
    return parts is None or any(_is_mutable(part, scope, seen) for part in parts)


def _is_alias_mutable(
    alias: Any, arguments: Sequence[Any], scope: Scope, seen: frozenset[Any]
) -> bool:
    """The same of what ``type Name[...] = ...`` has made; it may be in terms of itself."""
    if any(_is_mutable(argument, scope, seen) for argument in arguments):
        return True
    # the arguments stand for the parameters, and have been looked at
    within = seen | {alias, *(alias.__type_params__ if arguments else ())}
    return alias not in seen and _is_mutable(alias.__value__, scope, within)


def _parts(annotation: Any, origin: Any, arguments: Sequence[Any]) -> Sequence[Any] | None:
    """The annotations it depends on whether values may change; ``None`` if they may."""
    if origin is Union or origin is UnionType:
        return arguments
    if origin is tuple or origin is frozenset:
        # tuple[()] has arguments, though none; tuple says nothing of what is in it
        known = hasattr(annotation, "__args__")
        return [part for part in arguments if part is not Ellipsis] if known else None
    if isinstance(origin, NewType):
        return [origin.__supertype__]
    if isinstance(origin, TypeVar):
        bound = origin.__bound__
        return origin.__constraints__ or (None if bound is None else [bound])
    module, name = _name_of(origin)
    is_qualified = module == "typing" and name in _QUALIFIERS and arguments
    return arguments[:1] if is_qualified else None


def _is_constant(thing: Any) -> bool:
    """Whether it is something that has values which nobody can change."""
    module, name = _name_of(thing)
    if thing is None or name in _CONSTANTS.get(module, ()):
        return True
    return isinstance(thing, type) and issubclass(thing, Enum)


def _name_of(thing: Any) -> tuple[str, str]:
    """The top-level module that a class or a special form is of, and its name."""
    module = str(getattr(thing, "__module__", "")).partition(".")[0]
    name = getattr(thing, "__name__", "")
    return "typing" if module == "typing_extensions" else module, name


def _text_of(annotation: Any) -> str | None:
    """The text that is to be evaluated, if the annotation is one."""
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    return annotation if isinstance(annotation, str) else None
