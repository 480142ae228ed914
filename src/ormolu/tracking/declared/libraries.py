"""What dataclasses, attrs and Pydantic leave on a class, and how its instances are made.

No library is imported: a class that one of them has made is known by what is on it.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

__all__ = ["Kind", "births_of", "declared_fields", "kind_of", "made_by"]

Kind = Literal["dataclass", "attrs", "pydantic", "plain"]
"""What has made a class."""

_BIRTHS: dict[Kind, tuple[str, ...]] = {
    # Pydantic makes what is nested in a model without __init__, dataclasses of the
    # standard library as well, and calls only what comes after it
    "dataclass": ("__init__", "__post_init__", "__setstate__"),
    "attrs": ("__init__", "__attrs_init__", "__setstate__"),
    "pydantic": ("__init__", "model_post_init", "__setstate__"),
    "plain": ("__init__", "__setstate__"),
}


def made_by(class_: type) -> Kind:
    """Return what has made this very class; its bases may be of another kind.

    Args:
        class_: the class.
    """
    own = vars(class_)
    if "__dataclass_fields__" in own:  # those of Pydantic have the marks of both
        return "dataclass"
    if "__attrs_attrs__" in own:
        return "attrs"
    # before Pydantic 2.10 there was but model_fields
    if "__pydantic_fields__" in own or "__pydantic_complete__" in own:
        return "pydantic"
    return "plain"


def kind_of(class_: type) -> Kind:
    """Return what has made a class, or the nearest of its bases that a library has made.

    Args:
        class_: the class.

    Example:
        >>> @dataclasses.dataclass
        ... class Point: x: int
        >>> class Pixel(Point): pass
        >>> made_by(Pixel), kind_of(Pixel)
        ('plain', 'dataclass')
    """
    for base in class_.__mro__:
        if (kind := made_by(base)) != "plain":
            return kind
    return "plain"


def declared_fields(class_: type) -> dict[str, Any]:
    """Return the annotations of the fields that a library has made, inherited ones included.

    Args:
        class_: a class that a library has made, in the order of that library.
    """
    own = vars(class_)
    if "__dataclass_fields__" in own:
        return {field.name: field.type for field in dataclasses.fields(class_)}
    if "__attrs_attrs__" in own:
        # None is that none has been given
        fields = own["__attrs_attrs__"]
        return {field.name: Any if field.type is None else field.type for field in fields}
    fields = own.get("__pydantic_fields__", own.get("model_fields"))
    # BaseModel itself has none, and a property of that name
    fields = fields if isinstance(fields, dict) else {}
    return {name: field.annotation for name, field in fields.items()}


def births_of(class_: type, kind: Kind) -> tuple[str, ...]:
    """Return the names of the methods in whose course an instance is still being made.

    One may be called within another.

    Args:
        class_: the class.
        kind: what has made it.

    Example:
        >>> class Point:
        ...     def __init__(self): self.x = 0
        >>> births_of(Point, "plain")
        ('__init__',)
    """
    return tuple(name for name in _BIRTHS[kind] if _has_birth(class_, name))


def _has_birth(class_: type, name: str) -> bool:
    if name == "model_post_init" and getattr(class_, "__pydantic_post_init__", None) is None:
        return False  # that of BaseModel, which nobody calls
    found = (vars(base)[name] for base in class_.__mro__[:-1] if name in vars(base))
    return callable(next(found, None))
