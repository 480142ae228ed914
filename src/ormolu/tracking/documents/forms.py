"""Which JSON stands for instances of a class, and which may.

JSON has arrays and texts where Python has sets and dates.  What is written has one form; of
what others write some more is understood, such as a number for a ``Decimal``.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import json
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from enum import Enum, Flag
from functools import partial
from typing import Any, Final, Literal

from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..declared.remembered import remembered
from ..graph_changes.refs import Ref
from ..instances.adoption import is_tracked
from ..values.classes import shape_of
from ..values.shapes import ModelShape, Shape
from .tags import OF_CLASS

__all__ = [
    "Form",
    "called",
    "can_be_key",
    "can_be_path",
    "form_of",
    "form_of_data",
    "forms_of",
    "is_dictionary",
    "is_named_tuple",
    "is_record",
    "read_as",
    "read_key",
    "written_key",
]

Form = Literal["null", "boolean", "number", "text", "array", "object"]
"""What there is in JSON."""

_FORMS: Final[dict[type, Form]] = {
    **dict.fromkeys((list, tuple, set, frozenset, deque), "array"),
    **dict.fromkeys((dict, defaultdict, Counter), "object"),
    **dict.fromkeys((str, datetime.date, datetime.datetime, datetime.time), "text"),
    **dict.fromkeys((decimal.Decimal, fractions.Fraction, uuid.UUID), "text"),
    int: "number",
}
_OF_DATA: Final[dict[type, Form]] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "text",
    list: "array",
    dict: "object",
}
_ALSO: Final[dict[type, frozenset[Form]]] = {
    type(None): frozenset({"null"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"number", "boolean"}),
    float: frozenset({"number"}),
    decimal.Decimal: frozenset({"text", "number"}),
    fractions.Fraction: frozenset({"text", "number"}),
}
_DERIVED: Final[dict[type, frozenset[Form]]] = {
    str: frozenset({"text"}),
    int: frozenset({"number"}),
    float: frozenset({"number"}),
}
_CONTAINERS: Final = (list, tuple, set, frozenset, deque, dict)
_KEYS: Final = (int, datetime.date, datetime.datetime, uuid.UUID)


@remembered
def form_of(class_: type) -> Form | None:
    """Return what stands for instances of a class, or ``None``: they need a tag.

    Example:
        >>> form_of(set), form_of(bytes)
        ('array', None)
    """
    form = _FORMS.get(class_)
    if form is not None:
        return form
    if issubclass(class_, Enum):
        return _form_of_enum(class_)
    if is_named_tuple(class_):
        return "array"
    return "object" if is_record(class_) else None


def _form_of_enum(class_: type[Enum]) -> Form | None:
    kinds = {type(member.value) for member in class_}
    if kinds == {str}:
        return "text"
    return "number" if kinds == {int} or issubclass(class_, Flag) else None


@remembered
def forms_of(class_: type) -> frozenset[Form] | None:
    """Return what others may write for an instance of a class.

    ``None`` says that nothing is known of it; an empty set, that there has to be a tag.

    Example:
        >>> sorted(forms_of(decimal.Decimal)), forms_of(bytes), forms_of(object)
        (['number', 'text'], frozenset(), None)
    """
    if class_ in _ALSO:
        return _ALSO[class_]
    if issubclass(class_, Enum):
        found: set[Form] = {"number"} if issubclass(class_, Flag) else set()
        found.update(filter(None, (_OF_DATA.get(type(member.value)) for member in class_)))
        return frozenset(found)
    form = form_of(class_)
    if form is not None:
        only: frozenset[Form] = frozenset({form})
        return only
    if class_ is OrderedDict:
        return frozenset({"object"})
    for base, forms in _DERIVED.items():
        if issubclass(class_, base) and class_ not in OF_CLASS:
            return forms  # made by calling the class
    needs_tag = class_ in OF_CLASS or class_ is Ref or is_tracked(class_)
    return frozenset() if needs_tag or issubclass(class_, _CONTAINERS) else None


def form_of_data(data: Any) -> Form | None:
    """Return what plain data is in JSON, or ``None``: there is no such thing."""
    return _OF_DATA.get(type(data))


def is_record(class_: type) -> bool:
    """Return whether a class is a dataclass, an attrs class or a model.

    Tracked ones are not meant: their instances are referred to by name.
    """
    shape = shape_of(class_)
    if shape is None or type(shape) not in (Shape, ModelShape):
        return False
    return not shape.built_in and not is_tracked(class_)


def is_named_tuple(class_: type) -> bool:
    """Return whether a class is one of named tuples, which has nothing else of its own."""
    names = getattr(class_, "_fields", None)
    if not issubclass(class_, tuple) or not isinstance(names, tuple):
        return False
    shape = shape_of(class_)
    return shape is not None and shape.labels == names and not shape.has_fields


def is_dictionary(class_: type) -> bool:
    """Return whether instances of a class are written as an object with their items."""
    return class_ in (dict, defaultdict, Counter)


# -- keys of objects, which are texts ----------------------------------------------------------


def can_be_key(class_: type) -> bool:
    """Return whether there is one text for each instance of a class, that tells it again."""
    return class_ in _KEYS or (issubclass(class_, Enum) and _form_of_enum(class_) is not None)


@remembered
def can_be_path(class_: type) -> bool:
    """Return whether a text stands for each instance of a class, that tells it again.

    There may be several for one, as there are for equal instances of ``Decimal``.
    """
    return can_be_key(class_) or (class_ is not str and _FORMS.get(class_) == "text")


def written_key(key: Any) -> str:
    """Return the text that stands for a key; see :func:`can_be_path`."""
    if isinstance(key, Enum):
        key = key.value
    if type(key) in (str, int):
        return str(key)
    written: str = OF_CLASS[type(key)].write(key)
    return written


def read_key(text: str, class_: type) -> Any:
    """Return the key that a text stands for.

    Raises:
        PatchError: it stands for none of that class.
    """
    if class_ is int or (issubclass(class_, Enum) and _form_of_enum(class_) == "number"):
        try:
            number = json.loads(text)
        except ValueError:
            number = None
        if type(number) is not int:
            raise PatchError(f"{shown(text)} is the text of no {class_.__name__}")
        return read_as(class_, number)
    return read_as(class_, text)


def read_as(class_: type, data: Any) -> Any:
    """Return the instance of a class that a text, or a number, stands for.

    Raises:
        PatchError: it stands for none.
    """
    # others are enumerations, or derived from what data are
    return called(OF_CLASS[class_].read if class_ in OF_CLASS else class_, data)


def called(make: Any, data: Any) -> Any:
    """Return what is made of data.

    Raises:
        PatchError: nothing is.
    """
    try:
        return make(data)
    except Exception as error:  # of whatever is made of it
        made = make.args[0] if isinstance(make, partial) else make
        name = getattr(made, "__qualname__", str(made)).partition(".")[0]
        raise PatchError(f"{shown(data)} cannot be {an(name)}: {error}") from error
