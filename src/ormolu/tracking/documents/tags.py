"""How values of Python's own classes are written as JSON."""

from __future__ import annotations

import base64
import datetime
import decimal
import fractions
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

__all__ = ["BUILT_IN", "OF_CLASS", "Tag"]


class Tag(NamedTuple):
    """How instances of a class are written.

    Attributes:
        class_: the class.
        name: what stands behind the ``$``.
        write: makes of an instance what is written in its place.
        read: makes an instance of that.
    """

    class_: type
    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _base64(value: bytes | bytearray) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _members(value: set[Any] | frozenset[Any]) -> list[Any]:
    """Return members in an order that does not depend on their hashes."""
    try:
        return sorted(value)
    except Exception:  # whatever a comparison raises
        return sorted(value, key=lambda member: (type(member).__name__, repr(member)))


def _pairs(value: dict[Any, Any]) -> list[list[Any]]:
    return [[key, part] for key, part in value.items()]


def _moment(value: datetime.datetime | datetime.time) -> Any:
    """Write a time; in the hour that comes twice in autumn, also which of the two it is."""
    text = value.isoformat()
    return [text, value.fold] if value.fold else text


def _moment_of(class_: Any, data: Any) -> Any:
    if isinstance(data, str):
        return class_.fromisoformat(data)
    text, fold = data
    return class_.fromisoformat(text).replace(fold=fold)


# the first three stand where another class would be expected
BUILT_IN = (
    Tag(list, "list", list, list),
    Tag(str, "str", str, str),
    Tag(int, "int", int, int),
    Tag(float, "float", repr, float),
    Tag(complex, "complex", lambda value: [value.real, value.imag], lambda data: complex(*data)),
    Tag(bytes, "bytes", _base64, _bytes),
    Tag(bytearray, "bytearray", _base64, lambda data: bytearray(_bytes(data))),
    Tag(tuple, "tuple", list, tuple),
    Tag(set, "set", _members, set),
    Tag(frozenset, "frozenset", _members, frozenset),
    Tag(deque, "deque", lambda value: [list(value), value.maxlen], lambda data: deque(*data)),
    Tag(dict, "dict", _pairs, dict),
    Tag(OrderedDict, "ordereddict", _pairs, OrderedDict),
    Tag(datetime.datetime, "datetime", _moment, partial(_moment_of, datetime.datetime)),
    Tag(datetime.date, "date", datetime.date.isoformat, datetime.date.fromisoformat),
    Tag(datetime.time, "time", _moment, partial(_moment_of, datetime.time)),
    Tag(
        datetime.timedelta,
        "timedelta",
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda data: datetime.timedelta(*data),
    ),
    Tag(decimal.Decimal, "decimal", str, decimal.Decimal),
    Tag(fractions.Fraction, "fraction", str, fractions.Fraction),
    Tag(uuid.UUID, "uuid", str, uuid.UUID),
)
"""The classes that are known without being named."""

OF_CLASS = {tag.class_: tag for tag in BUILT_IN}
"""The same by class."""
