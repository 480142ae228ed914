"""Values as plain JSON data, and back.

``None``, booleans, finite numbers, texts, lists, and dictionaries with texts for keys are
written as they are.  Anything else is an object with one member, whose name is a tag that
begins with ``$``: ``{"$date": "2024-02-29"}``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, Flag
from typing import Any

from ...core.faults.wording import an, shown
from ...errors import ArgumentError, PatchError
from ..arguments import need, several
from ..graph_changes.making import prepare
from ..graph_changes.refs import Ref
from ..graph_changes.standing_for import plain_class
from ..values.classes import shape_of
from .tags import OF_CLASS, Tag

__all__ = ["Codec", "is_plain_key", "is_tagged", "need_plain_keys"]

Hook = tuple[Callable[[Any], Any], Callable[[Any], Any]]
"""What makes plain data of an instance of a class, and an instance of plain data."""

_PLAIN = (type(None), bool, int, str)
_OF_NAMES = ("ref", "enum", "object")
"""The tags whose content begins with the name of a class."""


class Codec:
    """Writes values as plain JSON data, and reads them again.

    Known are bytes, tuples, sets, deques, dates and times, ``Decimal``, ``Fraction``,
    ``UUID``, complex numbers, and the names that objects have in change sets.

    Args:
        types: classes whose instances are written by name: enumerations, dataclasses,
            attrs classes, models and named tuples.  Only what is named here is made of
            what is read; instances are made without ``__init__``.
        hooks: for other classes, a function that makes plain data of an instance, and one
            that makes an instance of that.
        fallback: makes text of what cannot be written otherwise, such as ``repr``, where
            what is written is to be looked at and never to be read again.

    Raises:
        PatchError: two of the classes have the same name, or one has that of a class that is
            known without being named here.
        ArgumentError: one is no class, or a hook is no pair of functions.

    Example:
        >>> from datetime import date
        >>> codec = Codec(hooks={range: (lambda r: [r.start, r.stop], lambda d: range(*d))})
        >>> codec.encode({"on": date(2024, 2, 29), "at": (1, range(3))})
        {'on': {'$date': '2024-02-29'}, 'at': {'$tuple': [1, {'$range': [0, 3]}]}}
        >>> codec.decode({"$tuple": [1, {"$range": [0, 3]}]})
        (1, range(0, 3))
    """

    __slots__ = ("_by_class", "_by_name", "_fallback", "_hooked", "_types")

    def __init__(
        self,
        types: Iterable[type] = (),
        hooks: Mapping[type, Hook] | None = None,
        fallback: Callable[[Any], str] | None = None,
    ) -> None:
        self._by_class: dict[type, Tag] = dict(OF_CLASS)
        self._hooked = dict(_hooks(hooks or {}))
        for class_, (write, read) in self._hooked.items():
            self._by_class[class_] = Tag(class_, class_.__name__, write, read)
        self._by_name = _by_name(self._by_class.values())
        self._fallback = fallback
        self._types: dict[str, type] = {}
        for class_ in several(types, type, "types", "classes"):
            if self._types.setdefault(class_.__name__, class_) is not class_:
                raise PatchError(
                    f"two classes are named {class_.__name__}: {self._types[class_.__name__]!r} "
                    f"and {class_!r}; give one of them to Codec(hooks=...) instead",
                    class_=class_,
                )

    def has_hook(self, class_: type) -> bool:
        """Return whether it was said how instances of a class are written."""
        return class_ in self._hooked

    def named(self, name: str) -> type | None:
        """Return the class of a name that is among the types, or ``None``."""
        return self._types.get(name)

    # -- writing ---------------------------------------------------------------------------

    def encode(self, value: Any) -> Any:
        """Return a value as plain data.

        Raises:
            PatchError: there is something in it that cannot be written, or it contains itself.
        """
        try:
            return self._encode(value, ())
        except RecursionError:
            raise PatchError("the value is nested too deeply to be written as JSON") from None

    def tagged(self, value: Any) -> Any:
        """Return a value as an object with a tag, also where it could be written without.

        Raises:
            PatchError: as :meth:`encode` does.
        """
        if type(value) is Ref:  # the name of its class is a name, and so is its tag
            return self.encode(value)
        try:
            return self._tagged(value, plain_class(value), (id(value),))
        except RecursionError:
            raise PatchError("the value is nested too deeply to be written as JSON") from None

    def _encode(self, value: Any, within: tuple[int, ...]) -> Any:
        class_ = plain_class(value)
        if class_ in _PLAIN or (class_ is float and math.isfinite(value)):
            return value
        if id(value) in within:
            raise PatchError(f"{an(class_.__name__)} contains itself, which JSON cannot say")
        within = (*within, id(value))
        if class_ is list:
            return [self._encode(part, within) for part in value]
        if class_ is dict and all(map(is_plain_key, value)):
            return {key: self._encode(part, within) for key, part in value.items()}
        return self._tagged(value, class_, within)

    def _tagged(self, value: Any, class_: type, within: tuple[int, ...]) -> Any:
        if class_ is Ref:
            return {"$ref": self._encode(_ref_data(value), within)}
        tag = self._by_class.get(class_)
        if tag is not None:
            return {f"${tag.name}": self._encode(tag.write(value), within)}
        if self._types.get(class_.__name__) is class_:
            if isinstance(value, Enum):
                # combined flags have no name of their own
                member = value.value if isinstance(value, Flag) else value.name
                return {"$enum": [class_.__name__, member]}
            return {"$object": [class_.__name__, self._encode(_parts(value), within)]}
        if self._fallback is not None:
            return {"$text": [class_.__name__, self._fallback(value)]}
        raise PatchError(
            f"{an(class_.__qualname__)} cannot be written as JSON; name the class in "
            f"Codec(types=[{class_.__name__}]), or say how in Codec(hooks=...)",
            class_=class_,
        )

    # -- reading ---------------------------------------------------------------------------

    def decode(self, data: Any) -> Any:
        """Return the value that was written as plain data.

        Raises:
            PatchError: there is something in it that was not written so, or a tag or a
                class that nothing is known of.
        """
        try:
            return self._decode(data)
        except RecursionError:
            raise PatchError("the JSON is nested too deeply to be read") from None

    def _decode(self, data: Any) -> Any:
        if isinstance(data, list):
            return [self._decode(part) for part in data]
        if not isinstance(data, dict):
            return data
        if is_tagged(data):
            ((name, content),) = data.items()
            return self._of_tag(name[1:], content)
        need_plain_keys(data)
        return {key: self._decode(part) for key, part in data.items()}

    def _of_tag(self, name: str, data: Any) -> Any:
        read = {"ref": self._ref, "enum": self._enum, "object": self._object}.get(name)
        tag = self._by_name.get(name)
        if read is None and tag is None:
            raise PatchError(
                f"nothing is known of ${name}; say how it is read in Codec(hooks=...)"
            )
        try:
            return read(data) if read is not None else tag.read(self._decode(data))  # type: ignore[union-attr]
        except PatchError:
            raise
        except Exception as error:  # of whatever is made of it
            raise PatchError(
                f"{shown(data)} is not what a ${name} is written as: {error}"
            ) from error

    def _ref(self, data: Any) -> Ref:
        return ref_of(self._decode(data))

    def _enum(self, data: Any) -> Any:
        name, member = data
        class_: Any = self._class(name)
        if not issubclass(class_, Enum):
            raise PatchError(f"{an(name)} is no enumeration, as $enum says", class_=class_)
        return class_[member] if isinstance(member, str) else class_(member)

    def _object(self, data: Any) -> Any:
        name, parts = data
        class_ = self._class(name)
        shape = shape_of(class_)
        if shape is None:
            raise PatchError(f"{an(name)} cannot be made of its fields", class_=class_)
        return _made(class_, shape, self._decode(parts))

    def _class(self, name: Any) -> type:
        if name not in self._types:
            raise PatchError(
                f"no class {name!r} is known to the codec; name it in Codec(types=[{name}])"
            )
        return self._types[name]


def is_tagged(data: Any) -> bool:
    """Return whether data are an object with a tag, and stand for what that says."""
    return isinstance(data, dict) and len(data) == 1 and not all(map(is_plain_key, data))


def is_plain_key(key: Any) -> bool:
    """Return whether a key can be that of a member of a JSON object without a tag."""
    return type(key) is str and not key.startswith("$")


def need_plain_keys(data: dict[str, Any]) -> None:
    """Refuse an object with members that have the names of tags.

    Raises:
        PatchError: it has.
    """
    for key in data:
        if not is_plain_key(key):
            raise PatchError(f"{shown(key)} is no name that a member of such an object may have")


def _ref_data(ref: Ref) -> list[Any]:
    return [ref.class_name, ref.key] if ref.number is None else [ref.class_name, None, ref.number]


def ref_of(data: Any) -> Ref:
    """Return the name that was written as a list.

    Raises:
        ValueError: it was not.
    """
    class_name, key, *rest = data
    by_number = key is None and len(rest) == 1 and type(rest[0]) is int
    if not isinstance(class_name, str) or (rest and not by_number):
        raise ValueError("a name of a class, a key, and a number instead of a key")
    hash(key)
    return Ref(class_name, key, *rest)


def _parts(value: Any) -> Any:
    """Return what an object, or a named tuple, is made of."""
    shape = shape_of(type(value))
    if shape is None:
        raise PatchError(
            f"{an(type(value).__qualname__)} has no fields that are known; say how it is written "
            "in Codec(hooks=...)",
            class_=type(value),
        )
    content = shape.look(value)
    return [shape.fields(value), content] if content is not None else [shape.fields(value)]


def _made(class_: type, shape: Any, parts: list[Any]) -> Any:
    fields, *rest = parts
    content = rest[0] if rest else None
    if not isinstance(fields, dict) or not fields.keys() <= set(shape.names):
        raise PatchError(
            f"{shown(fields)} are not the fields of {an(class_.__qualname__)}, which are "
            f"{', '.join(shape.names)}",
            class_=class_,
        )
    made = shape.new(class_, content, fields)
    prepare(made, fields)
    if content is not None and not shape.immutable:
        shape.put(made, content)
    shape.put_fields(made, fields, {})
    return made


def codec_of(given: Codec | None, fallback: Callable[[Any], str] | None = None) -> Codec:
    """Return the codec that was given, or one that knows what is built in.

    Args:
        given: the codec, or ``None``.
        fallback: what that one makes of what it cannot write otherwise.

    Raises:
        ArgumentError: what is given is something else.
    """
    need(given, (Codec, type(None)), "codec", "a Codec")
    return Codec(fallback=fallback) if given is None else given


def _hooks(given: Mapping[type, Hook]) -> Iterator[tuple[type, Hook]]:
    """Return the hooks by their classes; raise where one is not to be called."""
    need(given, Mapping, "hooks", "a dictionary of classes and pairs of functions")
    for class_, pair in given.items():
        need(class_, type, "each key of hooks", "a class")
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(callable, pair)):
            raise ArgumentError(
                f"the hook of {class_.__name__} has to be a pair of functions, one that writes "
                f"and one that reads, not {shown(pair)}",
                class_=class_,
            )
        yield class_, pair


def _by_name(tags: Iterable[Tag]) -> dict[str, Tag]:
    """Return tags by their names; raise where two have the same."""
    found: dict[str, Tag] = {}
    for tag in tags:
        if tag.name in _OF_NAMES or found.setdefault(tag.name, tag) is not tag:
            raise PatchError(
                f"the hook of {tag.class_!r} cannot be told from another ${tag.name} where it "
                "is read; give it a subclass or a class of another name",
                class_=tag.class_,
            )
    return found
