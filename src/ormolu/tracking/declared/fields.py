"""What is to be tracked of a class.

Example:
    >>> @dataclass
    ... class Order:
    ...     number: int
    ...     lines: list[str]
    >>> shape = shape_of(Order)
    >>> shape.kind, shape.births
    ('dataclass', ('__init__',))
    >>> [(field.name, field.mutable) for field in shape.fields.values()]
    [('number', False), ('lines', True)]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from .declarations import Declarations, Place, mangled
from .libraries import Kind, births_of
from .refusals import (
    refuse_class,
    refuse_name,
    refuse_new,
    refuse_nothing_found,
    refuse_roomless,
    refuse_text,
    refuse_unknown,
)

__all__ = ["Field", "Holds", "Shape", "shape_of"]

Holds = Literal["dict", "slots", "both"]
"""Where instances keep the values of their fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute that is to be tracked.

    Attributes:
        name: its name, as it is on instances: ``_Point__x``, not ``__x``.
        mutable: whether its values may be changed in place, as far as the annotation tells.
        place: where instances keep its value: in ``"dict"`` or ``"slot"``, or where a
            ``"descriptor"`` of the user's has it.
    """

    name: str
    mutable: bool
    place: Place

    def serves(self, other: Field) -> bool:
        """Return whether what watches this field sees all that there is to see of another.

        A subclass may say something else of a field than its base.
        """
        return self.place == other.place and (self.mutable or not other.mutable)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is to be tracked of a class.

    Attributes:
        kind: what has made the class, or the nearest of its bases that a library has made.
        fields: the fields by name, those of bases first.
        births: the names of the methods in whose course an instance is still being made, so
            that what they assign is no change.  One may be called within another.
        holds_values: where instances keep the values of these fields.
        weakly_referable: whether there can be weak references to instances.
    """

    kind: Kind
    fields: dict[str, Field]
    births: tuple[str, ...]
    holds_values: Holds
    weakly_referable: bool


def shape_of(
    class_: type, names: Iterable[str] | None = None, exclude: Iterable[str] = ()
) -> Shape:
    """Return what is to be tracked of a class.

    Fields are what the library that made the class takes for its fields.  To these come the
    attributes that are annotated, or have slots, in classes of the hierarchy that no library
    has made; of a Pydantic model there are none.  Left out is what the class itself computes
    (properties, methods) and what it says is its own (``ClassVar``).

    Args:
        class_: the class.
        names: the names of the fields, if not all of them are wanted; of a plain class also
            names of attributes that nothing is said of.
        exclude: the names of fields that are to be left out.

    Raises:
        NotAClassError: it is not a class, or is one that cannot be changed.
        UntrackableClassError: its instances cannot change, or nothing is known of them.
        UnknownFieldError: there is no field of a name given, or none that can be assigned.
        InvalidKeyError: a name given is not an identifier.
        ReservedNameError: a name given is the interpreter's or ormolu's.
        RegistrationError: one text was given where names have to be.

    Example:
        >>> class Point:
        ...     x: int
        ...     y: int
        >>> list(shape_of(Point, exclude=["y"]).fields)
        ['x']
    """
    refuse_class(class_)
    left_out = _checked(class_, exclude)
    given = None if names is None else _checked(class_, names)
    declared = Declarations(class_)
    refuse_roomless(class_, declared)
    wanted = declared.fields if given is None else _wanted(class_, given, declared)
    for name in left_out:
        refuse_unknown(class_, name, wanted)
    fields = {name: _field(declared, name) for name in wanted if name not in left_out}
    if not fields and declared.kind == "plain":
        refuse_nothing_found(class_)
    return Shape(
        kind=declared.kind,
        fields=fields,
        births=births_of(class_, declared.kind),
        holds_values=_holds(class_, fields.values()),
        weakly_referable=class_.__weakrefoffset__ != 0,
    )


def _checked(class_: type, given: Iterable[str]) -> list[str]:
    """The names given, as they are on instances."""
    refuse_text(class_, given)
    names = list(given)
    for name in names:
        refuse_name(class_, name)
    return [mangled(name, class_) for name in names]


def _wanted(class_: type, given: list[str], declared: Declarations) -> list[str]:
    """The names given, where instances can have a value of each."""
    for name in given:
        if name not in declared.known:
            refuse_new(class_, name, declared)
    return given


def _field(declared: Declarations, name: str) -> Field:
    return Field(name, declared.is_mutable(name), declared.place_of(name))


def _holds(class_: type, fields: Collection[Field]) -> Holds:
    places = {field.place for field in fields}
    if not places & {"dict", "slot"}:
        return "dict" if class_.__dictoffset__ else "slots"
    if {"dict", "slot"} <= places:
        return "both"
    return "slots" if "slot" in places else "dict"
