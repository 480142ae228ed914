"""What the fields of a new instance are, where nothing is given for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from .libraries import kind_of

__all__ = ["Always", "defaults_of", "none_by_default", "required"]

Make = Callable[[], Any]


def defaults_of(class_: type) -> dict[str, Make | None]:
    """Return what makes the default of each field, or ``None``: one has to be given.

    Fields that nothing is known of, such as those of plain classes and those that
    ``__init__`` makes of others, are not there.

    Args:
        class_: the class.

    Example:
        >>> @dataclasses.dataclass
        ... class Point:
        ...     x: int
        ...     y: int = 0
        >>> found = defaults_of(Point)
        >>> found["x"], found["y"]()
        (None, 0)
    """
    kind = kind_of(class_)
    if kind == "dataclass":
        return _of_dataclass(class_)
    if kind == "attrs":
        return _of_attrs(class_)
    return _of_model(class_) if kind == "pydantic" else {}


def none_by_default(class_: type) -> set[str]:
    """Return the names of the fields that are ``None`` where nothing is given."""
    defaults = defaults_of(class_).items()
    return {name for name, make in defaults if isinstance(make, Always) and make.always is None}


def required(class_: type) -> set[str]:
    """Return the names of the fields that have to be given."""
    return {name for name, make in defaults_of(class_).items() if make is None}


def _of_dataclass(class_: Any) -> dict[str, Make | None]:
    found: dict[str, Make | None] = {}
    for field in dataclasses.fields(class_):
        if field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory
        elif field.default is not dataclasses.MISSING:
            found[field.name] = Always(field.default)
        elif field.init:
            found[field.name] = None
    return found


def _of_attrs(class_: Any) -> dict[str, Make | None]:
    found: dict[str, Make | None] = {}
    for field in class_.__attrs_attrs__:
        default = field.default
        if type(default).__name__ == "Factory":
            if not default.takes_self:  # or __init__ alone can make it
                found[field.name] = default.factory
        elif repr(default) != "NOTHING":
            found[field.name] = Always(default)
        elif field.init:
            found[field.name] = None
    return found


def _of_model(class_: Any) -> dict[str, Make | None]:
    return {name: _of_model_field(field) for name, field in class_.__pydantic_fields__.items()}


def _of_model_field(field: Any) -> Make | None:
    if field.default is None:
        return Always(None)
    if field.is_required() or getattr(field, "default_factory_takes_validated_data", False):
        return None
    return lambda: field.get_default(call_default_factory=True)


class Always:
    """Makes one and the same value.

    Attributes:
        always: the value.
    """

    def __init__(self, value: Any) -> None:
        self.always = value

    def __call__(self) -> Any:
        return self.always
