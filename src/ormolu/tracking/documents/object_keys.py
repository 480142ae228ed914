"""The keys of objects, which are texts in documents and in the paths of patches.

A text stands for itself, and so does what plain texts stand for elsewhere, such as a date; other
keys are written as JSON, and a number that an object goes by as ``#3``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from ...core.faults.wording import shown
from ...errors import PatchError
from ..graph_changes.refs import Ref
from ..members.keys import Keys
from .codec import Codec, is_tagged
from .expected_type import ExpectedType
from .forms import can_be_path, read_key, written_key
from .json_form import loaded
from .plain import PlainForm

__all__ = ["KeyTexts", "ObjectKeys", "key_text", "ref_with"]


def key_text(ref: Ref, codec: Codec) -> str:
    """Return the text that stands for the key of an object in paths.

    Args:
        ref: the name of the object.
        codec: writes the keys that need a tag.

    Raises:
        PatchError: it cannot write the key.
    """
    if ref.number is not None:
        return f"#{ref.number}"
    class_ = type(ref.key)
    if class_ is str or (can_be_path(class_) and not codec.has_hook(class_)):
        text = written_key(ref.key)
        if type(text) is str:  # of a time that comes twice there are two parts
            return text
    return json.dumps(codec.encode(ref.key))


def ref_with(name: str, key: Any, number: int) -> Ref:
    """Return the name that an object has by its key, or by its number if that is ``None``.

    Args:
        name: the name of the class.
        key: the key.
        number: the number.

    Raises:
        PatchError: the key is not hashable.
    """
    try:
        hash(key)
    except TypeError as error:
        raise PatchError(f"{shown(key)} cannot be a key: {error}") from error
    return Ref(name, number=number) if key is None else Ref(name, key)


class KeyTexts:
    """The texts that stand for some objects, each for one.

    Args:
        codec: writes keys that need a tag.
    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._refs: dict[tuple[str, str], Ref] = {}

    def put(self, ref: Ref) -> str:
        """Know an object; return the text that stands for it.

        Raises:
            PatchError: another one has that text, or the codec cannot write the key.
        """
        text = self.text(ref)
        present = self._refs.setdefault((ref.class_name, text), ref)
        if present is not ref:
            raise PatchError(
                f"{present} and {ref} have keys that read {text}, and so one path in a patch; "
                "have it be of one of them alone, with of=, or use to_json()"
            )
        return text

    def text(self, ref: Ref) -> str:
        """Return the text that is written for an object that need not be there."""
        return key_text(ref, self._codec)

    def ref(self, name: str, text: str) -> Ref:
        """Return the name of an object that is there."""
        return self._refs[name, text]


class ObjectKeys(KeyTexts):
    """Knows which texts stand for which objects.

    Args:
        keys: knows the classes, and which attribute is the key.
        form: reads values, and knows what is annotated.
        codec: writes keys that need a tag.

    Attributes:
        attribute: the name of the attribute that is the key, or ``""``.
    """

    def __init__(self, keys: Keys, form: PlainForm, codec: Codec) -> None:
        super().__init__(codec)
        self.attribute = keys.attribute or ""
        self._classes = keys.classes
        self._form = form
        self._there: dict[str, set[type]] = {}

    # -- objects that are there ------------------------------------------------------------

    def put(self, ref: Ref) -> str:
        """Know an object that is there, and of which class its key is; see :class:`KeyTexts`."""
        if ref.number is None:
            self._there.setdefault(ref.class_name, set()).add(type(ref.key))
        return super().put(ref)

    def known(self, name: Any, text: Any) -> Any:
        """Return the text that an object goes by, given one that may stand for it as well.

        Args:
            name: the name of a class.
            text: such as ``{"$date": "2024-02-29"}`` in place of ``2024-02-29``.

        Returns:
            the text that was given, if it stands for nothing that is there.
        """
        if name not in self._classes or type(text) is not str or (name, text) in self._refs:
            return text
        found = (self._texts.get(ref) for ref in self._also_for(name, text))
        return next(filter(None, found), text)

    def _also_for(self, name: str, text: str) -> Iterator[Ref]:
        """Yield the names that a text may stand for, of which there are several texts."""
        for read in (self._read_tagged, self.read):
            try:
                ref = ref_with(name, read(name, text), 0)
            except PatchError:
                continue
            if type(ref.key) not in (str, int, float, bool):
                yield ref

    def by_known(self, name: Any, objects: dict[str, Any]) -> dict[str, Any]:
        """Return what is said of objects, under the texts that they go by.

        Args:
            name: the name of their class.
            objects: what is said, by texts that stand for them.

        Raises:
            PatchError: there are two texts for one object.
        """
        found: dict[str, Any] = {}
        for text, said in objects.items():
            known = self.known(name, text)
            if known in found:
                raise PatchError(f"{name} {known} is there twice, also as {text}; say it once")
            found[known] = said
        return found

    def meant(self, ref: Ref) -> Ref:
        """Return the name that is meant by one in a value, whose key may be a plain text too.

        Args:
            ref: such as ``Ref("Order", "2024-02-29")``, where keys are dates.
        """
        name, text = ref.class_name, ref.key
        if type(text) is not str or name not in self._classes:
            return ref
        there = self._refs.get((name, text))
        if there is not None:
            return there if can_be_path(type(there.key)) and type(there.key) is not int else ref
        return ref if self._expected_type(name).is_open else next(self._also_for(name, text), ref)

    @cached_property
    def _texts(self) -> dict[Ref, str]:
        return {ref: text for (_, text), ref in self._refs.items()}

    # -- reading ---------------------------------------------------------------------------

    def stands_for(self, text: str, ref: Ref) -> bool:
        """Return whether a text is one for the key of an object that need not be there."""
        return text == self.text(ref) or ref in self._also_for(ref.class_name, text)

    def read(self, name: str, text: str) -> Any:
        """Return the key that a text stands for, as is annotated, or as those are that are there.

        Args:
            name: the name of a class that is known.
            text: the text.

        Raises:
            PatchError: it stands for none.
        """
        expected = self._expected_type(name)
        if expected.expects(str):
            return text
        data = _loaded_or_same(text)
        if is_tagged(data):
            return self._form.decode(data, expected)
        classes = self._expected(name, expected)
        if classes == [str]:
            return text
        for number, class_ in enumerate(classes, 1):
            try:
                return read_key(text, class_)
            except PatchError:
                if number == len(classes) and not expected.is_open:
                    raise
        try:
            return self._form.decode(data, expected)
        except PatchError:
            return self._form.decode(text, expected)

    def _read_tagged(self, name: str, text: str) -> Any:
        data = _loaded_or_same(text)
        return self._form.decode(data, self._expected_type(name)) if is_tagged(data) else text

    def _expected_type(self, name: str) -> ExpectedType:
        known = self._form.expected_types.of(self._classes[name])
        return known.get(self.attribute) or self._form.expected_types.unknown([])

    def _expected(self, name: str, expected: ExpectedType) -> list[type]:
        """The classes that a text may be read as, without a tag."""
        there = self._there.get(name, set()) if expected.is_open else set()
        classes: Iterable[type] = there if len(there) == 1 else expected.annotated
        return [one for one in classes if one is str or can_be_path(one)]


def _loaded_or_same(text: str) -> Any:
    try:
        return loaded(text)
    except PatchError:
        return text
