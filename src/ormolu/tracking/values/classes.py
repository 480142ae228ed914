"""Which values are taken apart, and how: a question of their class."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import fractions
import pathlib
import re
import types
import uuid
import weakref
from collections import Counter
from enum import Enum
from typing import Any, Final

from .shapes import SHAPES, ModelShape, Shape

__all__ = ["ATOMS", "is_atomic", "is_built_in", "shape_of"]

ATOMS: Final[frozenset[type]] = frozenset(
    {
        type(None),
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        range,
        type,
        type(...),
        type(NotImplemented),
        types.FunctionType,
        types.ModuleType,
        decimal.Decimal,
        fractions.Fraction,
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        uuid.UUID,
        pathlib.PurePosixPath,
        pathlib.PureWindowsPath,
        pathlib.PosixPath,
        pathlib.WindowsPath,
        re.Pattern,
    }
)
"""Classes whose own instances, not those of subclasses, have no parts that could change."""


def is_atomic(class_: type) -> bool:
    """Return whether instances of a class have no parts that could change."""
    return class_ in ATOMS or issubclass(class_, (Enum, type, types.ModuleType))


def shape_of(class_: type) -> Shape | None:
    """Return how instances of a class are taken apart, or ``None``: they are not."""
    try:
        return _BUILT_IN[class_]
    except KeyError:
        pass
    try:
        return _KNOWN[class_]
    except KeyError:
        shape = _KNOWN[class_] = _shape_of(class_)
        return shape


def _shape_of(class_: type) -> Shape | None:
    if is_atomic(class_):
        return None
    base = _base_of(class_)
    declared = _declared(class_)
    if base is object:
        return declared and declared[0](object, declared[1])
    if base is None:
        return None
    names = declared[1] if declared else _slots(class_)
    return SHAPES[base](
        base, names, declared is None and class_.__dictoffset__ != 0, _labels(class_)
    )


def _base_of(class_: type) -> type | None:
    """Return the built-in class that instances are laid out as, if it is one known here."""
    for base in class_.__mro__:
        if base in SHAPES or base is object:
            return base
        if _has_own_new(base):
            return None
    return None


def _has_own_new(class_: type) -> bool:
    """Return whether a class is of C, and ``__new__`` of a base would refuse to make one."""
    return getattr(vars(class_).get("__new__"), "__self__", None) is class_


def _declared(class_: type) -> tuple[type[Shape], tuple[str, ...]] | None:
    """Return the names of the fields of a dataclass, an attrs class or a model."""
    if _static(class_, "__dataclass_fields__") is not None:
        return Shape, tuple(field.name for field in dataclasses.fields(class_))
    fields = _static(class_, "__attrs_attrs__")
    if fields is not None:
        return Shape, tuple(field.name for field in fields)
    fields = _static(class_, "__pydantic_fields__")
    return None if fields is None else (ModelShape, tuple(fields))


def is_built_in(class_: type) -> bool:
    """Return whether a class is one of Python's own that is known here."""
    return class_ in _BUILT_IN


def _static(class_: type, name: str) -> Any:
    for base in class_.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def _slots(class_: type) -> tuple[str, ...]:
    return tuple(
        name
        for base in class_.__mro__
        if base not in SHAPES
        for name, member in vars(base).items()
        if isinstance(member, types.MemberDescriptorType)
    )


def _labels(class_: type) -> tuple[str, ...]:
    labels = _static(class_, "_fields") if issubclass(class_, tuple) else None
    return labels if type(labels) is tuple else ()


_BUILT_IN: Final[dict[type, Shape | None]] = {
    **dict.fromkeys(ATOMS),
    **{class_: _shape_of(class_) for class_ in (*SHAPES, Counter)},
}
for _shape in filter(None, _BUILT_IN.values()):
    _shape.built_in = True
_KNOWN: Final[weakref.WeakKeyDictionary[type, Shape | None]] = weakref.WeakKeyDictionary()
