"""What is expected in a place of a document, so that plain JSON data can be read as values.

Which class a value is to have is known from the annotation of its field, and from what is
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import (
    Any,
)

from ..declared.annotations import Scope
from ..declared.declarations import Declarations
from ..declared.defaults import none_by_default
from ..declared.libraries import kind_of
from ..declared.parameters import bindings_of, substituted
from ..instances.adoption import is_tracked
from ..layer import TRACKED
from ..values.classes import shape_of
from .expected_type import ExpectedType

__all__ = ["ExpectedTypes"]


class ExpectedTypes:
    """Knows what is expected in the fields of classes; asked of each class once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Any, dict[str, ExpectedType]] = {}

    def of(self, class_: type, arguments: tuple[Any, ...] = ()) -> dict[str, ExpectedType]:
        """Return the expected_types of the fields of a class, by name.

        Args:
            class_: the class.
            arguments: what its type parameters stand for.
        """
        place: Any = class_, arguments
        try:
            hash(place)
        except TypeError:  # of what is in Annotated, for one
            place = class_, repr(arguments)
        if place not in self._known:
            self._known[place] = dict(self._made(class_, arguments))
        return self._known[place]

    def _made(
        self, class_: type, arguments: tuple[Any, ...]
    ) -> Iterator[tuple[str, ExpectedType]]:
        declared, shape = Declarations(class_), shape_of(class_)
        bindings, nones = bindings_of(class_, arguments), none_by_default(class_)
        names = (*shape.names, *shape.labels) if shape else ()
        for name in dict.fromkeys((*declared.fields, *names)):
            annotation, scope = declared.annotations.get(name, (Any, Scope(object)))
            bound = bindings.get(scope.class_)
            if bound:
                annotation = substituted(scope.value_of(annotation), bound)
            expected = ExpectedType(self, annotation, scope)
            if name in nones:  # whatever is annotated
                expected.allow(type(None))
            expected.is_left = _converts(class_, name, declared)
            expected.is_judged = not (expected.is_left or _is_related(class_, name))
            yield name, expected

    def unknown(self, values: list[Any]) -> ExpectedType:
        """Return the expected of a place of which only the values are known."""
        return ExpectedType(self).with_values(values)


def _converts(class_: Any, name: str, declared: Declarations) -> bool:
    """Return whether a class makes something else of what a field is given, or refuses it."""
    kind = kind_of(class_)
    if kind == "attrs":
        converters = {one.name: one.converter for one in class_.__attrs_attrs__}
        return converters.get(name) is not None
    if kind == "pydantic":
        return not is_tracked(class_) or bool(class_.model_config.get("validate_assignment"))
    return declared.place_of(name) == "descriptor" and not issubclass(class_, tuple)


def _is_related(class_: type, name: str) -> bool:
    """Return whether a field holds the names of objects, which is looked at elsewhere."""
    manager = TRACKED.opt_manager_of(class_) if is_tracked(class_) else None
    return bool(manager is not None and name in manager and manager[name].relates)
