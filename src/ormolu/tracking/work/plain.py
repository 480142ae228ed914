"""Values in a document that others read and write: records as objects, sets as arrays.

What is in a change set's own JSON has a tag wherever JSON has no form for it.  In a document
that patches are for, tags are left out where the place says which class is meant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import partial
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import shown
from ...errors import PatchError
from ..arguments import near
from ..declared.defaults import defaults_of
from ..values.classes import shape_of
from .codec import Codec, is_plain_key, is_tagged, need_plain_keys
from .making import is_refusal_of_all, prepare
from .moulds import Mould, Moulds, form_of
from .standing_for import plain_class
from .tags import OF_CLASS

__all__ = ["PlainForm", "completed", "told_where"]


class PlainForm:
    """Writes values as others would, where they can be read again, and reads what others wrote.

    Args:
        codec: writes and reads what needs a tag.
        absent: what a field becomes that was there and is not any more.

    Attributes:
        moulds: what is expected in the fields of classes.
    """

    __slots__ = ("_absent", "_codec", "moulds")

    def __init__(self, codec: Codec, absent: Any = MISSING) -> None:
        self.moulds = Moulds()
        self._codec = codec
        self._absent = absent

    def mould(self, class_name: str, key: str, value: Any) -> Mould:
        """Return what a document has in the place of a field, so that all write the same there.

        The class need not be there where a change set is written, so its annotations are
        looked at only if it is among the types of the codec.

        Args:
            class_name: the name of the class of the object.
            key: the name of the field.
            value: what is there before the patch, or ``MISSING``.
        """
        values = [] if value is MISSING else [value]
        class_ = self._codec.named(class_name)
        known = {} if class_ is None else self.moulds.of(class_)
        return known[key].with_values(values) if key in known else self.moulds.unknown(values)

    # -- writing ---------------------------------------------------------------------------

    def encode(self, value: Any, mould: Mould) -> Any:
        """Return a value as plain data.

        Args:
            value: the value.
            mould: what a reader will expect there.

        Raises:
            PatchError: there is something in it that cannot be written, or it contains itself.
        """
        try:
            return self._encode(value, mould, ())
        except RecursionError:
            raise PatchError("the value is nested too deeply to be written as JSON") from None

    def _encode(self, value: Any, mould: Mould, within: tuple[int, ...]) -> Any:
        class_ = plain_class(value)
        if class_ in (type(None), bool) or (class_ is float and math.isfinite(value)):
            return value
        if not self._goes_plain(value, class_, mould):
            return self._codec.tagged(value)
        if isinstance(value, Enum):
            return value.value
        if class_ in (str, int):
            return value
        if form_of(class_) == "text":
            return OF_CLASS[class_].write(value)
        if id(value) in within:
            raise PatchError(f"a {class_.__name__} contains itself, which JSON cannot say")
        return self._container(value, class_, mould, (*within, id(value)))

    def _goes_plain(self, value: Any, class_: type, mould: Mould) -> bool:
        form = form_of(class_)
        if form is None or self._codec.has_hook(class_):
            return False
        if class_ is dict and not all(map(is_plain_key, value)):
            return False
        if getattr(value, "maxlen", None) is not None:  # of a deque
            return False
        if mould.class_of(form) is not class_:
            return False
        # texts and numbers have a tag, unless the reader is sure to know
        has_tag = class_ in OF_CLASS or self._codec.named(class_.__name__) is class_
        is_sure = form in ("array", "object") or not has_tag
        return is_sure or mould.class_of(form, declared=True) is class_

    def _container(self, value: Any, class_: type, mould: Mould, within: tuple[int, ...]) -> Any:
        if class_ is dict:
            return {key: self._encode(value[key], mould.item(key), within) for key in value}
        if form_of(class_) == "array":
            members = OF_CLASS[class_].write(value) if class_ in (set, frozenset) else list(value)
            return [self._encode(one, mould.member(at), within) for at, one in enumerate(members)]
        moulds = mould.fields(class_)
        return {
            key: self._encode(part, moulds.get(key) or self.moulds.unknown([part]), within)
            for key, part in shape_of(class_).fields(value).items()  # type: ignore[union-attr]
        }

    # -- reading ---------------------------------------------------------------------------

    def decode(self, data: Any, mould: Mould) -> Any:
        """Return the value that plain data stands for.

        Args:
            data: the data.
            mould: what is expected there.

        Raises:
            PatchError: it cannot be what is expected, or has a tag that nothing is known of.
        """
        try:
            return self._decode(data, mould)
        except RecursionError:
            raise PatchError("the JSON is nested too deeply to be read") from None

    def _decode(self, data: Any, mould: Mould) -> Any:
        if isinstance(data, dict):
            return self._of_object(data, mould)
        if isinstance(data, list):
            return self._of_array(data, mould)
        if isinstance(data, str):
            return _of_text(data, mould.class_of("text"))
        if type(data) is int and issubclass(mould.class_of("number"), Enum):
            return _called(mould.class_of("number"), data)
        return data

    def _of_array(self, data: list[Any], mould: Mould) -> Any:
        members = []
        for at, part in enumerate(data):
            with told_where(at):
                members.append(self._decode(part, mould.member(at)))
        class_ = mould.class_of("array")
        return members if class_ is list else _called(class_, members)

    def _of_object(self, data: dict[str, Any], mould: Mould) -> Any:
        class_ = mould.class_of("object")
        if is_tagged(data) or self._codec.has_hook(class_):
            return self._codec.decode(data)
        if class_ is dict:
            self._refuse_reference(data, mould)
            need_plain_keys(data)
            return {key: self._decode(part, mould.item(key)) for key, part in data.items()}
        return self._record(class_, data, mould)

    def _refuse_reference(self, data: Any, mould: Mould) -> None:
        class_ = mould.tracked_class()
        if class_ is not None:
            name = class_.__name__
            raise PatchError(
                f"a {name} is tracked, so it is referred to by its key, as in "
                f'{{"$ref": ["{name}", 1]}}, and not written as {shown(data)}',
                class_=class_,
            )

    def _record(self, class_: type, data: dict[str, Any], mould: Mould) -> Any:
        moulds = mould.fields(class_)
        for key in data:
            if key not in moulds:
                raise PatchError(
                    f"a {class_.__qualname__} has no field {key!r}{near(key, moulds)}; it has "
                    f"{', '.join(moulds)}",
                    class_=class_,
                    key=key,
                )
        fields = {}
        for key, part in data.items():
            with told_where(key):
                fields[key] = self._decode(part, moulds[key])
        fields = completed(class_, fields, moulds, self._absent)
        return _made(class_, {key: one for key, one in fields.items() if one is not MISSING})


def completed(
    class_: type, fields: Mapping[str, Any], moulds: Mapping[str, Mould], absent: Any = MISSING
) -> dict[str, Any]:
    """Return the fields of an instance, those that are lacking by their defaults.

    Args:
        class_: the class.
        fields: the values that are given.
        moulds: what is expected, by name.
        absent: what one becomes that was there and is not any more, or has no default.

    Raises:
        PatchError: one lacks that has no default, and cannot be ``absent``.
    """
    defaults = defaults_of(class_)
    found = dict(fields)
    for key, mould in moulds.items():
        if key in found:
            continue
        make = defaults.get(key)
        was_there = mould.is_place and mould.values
        if absent is None and (was_there or (make is None and mould.may_be_none)):
            found[key] = None
        elif make is not None:
            found[key] = make()
        elif key in defaults:
            raise PatchError(
                f"a {class_.__qualname__} needs a value of {key!r}, and none is given",
                class_=class_,
                key=key,
            )
    return found


def _made(class_: type, fields: dict[str, Any]) -> Any:
    """Return a record, made without ``__init__``, its class having looked at its fields."""
    shape: Any = shape_of(class_)
    made = shape.new(class_, None, fields)
    prepare(made, fields)
    shape.put_fields(made, fields, {})
    # a model validates what it is made of, though perhaps not what it is assigned
    validator = getattr(class_, "__pydantic_validator__", None)
    look = partial(setattr, made) if validator is None else partial(_validate, validator, made)
    for key, value in fields.items():
        try:
            look(key, value)
        except Exception as error:
            if not is_refusal_of_all(error):
                raise PatchError(
                    f"{class_.__qualname__}.{key} cannot be {shown(value)}: {error}",
                    class_=class_,
                    key=key,
                ) from error
    return made


def _validate(validator: Any, made: Any, key: str, value: Any) -> None:
    validator.validate_assignment(made, key, value)


def _of_text(text: str, class_: type) -> Any:
    if class_ is str:
        return text
    return _called(class_ if issubclass(class_, Enum) else OF_CLASS[class_].read, text)


def _called(make: Any, data: Any) -> Any:
    try:
        return make(data)
    except Exception as error:  # of whatever is made of it
        name = getattr(make, "__qualname__", make).partition(".")[0]
        raise PatchError(f"{shown(data)} cannot be a {name}: {error}") from error


@contextmanager
def told_where(place: object) -> Iterator[None]:
    """Have a message begin with the place that it is about."""
    try:
        yield
    except PatchError as error:
        raise PatchError(f"{place}: {error}", class_=error.class_, key=error.key) from error
