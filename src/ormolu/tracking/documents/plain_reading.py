"""What plain data stands for in a place, and what is said where it stands for nothing."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from enum import Enum
from typing import Any

from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..declared.defaults import required
from .expected_type import ExpectedType
from .forms import forms_of, is_dictionary, is_record, read_as
from .tags import OF_CLASS

__all__ = ["allowed", "dictionary", "first_read", "misfit", "record_class", "unpacked"]


def unpacked(class_: Any, members: list[Any]) -> Any:
    """Return a named tuple of its members."""
    return class_(*members)


def dictionary(class_: type, items: dict[Any, Any], expected: ExpectedType) -> Any:
    """Return a dictionary of a class.

    Args:
        class_: the class.
        items: what is in it.
        expected: what is there before, which may know what else the class needs.

    Raises:
        PatchError: it is a ``defaultdict``, and nothing is known of what makes its values.
    """
    if class_ is not defaultdict:
        return items if class_ is dict else class_(items)
    like = [value for value in expected.values if type(value) is defaultdict]
    if not like:
        raise PatchError(
            "a defaultdict needs a function that makes what is not there yet; say how it is "
            "written in Codec(hooks=...)"
        )
    return defaultdict(like[0].default_factory, items)


def record_class(class_: type, data: dict[str, Any], expected: ExpectedType) -> type:
    """Return which class has those fields, of what is there and of what is annotated.

    Args:
        class_: what is expected first.
        data: the fields.
        expected: what is annotated.

    Raises:
        PatchError: several have them, or none of those that can be there.
    """
    if class_ is OrderedDict:
        return class_
    is_plain = is_dictionary(class_)
    if not (is_plain or expected.is_place) and expected.is_open:
        # those beside it are records, which does not say that it is one
        is_one = required(class_) <= data.keys() and expected.could_be(class_, data)
        return class_ if is_one else dict
    if not is_plain and expected.could_be(class_, data):
        return class_
    found = expected.records(data)
    if len(found) == 1:
        return found[0]
    if expected.expects(dict):
        return class_ if is_plain else dict
    if found:
        raise PatchError(
            f"{shown(data)} could be {_any_of(found)}; say which of them, as in "
            f'{{"$object": ["{found[0].__name__}", [...]]}}, with Codec(types=[...])'
        )
    possible = [one for one in expected.annotated if is_record(one)]
    if is_plain and possible and expected.is_judged:
        raise PatchError(f"{shown(data)} cannot be {_any_of(possible)}, by its fields")
    return class_


def _any_of(classes: list[type]) -> str:
    return " or ".join(an(one.__qualname__) for one in classes)


def first_read(data: Any, classes: list[type], expected: ExpectedType) -> Any:
    """Return what a text or a number stands for, as the first class has it that can.

    Args:
        data: the text or the number.
        classes: what it may stand for, what is most likely first.
        expected: what is expected.

    Raises:
        PatchError: none can.
    """
    errors = []
    for class_ in classes:
        try:
            return allowed(_read_as(class_, data, expected), expected)
        except PatchError as error:
            errors.append(error)
    if not expected.is_judged:
        return data  # the class knows what to make of it, or why not
    raise errors[0]


def allowed(value: Any, expected: ExpectedType) -> Any:
    """Return a value, unless it is none of those that are all that is annotated.

    Args:
        value: the value.
        expected: what is expected.

    Raises:
        PatchError: it is none of them.
    """
    if expected.is_judged and not expected.allows(value):
        wanted = ", ".join(map(repr, expected.literals))
        raise PatchError(f"{shown(value)} is none of {wanted}")
    return value


def _read_as(class_: Any, data: Any, expected: ExpectedType) -> Any:
    if class_ in (str, float):
        return data
    if class_ is int:
        return _whole(data) if expected.expects(int) else data
    # of a float, the digits that it is written with
    is_text = class_ not in OF_CLASS or isinstance(data, str)
    return read_as(class_, data if is_text else repr(data))


def _whole(data: Any) -> Any:
    if type(data) is float:
        if not data.is_integer():
            raise PatchError(f"{shown(data)} cannot be an int")
        return int(data)
    return data


_MOST = 10
"""How many members of an enumeration are named in a message."""


def _described(class_: type) -> str:
    if not issubclass(class_, Enum):
        return an(class_.__name__)
    values = [repr(member.value) for member in class_][:_MOST]
    return f"{an(class_.__name__)}, which is one of {', '.join(values)}"


def misfit(data: Any, expected: ExpectedType) -> PatchError:
    """Return the error that says what is expected, and how it is written.

    Args:
        data: what is there instead.
        expected: what is expected.
    """
    tracked = expected.tracked_class()
    if tracked is not None:
        name = tracked.__name__
        return PatchError(
            f"{an(name)} is tracked, so it is referred to by its key, as in "
            f'{{"$ref": ["{name}", 1]}}, and not written as {shown(data)}',
            class_=tracked,
        )
    classes = dict.fromkeys(one for one in expected.annotated if one is not type(None))
    names = " or ".join(map(_described, classes)) or "anything but null"
    tags = [OF_CLASS[one].name for one in classes if one in OF_CLASS and not forms_of(one)]
    hint = f'; write it as {{"${tags[0]}": ...}}' if tags else ""
    if not hint and not any(map(forms_of, classes)):
        hint = "; say how it is written in Codec(hooks=...)"
    given = "null" if data is None else shown(data)
    return PatchError(f"{given} cannot be {names}{hint}")
