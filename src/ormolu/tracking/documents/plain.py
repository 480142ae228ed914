"""Values in a document that others read and write: records as objects, sets as arrays.

What is in a change set's own JSON has a tag wherever JSON has no form for it.  In a document
that patches are for, tags are left out where the place says which class is meant.
"""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable
from enum import Enum
from functools import partial
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..arguments import near
from ..declared.defaults import none_by_default, required
from ..graph_changes.refs import Ref
from ..graph_changes.standing_for import plain_class
from ..values.classes import shape_of
from .codec import Codec, is_plain_key, is_tagged, need_plain_keys
from .completing import completed, record_of
from .expected_type import ExpectedType
from .expected_types import ExpectedTypes
from .forms import (
    called,
    form_of,
    form_of_data,
    is_dictionary,
    is_named_tuple,
    written_key,
)
from .plain_reading import allowed, dictionary, first_read, misfit, record_class, unpacked
from .tags import OF_CLASS
from .telling_where import told_where
from .unwritable import Kept

__all__ = ["PlainForm"]


class PlainForm:
    """Writes values as others would, where they can be read again, and reads what others wrote.

    Args:
        codec: writes and reads what needs a tag.
        absent: what a field becomes that was there and is not any more.
        keeps: whether what cannot be written stands for itself; the document is not written.
        omits: whether fields of records are left out that are ``None``, and would be without.

    Attributes:
        expected_types: what is expected in the fields of classes.
    """

    __slots__ = ("_absent", "_codec", "_keeps", "_omits", "expected_types")

    def __init__(
        self, codec: Codec, absent: Any = MISSING, keeps: bool = False, omits: bool = False
    ) -> None:
        self.expected_types = ExpectedTypes()
        self._codec = codec
        self._absent = absent
        self._keeps = keeps
        self._omits = omits

    def expected(self, class_name: str, key: str, value: Any) -> ExpectedType:
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
        known = {} if class_ is None else self.expected_types.of(class_)
        return (
            known[key].with_values(values) if key in known else self.expected_types.unknown(values)
        )

    # -- writing ---------------------------------------------------------------------------

    def encode(self, value: Any, expected: ExpectedType) -> Any:
        """Return a value as plain data.

        Args:
            value: the value.
            expected: what a reader will expect there.

        Raises:
            PatchError: there is something in it that cannot be written, or it contains itself.
        """
        try:
            return self._encode(value, expected, ())
        except RecursionError:
            raise PatchError("the value is nested too deeply to be written as JSON") from None

    def _encode(self, value: Any, expected: ExpectedType, within: tuple[int, ...]) -> Any:
        class_ = plain_class(value)
        if class_ in (type(None), bool):
            return value
        if class_ in (int, float) and not _is_number_here(expected):
            return self._tagged(value)
        if class_ is float and math.isfinite(value):
            return value
        if not self._goes_plain(value, class_, expected):
            return self._tagged(value)
        if isinstance(value, Enum):
            return value.value
        if class_ in (str, int):
            return value
        if form_of(class_) == "text":
            return OF_CLASS[class_].write(value)
        if id(value) in within:
            raise PatchError(f"{an(class_.__name__)} contains itself, which JSON cannot say")
        return self._container(value, class_, expected, (*within, id(value)))

    def _tagged(self, value: Any) -> Any:
        try:
            return self._codec.tagged(value)
        except PatchError as error:
            if not self._keeps:
                raise
            return Kept(value, error)

    def _goes_plain(self, value: Any, class_: type, expected: ExpectedType) -> bool:
        form = form_of(class_)
        if form is None or self._codec.has_hook(class_):
            return False
        if is_dictionary(class_) and not _has_plain_keys(value, expected):
            return False
        if class_ is defaultdict and not any(type(one) is class_ for one in expected.values):
            return False  # who reads it would not know what makes what is not there yet
        if getattr(value, "maxlen", None) != expected.maxlen and class_ is deque:
            return False
        if getattr(value, "fold", 0) or expected.class_of(form) is not class_:
            return False
        # texts and numbers have a tag, unless the reader is sure to know
        has_tag = class_ in OF_CLASS or self._codec.named(class_.__name__) is class_
        is_sure = form in ("array", "object") or not has_tag
        return is_sure or expected.class_of(form, declared=True) is class_

    def _container(
        self, value: Any, class_: type, expected: ExpectedType, within: tuple[int, ...]
    ) -> Any:
        if is_dictionary(class_):
            return {
                written_key(key): self._encode(value[key], expected.item(key), within)
                for key in value
            }
        if form_of(class_) == "array":
            members = OF_CLASS[class_].write(value) if class_ in (set, frozenset) else list(value)
            return [
                self._encode(one, expected.member(at), within) for at, one in enumerate(members)
            ]
        expected_types = expected.fields(class_)
        fields = shape_of(class_).fields(value)  # type: ignore[union-attr]
        # a reader has None for them as well
        omitted = none_by_default(class_) | required(class_) if self._omits else set()
        return {
            key: self._encode(
                part, expected_types.get(key) or self.expected_types.unknown([part]), within
            )
            for key, part in fields.items()
            if part is not None or key not in omitted
        }

    # -- reading ---------------------------------------------------------------------------

    def decode(self, data: Any, expected: ExpectedType) -> Any:
        """Return the value that plain data stands for.

        Args:
            data: the data.
            expected: what is expected there.

        Raises:
            PatchError: it cannot be what is expected, or has a tag that nothing is known of.
        """
        try:
            return self._decode(data, expected)
        except RecursionError:
            raise PatchError("the JSON is nested too deeply to be read") from None

    def _decode(self, data: Any, expected: ExpectedType) -> Any:
        if isinstance(data, Kept):
            return data.value
        if is_tagged(data):
            return self._of_tag(data, expected)
        form = form_of_data(data)
        if form is None:
            raise PatchError(f"there is no {type(data).__name__} in JSON: {shown(data)}")
        if not expected.takes(form):
            raise misfit(data, expected)
        if form == "object":
            return self._of_object(data, expected)
        if form == "array":
            return self._of_array(data, expected)
        if form in ("text", "number"):
            return first_read(data, expected.readers(form), expected)
        return allowed(data, expected) if form == "boolean" else data

    def _of_tag(self, data: Any, expected: ExpectedType) -> Any:
        value = self._codec.decode(data)
        if type(value) is Ref and not expected.admits(value):
            raise misfit(data, expected)
        return value

    def _of_array(self, data: list[Any], expected: ExpectedType) -> Any:
        if expected.length not in (None, len(data)):
            raise PatchError(f"{shown(data)} has {len(data)} members, and not {expected.length}")
        members = []
        for at, part in enumerate(data):
            with told_where(at):
                members.append(self._decode(part, expected.member(at)))
        class_: Any = expected.class_of("array")
        if class_ is list:
            return members
        if class_ is deque:
            return deque(members, expected.maxlen)
        return called(partial(unpacked, class_) if is_named_tuple(class_) else class_, members)

    def _of_object(self, data: dict[str, Any], expected: ExpectedType) -> Any:
        class_ = expected.class_of("object")
        if OrderedDict in expected.annotated and dict not in expected.annotated:
            class_ = OrderedDict if class_ is dict else class_
        if self._codec.has_hook(class_):
            return self._codec.decode(data)
        class_ = record_class(class_, data, expected)
        if class_ is not OrderedDict and not is_dictionary(class_):
            return self._record(class_, data, expected)
        need_plain_keys(data)
        expected.need_items(data)
        found = {}
        for text, part in data.items():
            with told_where(text):
                key = expected.key(text)
                found[key] = self._decode(part, expected.item(key))
        return dictionary(class_, found, expected)

    def _record(self, class_: type, data: dict[str, Any], expected: ExpectedType) -> Any:
        expected_types = expected.fields(class_)
        for key in data:
            if key not in expected_types:
                raise PatchError(
                    f"{an(class_.__qualname__)} has no field {key!r}{near(key, expected_types)}; "
                    f"it has {', '.join(expected_types)}",
                    class_=class_,
                    key=key,
                )
        fields = {}
        for key, part in data.items():
            with told_where(key):
                fields[key] = self._decode(part, expected_types[key])
        fields = completed(class_, fields, expected_types, self._absent)
        return record_of(class_, {key: one for key, one in fields.items() if one is not MISSING})


def _is_number_here(expected: ExpectedType) -> bool:
    """Return whether a number in a document stands for just that."""
    return expected.readers("number")[0] in (int, float)


def _has_plain_keys(value: dict[Any, Any], expected: ExpectedType) -> bool:
    """Return whether the keys of a dictionary are texts, or what a reader makes of texts.

    Where what is there has others, a patch of it would be one of its parts.
    """
    dictionaries = [one for one in expected.values if is_dictionary(plain_class(one))]
    return all(_are_plain(one, expected.key_class()) for one in (value, *dictionaries))


def _are_plain(keys: Iterable[Any], class_: type | None) -> bool:
    return all(type(key) is class_ and is_plain_key(written_key(key)) for key in keys)
