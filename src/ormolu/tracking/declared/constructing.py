"""Instances made of the values of their fields by the ``__init__`` that a library has written."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from typing import Any

from .libraries import kind_of
from .remembered import remembered

__all__ = ["constructed", "init_names"]


@remembered
def init_names(class_: type) -> dict[str, str] | None:
    """Return under which names ``__init__`` takes fields; ``None`` if that is not known.

    It has to take the fields of a dataclass or an attrs class, and to need nothing else.

    Args:
        class_: the class.

    Example:
        >>> @dataclasses.dataclass
        ... class Point:
        ...     x: int
        ...     y: int = dataclasses.field(init=False)
        >>> init_names(Point)
        {'x': 'x'}
    """
    names = _names(class_)
    if names is None:
        return None
    try:
        parameters = inspect.signature(class_).parameters
    except (TypeError, ValueError):
        return None
    by_name = {name for name, one in parameters.items() if one.kind in _BY_NAME}
    needed = {name for name, one in parameters.items() if _is_needed(one)}
    return names if needed <= set(names.values()) <= by_name else None


def _names(class_: Any) -> dict[str, str] | None:
    kind = kind_of(class_)
    if kind == "dataclass":
        return {field.name: field.name for field in dataclasses.fields(class_) if field.init}
    if kind == "attrs":
        return {field.name: field.alias for field in class_.__attrs_attrs__ if field.init}
    return None


_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def _is_needed(parameter: inspect.Parameter) -> bool:
    is_one = parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    return is_one and parameter.default is parameter.empty


def constructed(class_: Any, names: Mapping[str, str], values: Mapping[str, Any]) -> Any:
    """Return an instance that its class has made of fields, of those that it takes.

    Args:
        class_: the class.
        names: under which names it takes them.
        values: the values, by field.

    Raises:
        Exception: whatever the class raises.
    """
    return class_(**{name: values[key] for key, name in names.items() if key in values})
