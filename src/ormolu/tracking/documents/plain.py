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
from .forms import (
    called,
    form_of,
    form_of_data,
    is_dictionary,
    is_named_tuple,
    written_key,
)
from .kept import Kept
from .mould import Mould
from .moulds import Moulds
from .plain_reading import allowed, dictionary, first_read, misfit, record_class, unpacked
from .tags import OF_CLASS
from .telling_where import told_where

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
            raise misfit(data, mould)
        if form == "object":
            return self._of_object(data, mould)
        if form == "array":
            return self._of_array(data, mould)
        if form in ("text", "number"):
            return first_read(data, mould.readers(form), mould)
        return allowed(data, mould) if form == "boolean" else data

    def _of_tag(self, data: Any, mould: Mould) -> Any:
        value = self._codec.decode(data)
        if type(value) is Ref and not mould.admits(value):
            raise misfit(data, mould)
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
        return called(partial(unpacked, class_) if is_named_tuple(class_) else class_, members)

    def _of_object(self, data: dict[str, Any], mould: Mould) -> Any:
        class_ = mould.class_of("object")
        if OrderedDict in mould.annotated and dict not in mould.annotated:
            class_ = OrderedDict if class_ is dict else class_
        if self._codec.has_hook(class_):
            return self._codec.decode(data)
        class_ = record_class(class_, data, mould)
        if class_ is not OrderedDict and not is_dictionary(class_):
            return self._record(class_, data, mould)
        need_plain_keys(data)
        mould.need_items(data)
        found = {}
        for text, part in data.items():
            with told_where(text):
                key = mould.key(text)
                found[key] = self._decode(part, mould.item(key))
        return dictionary(class_, found, mould)

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


def _has_plain_keys(value: dict[Any, Any], mould: Mould) -> bool:
    """Return whether the keys of a dictionary are texts, or what a reader makes of texts.

    Where what is there has others, a patch of it would be one of its parts.
    """
    dictionaries = [one for one in mould.values if is_dictionary(plain_class(one))]
    return all(_are_plain(one, mould.key_class()) for one in (value, *dictionaries))


def _are_plain(keys: Iterable[Any], class_: type | None) -> bool:
    return all(type(key) is class_ and is_plain_key(written_key(key)) for key in keys)
