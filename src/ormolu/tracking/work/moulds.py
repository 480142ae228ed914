"""What is expected in a place of a document, so that plain JSON data can be read as values.

JSON has arrays and texts where Python has sets and dates.  Which class a value is to have is
known from the annotation of its field, and from what is there.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import uuid
from collections import abc, deque
from collections.abc import Iterator
from copy import copy
from enum import Enum, Flag
from typing import Any, Final, Literal, get_args, get_origin

from ..declared.annotations import Scope, alternatives
from ..declared.declarations import Declarations
from ..layer import TRACKED
from ..values.classes import shape_of
from ..values.shapes import ModelShape, Shape
from .standing_for import plain_class

__all__ = ["Form", "Mould", "Moulds", "form_of", "is_record"]

Form = Literal["array", "object", "text", "number"]
"""What stands for a value in JSON."""

_DEFAULTS: Final[dict[Form, type]] = {"array": list, "object": dict, "text": str, "number": int}
_FORMS: Final[dict[type, Form]] = {
    **dict.fromkeys((list, tuple, set, frozenset, deque), "array"),
    dict: "object",
    **dict.fromkeys((str, datetime.date, datetime.datetime, datetime.time), "text"),
    **dict.fromkeys((decimal.Decimal, fractions.Fraction, uuid.UUID), "text"),
    int: "number",
}
_CONCRETE: Final[dict[Any, type]] = {
    **dict.fromkeys((abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable), list),
    **dict.fromkeys((abc.Set, abc.MutableSet), set),
    **dict.fromkeys((abc.Mapping, abc.MutableMapping), dict),
}
"""What is made where an annotation does not say which class of a kind it is to be."""


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
    return "object" if is_record(class_) else None


def _form_of_enum(class_: type[Enum]) -> Form | None:
    kinds = {type(member.value) for member in class_}
    if kinds == {str}:
        return "text"
    return "number" if kinds == {int} or issubclass(class_, Flag) else None


def is_record(class_: type) -> bool:
    """Return whether a class is a dataclass, an attrs class or a model.

    Tracked ones are not meant: their instances are referred to by name.
    """
    shape = shape_of(class_)
    if shape is None or type(shape) not in (Shape, ModelShape):
        return False
    return not shape.built_in and not _is_tracked(class_)


def _is_tracked(class_: type) -> bool:
    return hasattr(class_, TRACKED.manager_attr)


class Moulds:
    """Knows what is expected in the fields of classes; asked of each class once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[type, dict[str, Mould]] = {}

    def of(self, class_: type) -> dict[str, Mould]:
        """Return the moulds of the fields of a class, by name."""
        if class_ not in self._known:
            declared, shape = Declarations(class_), shape_of(class_)
            names = dict.fromkeys((*declared.fields, *(shape.names if shape else ())))
            self._known[class_] = {
                name: Mould(self, *declared.annotations.get(name, (Any, None))) for name in names
            }
        return self._known[class_]

    def unknown(self, values: list[Any]) -> Mould:
        """Return the mould of a place of which only the values are known."""
        return Mould(self).with_values(values)


class Mould:
    """What is expected in one place.

    Args:
        moulds: knows other classes.
        annotation: the annotation; ``Any`` if there is none.
        scope: that of the class whose it is.

    Attributes:
        values: what is there, or in places like it.
        is_place: whether the values are of this very place.
    """

    __slots__ = ("_annotated", "_moulds", "_parts", "_present", "_scope", "is_place", "values")

    def __init__(self, moulds: Moulds, annotation: Any = Any, scope: Scope | None = None) -> None:
        self._moulds = moulds
        self._scope = Scope(object) if scope is None else scope
        self._annotated = list(_choices(annotation, self._scope))
        self._parts: dict[Any, Any] = {}
        self._present: set[type] = set()
        self.values: list[Any] = []
        self.is_place = True

    def with_values(self, values: list[Any], is_place: bool = True) -> Mould:
        """Return the same with other values that are there."""
        found = copy(self)
        found._parts = {}
        found.values = values
        found.is_place = is_place
        found._present = {plain_class(value) for value in values}
        return found

    def class_of(self, form: Form, declared: bool = False) -> type:
        """Return which class is expected of data of a form.

        Args:
            form: the form.
            declared: whether only what is annotated is asked.
        """
        present = {one for one in self._present if form_of(one) == form and not declared}
        found = present or {class_ for class_, _ in self._annotated if form_of(class_) == form}
        return found.pop() if len(found) == 1 else _DEFAULTS[form]

    def tracked_class(self) -> type | None:
        """Return the tracked class whose instances are to be referred to here, if any is."""
        if self.expects(dict):
            return None
        return next((class_ for class_, _ in self._annotated if _is_tracked(class_)), None)

    @property
    def may_be_none(self) -> bool:
        """Whether nothing says that there has to be something."""
        return not self._annotated or self.expects(type(None)) or self.expects(object)

    def expects(self, class_: type) -> bool:
        """Return whether a class is among those that are annotated."""
        return any(one is class_ for one, _ in self._annotated)

    # -- parts, each made once: an array may have many members -----------------------------

    def member(self, at: int) -> Mould:
        """Return the mould of a member of an array, by its position."""
        arguments = self._arguments("list", "set", "frozenset", "deque", "tuple")
        if arguments[1:] and arguments[1] is not ...:
            annotation, key = (arguments[at] if at < len(arguments) else Any), at
        else:
            annotation, key = (arguments[0] if arguments else Any), -1
        if key not in self._parts:
            self._parts[key] = self._part(annotation, self._members(), False)
        return self._parts[key]  # type: ignore[no-any-return]

    def _members(self) -> list[Any]:
        arrays = [one for one in self.values if form_of(plain_class(one)) == "array"]
        return [member for array in arrays for member in array]

    def item(self, key: str) -> Mould:
        """Return the mould of the value at a key of a dictionary."""
        dicts = [one for one in self.values if plain_class(one) is dict]
        here = [one[key] for one in dicts if key in one]
        place = key if here else None
        if place not in self._parts:
            arguments = self._arguments("dict")
            values = here or [part for one in dicts for part in one.values()]
            annotation = arguments[1] if arguments[1:] else Any
            self._parts[place] = self._part(annotation, values, bool(here) and self.is_place)
        return self._parts[place]  # type: ignore[no-any-return]

    def fields(self, class_: type) -> dict[str, Mould]:
        """Return the moulds of the fields of a record, by name."""
        if class_ not in self._parts:
            shape: Any = shape_of(class_)
            found = [shape.fields(one) for one in self.values if type(one) is class_]
            known = self._moulds.of(class_)
            self._parts[class_] = {
                name: known.get(name, Mould(self._moulds)).with_values(
                    [fields[name] for fields in found if name in fields], self.is_place
                )
                for name in dict.fromkeys((*known, *(name for one in found for name in one)))
            }
        return self._parts[class_]  # type: ignore[no-any-return]

    def _arguments(self, *names: str) -> tuple[Any, ...]:
        found = [arguments for class_, arguments in self._annotated if class_.__name__ in names]
        return found[0] if len(found) == 1 else ()

    def _part(self, annotation: Any, values: list[Any], is_place: bool) -> Mould:
        return Mould(self._moulds, annotation, self._scope).with_values(values, is_place)


def _choices(annotation: Any, scope: Scope) -> Iterator[tuple[type, tuple[Any, ...]]]:
    """Yield the classes that an annotation names, each with what is in brackets behind it."""
    for one in alternatives(annotation, scope):
        origin = type(None) if one is None else get_origin(one) or one
        if origin is Literal:
            yield from ((type(value), ()) for value in get_args(one))
        elif isinstance(origin, type):
            yield _CONCRETE.get(origin, origin), get_args(one)
