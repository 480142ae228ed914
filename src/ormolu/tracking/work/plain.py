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
from ..values.classes import shape_of
from .codec import Codec, is_plain_key, is_tagged, need_plain_keys
from .completing import completed, record_of, told_where
from .forms import (
    called,
    form_of,
    form_of_data,
    forms_of,
    is_dictionary,
    is_named_tuple,
    is_record,
    written_key,
)
from .kept import Kept
from .mould import Mould
from .moulds import Moulds
from .refs import Ref
from .standing_for import plain_class
from .tags import OF_CLASS

__all__ = ["PlainForm"]


class PlainForm:
    """Writes values as others would, where they can be read again, and reads what others wrote.

    Args:
        codec: writes and reads what needs a tag.
        absent: what a field becomes that was there and is not any more.
        keeps: whether what cannot be written stands for itself; the document is not written.
        omits: whether fields of records are left out that are ``None``, and would be without.

    Attributes:
        moulds: what is expected in the fields of classes.
    """

    __slots__ = ("_absent", "_codec", "_keeps", "_omits", "moulds")

    def __init__(
        self, codec: Codec, absent: Any = MISSING, keeps: bool = False, omits: bool = False
    ) -> None:
        self.moulds = Moulds()
        self._codec = codec
        self._absent = absent
        self._keeps = keeps
        self._omits = omits

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
        if class_ in (type(None), bool):
            return value
        if class_ in (int, float) and not _is_number_here(mould):
            return self._tagged(value)
        if class_ is float and math.isfinite(value):
            return value
        if not self._goes_plain(value, class_, mould):
            return self._tagged(value)
        if isinstance(value, Enum):
            return value.value
        if class_ in (str, int):
            return value
        if form_of(class_) == "text":
            return OF_CLASS[class_].write(value)
        if id(value) in within:
            raise PatchError(f"{an(class_.__name__)} contains itself, which JSON cannot say")
        return self._container(value, class_, mould, (*within, id(value)))

    def _tagged(self, value: Any) -> Any:
        try:
            return self._codec.tagged(value)
        except PatchError as error:
            if not self._keeps:
                raise
            return Kept(value, error)

    def _goes_plain(self, value: Any, class_: type, mould: Mould) -> bool:
        form = form_of(class_)
        if form is None or self._codec.has_hook(class_):
            return False
        if is_dictionary(class_) and not _has_plain_keys(value, mould):
            return False
        if class_ is defaultdict and not any(type(one) is class_ for one in mould.values):
            return False  # who reads it would not know what makes what is not there yet
        if getattr(value, "maxlen", None) != mould.maxlen and class_ is deque:
            return False
        if getattr(value, "fold", 0) or mould.class_of(form) is not class_:
            return False
        # texts and numbers have a tag, unless the reader is sure to know
        has_tag = class_ in OF_CLASS or self._codec.named(class_.__name__) is class_
        is_sure = form in ("array", "object") or not has_tag
        return is_sure or mould.class_of(form, declared=True) is class_

    def _container(self, value: Any, class_: type, mould: Mould, within: tuple[int, ...]) -> Any:
        if is_dictionary(class_):
            return {
                written_key(key): self._encode(value[key], mould.item(key), within)
                for key in value
            }
        if form_of(class_) == "array":
            members = OF_CLASS[class_].write(value) if class_ in (set, frozenset) else list(value)
            return [self._encode(one, mould.member(at), within) for at, one in enumerate(members)]
        moulds = mould.fields(class_)
        fields = shape_of(class_).fields(value)  # type: ignore[union-attr]
        # a reader has None for them as well
        omitted = none_by_default(class_) | required(class_) if self._omits else set()
        return {
            key: self._encode(part, moulds.get(key) or self.moulds.unknown([part]), within)
            for key, part in fields.items()
            if part is not None or key not in omitted
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
        if isinstance(data, Kept):
            return data.value
        if is_tagged(data):
            return self._of_tag(data, mould)
        form = form_of_data(data)
        if form is None:
            raise PatchError(f"there is no {type(data).__name__} in JSON: {shown(data)}")
        if not mould.takes(form):
            raise _misfit(data, mould)
        if form == "object":
            return self._of_object(data, mould)
        if form == "array":
            return self._of_array(data, mould)
        if form in ("text", "number"):
            return _first_read(data, mould.readers(form), mould)
        return _allowed(data, mould) if form == "boolean" else data

    def _of_tag(self, data: Any, mould: Mould) -> Any:
        value = self._codec.decode(data)
        if type(value) is Ref and not mould.admits(value):
            raise _misfit(data, mould)
        return value

    def _of_array(self, data: list[Any], mould: Mould) -> Any:
        if mould.length not in (None, len(data)):
            raise PatchError(f"{shown(data)} has {len(data)} members, and not {mould.length}")
        members = []
        for at, part in enumerate(data):
            with told_where(at):
                members.append(self._decode(part, mould.member(at)))
        class_: Any = mould.class_of("array")
        if class_ is list:
            return members
        if class_ is deque:
            return deque(members, mould.maxlen)
        return called(partial(_unpacked, class_) if is_named_tuple(class_) else class_, members)

    def _of_object(self, data: dict[str, Any], mould: Mould) -> Any:
        class_ = mould.class_of("object")
        if OrderedDict in mould.annotated and dict not in mould.annotated:
            class_ = OrderedDict if class_ is dict else class_
        if self._codec.has_hook(class_):
            return self._codec.decode(data)
        class_ = _record_of(class_, data, mould)
        if class_ is not OrderedDict and not is_dictionary(class_):
            return self._record(class_, data, mould)
        need_plain_keys(data)
        mould.need_items(data)
        found = {}
        for text, part in data.items():
            with told_where(text):
                key = mould.key(text)
                found[key] = self._decode(part, mould.item(key))
        return _dictionary(class_, found, mould)

    def _record(self, class_: type, data: dict[str, Any], mould: Mould) -> Any:
        moulds = mould.fields(class_)
        for key in data:
            if key not in moulds:
                raise PatchError(
                    f"{an(class_.__qualname__)} has no field {key!r}{near(key, moulds)}; it has "
                    f"{', '.join(moulds)}",
                    class_=class_,
                    key=key,
                )
        fields = {}
        for key, part in data.items():
            with told_where(key):
                fields[key] = self._decode(part, moulds[key])
        fields = completed(class_, fields, moulds, self._absent)
        return record_of(class_, {key: one for key, one in fields.items() if one is not MISSING})


def _is_number_here(mould: Mould) -> bool:
    """Return whether a number in a document stands for just that."""
    return mould.readers("number")[0] in (int, float)


def _unpacked(class_: Any, members: list[Any]) -> Any:
    return class_(*members)


def _dictionary(class_: type, items: dict[Any, Any], mould: Mould) -> Any:
    """Return a dictionary of a class."""
    if class_ is not defaultdict:
        return items if class_ is dict else class_(items)
    like = [value for value in mould.values if type(value) is defaultdict]
    if not like:
        raise PatchError(
            "a defaultdict needs a function that makes what is not there yet; say how it is "
            "written in Codec(hooks=...)"
        )
    return defaultdict(like[0].default_factory, items)


def _has_plain_keys(value: dict[Any, Any], mould: Mould) -> bool:
    """Return whether the keys of a dictionary are texts, or what a reader makes of texts.

    Where what is there has others, a patch of it would be one of its parts.
    """
    dictionaries = [one for one in mould.values if is_dictionary(plain_class(one))]
    return all(_are_plain(one, mould.key_class()) for one in (value, *dictionaries))


def _are_plain(keys: Iterable[Any], class_: type | None) -> bool:
    return all(type(key) is class_ and is_plain_key(written_key(key)) for key in keys)


def _record_of(class_: type, data: dict[str, Any], mould: Mould) -> type:
    """Return which class has those fields, of what is there and of what is annotated.

    Args:
        class_: what is expected first.
        data: the fields.
        mould: what is annotated.

    Raises:
        PatchError: several have them, or none of those that can be there.
    """
    if class_ is OrderedDict:
        return class_
    is_plain = is_dictionary(class_)
    if not (is_plain or mould.is_place) and mould.is_open:
        # those beside it are records, which does not say that it is one
        is_one = required(class_) <= data.keys() and mould.could_be(class_, data)
        return class_ if is_one else dict
    if not is_plain and mould.could_be(class_, data):
        return class_
    found = mould.records(data)
    if len(found) == 1:
        return found[0]
    if mould.expects(dict):
        return class_ if is_plain else dict
    if found:
        raise PatchError(
            f"{shown(data)} could be {_any_of(found)}; say which of them, as in "
            f'{{"$object": ["{found[0].__name__}", [...]]}}, with Codec(types=[...])'
        )
    possible = [one for one in mould.annotated if is_record(one)]
    if is_plain and possible and mould.is_judged:
        raise PatchError(f"{shown(data)} cannot be {_any_of(possible)}, by its fields")
    return class_


def _any_of(classes: list[type]) -> str:
    return " or ".join(an(one.__qualname__) for one in classes)


def _first_read(data: Any, classes: list[type], mould: Mould) -> Any:
    """Return what a text or a number stands for, as the first class has it that can.

    Raises:
        PatchError: none can.
    """
    errors = []
    for class_ in classes:
        try:
            return _allowed(_read_as(class_, data, mould), mould)
        except PatchError as error:
            errors.append(error)
    if not mould.is_judged:
        return data  # the class knows what to make of it, or why not
    raise errors[0]


def _allowed(value: Any, mould: Mould) -> Any:
    """Refuse what is none of the values that are all that is annotated."""
    if mould.is_judged and not mould.allows(value):
        wanted = ", ".join(map(repr, mould.literals))
        raise PatchError(f"{shown(value)} is none of {wanted}")
    return value


def _read_as(class_: Any, data: Any, mould: Mould) -> Any:
    if class_ in (str, float):
        return data
    if class_ is int:
        return _whole(data) if mould.expects(int) else data
    if class_ not in OF_CLASS:  # an enumeration, or derived from what data are
        return called(class_, data)
    return called(OF_CLASS[class_].read, data if isinstance(data, str) else repr(data))


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


def _misfit(data: Any, mould: Mould) -> PatchError:
    """The error that says what is expected, and how it is written."""
    tracked = mould.tracked_class()
    if tracked is not None:
        name = tracked.__name__
        return PatchError(
            f"{an(name)} is tracked, so it is referred to by its key, as in "
            f'{{"$ref": ["{name}", 1]}}, and not written as {shown(data)}',
            class_=tracked,
        )
    classes = dict.fromkeys(one for one in mould.annotated if one is not type(None))
    names = " or ".join(map(_described, classes)) or "anything but null"
    tags = [OF_CLASS[one].name for one in classes if one in OF_CLASS and not forms_of(one)]
    hint = f'; write it as {{"${tags[0]}": ...}}' if tags else ""
    if not hint and not any(map(forms_of, classes)):
        hint = "; say how it is written in Codec(hooks=...)"
    given = "null" if data is None else shown(data)
    return PatchError(f"{given} cannot be {names}{hint}")
