"""The attributes that a class and its bases declare.

What a library takes for the fields of a class, it knows best.  What the others of its bases
annotate, or have slots for, are attributes as well, whether the library knows of them or not:
a mixin's, or those of a subclass that nobody decorated.  Only Pydantic leaves none: what it
has not taken for a field of a model, it keeps elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from types import MemberDescriptorType
from typing import Any, Literal

from ...core.names import is_reserved
from .annotations import Scope, is_mutable, own_annotations, qualifier
from .libraries import Kind, declared_fields, kind_of, made_by

__all__ = ["Declarations", "Place", "is_ours", "mangled"]

Place = Literal["dict", "slot", "descriptor"]
"""Where the value of an attribute is: in the ``__dict__`` of the instance, in a slot, or
where a descriptor of the user's keeps it."""

_CLASS_LEVEL = frozenset({"ClassVar", "InitVar", "_KW_ONLY_TYPE"})


def mangled(name: str, class_: type) -> str:
    """Return what becomes of a name in the body of a class.

    Example:
        >>> class Point: pass
        >>> mangled("__x", Point), mangled("_x", Point), mangled("__x__", Point)
        ('_Point__x', '_x', '__x__')
    """
    owner = class_.__name__.lstrip("_")
    private = name.startswith("__") and not name.endswith("__")
    return f"_{owner}{name}" if private and owner else name


def is_ours(name: str) -> bool:
    """Return whether a name is one of the interpreter's, or of ormolu's own."""
    return is_reserved(name) or name.startswith("_ormolu_")


class Declarations:
    """What a class and its bases declare.

    Args:
        class_: the class.

    Attributes:
        kind: what has made it, or the nearest of its bases that a library has made.
        fields: the names of its fields, in order, those of bases first.
    """

    def __init__(self, class_: type) -> None:
        self._class = class_
        self._annotations: dict[str, tuple[Any, Scope]] = {}
        self._slots: dict[str, None] = {}
        self._fields: dict[str, None] = {}
        self._by_library: set[str] = set()
        self.kind: Kind = kind_of(class_)
        for base in reversed(class_.__mro__):
            self._read(base)
        self.fields = [name for name in self._fields if self._is_field(name)]

    # -- reading one class after the other, bases first ---------------------------------

    def _read(self, class_: type) -> None:
        scope, found = Scope(class_), own_annotations(class_)
        annotations = [name for name in found if not is_ours(name)]
        self._annotations.update({name: (found[name], scope) for name in annotations})
        slots = list(_slots_of(class_))
        self._slots.update(dict.fromkeys(slots))
        if made_by(class_) == "plain":
            self._read_plain(class_, annotations)
            self._fields.update(dict.fromkeys(slots))
        else:
            self._read_made(class_, annotations, scope)

    def _read_plain(self, class_: type, annotations: Iterable[str]) -> None:
        for name in annotations:
            if self._is_class_level(name, class_):
                self._fields.pop(name, None)
            else:
                self._fields.setdefault(name)

    def _read_made(self, class_: type, annotations: Iterable[str], scope: Scope) -> None:
        declared = declared_fields(class_)
        if made_by(class_) == "pydantic":
            self._fields.clear()
            # resolved already: type parameters, and names of the function around the class
            self._annotations.update({name: (declared[name], scope) for name in declared})
        for name in (*annotations, *declared):
            self._fields.pop(name, None)
        self._fields.update(dict.fromkeys(declared))
        self._by_library.update(declared)
        for name, annotation in declared.items():
            self._annotations.setdefault(name, (annotation, scope))

    def _is_class_level(self, name: str, class_: type | None = None) -> bool:
        """Whether an annotation is not of an attribute that instances have."""
        outermost = qualifier(*self._annotations[name])
        if outermost == "Final" and class_ is not None:
            return name in vars(class_)  # a constant
        return outermost in _CLASS_LEVEL

    def _is_field(self, name: str) -> bool:
        """Whether instances keep a value of their own of what is annotated."""
        return name in self._by_library or not (self._is_computed(name) or self.lacks_room(name))

    def _is_computed(self, name: str) -> bool:
        """Whether it is the class that says what is read."""
        found = self._on_class(name)
        binds, takes = hasattr(type(found), "__get__"), hasattr(type(found), "__set__")
        of_tuple = issubclass(self._class, tuple) and name in getattr(self._class, "_fields", ())
        if isinstance(found, property) or of_tuple:
            return True
        return binds and not takes and not self._is_annotated_anew(name)

    def _is_annotated_anew(self, name: str) -> bool:
        """Whether a class annotates what one of its bases has as a method."""
        owner = next(base for base in self._class.__mro__ if name in vars(base))
        annotating = self._annotations[name][1].class_ if name in self._annotations else owner
        return annotating is not owner and issubclass(annotating, owner)

    # -- what is asked of it ------------------------------------------------------------

    @cached_property
    def known(self) -> list[str]:
        """The names of all that instances are said to have, fields or not."""
        if self.kind == "pydantic":
            return self.fields
        annotated = [name for name in self._annotations if not self._is_class_level(name)]
        names = (*annotated, *self._slots)
        others = [name for name in names if not self._is_computed(name)]
        return list(dict.fromkeys((*self.fields, *others)))

    @property
    def annotations(self) -> Mapping[str, tuple[Any, Scope]]:
        """What is annotated, and the names that the annotation can use."""
        return self._annotations

    def is_mutable(self, name: str) -> bool:
        """Return whether values of ``name`` may be changed in place."""
        return name not in self._annotations or is_mutable(*self._annotations[name])

    def place_of(self, name: str) -> Place:
        """Return where instances keep the value of ``name``."""
        found = self._on_class(name)
        if not hasattr(type(found), "__set__"):
            return "dict"
        if name in self._slots:
            return "slot"
        return "dict" if type(found).__module__.startswith("ormolu.") else "descriptor"

    def is_read_only(self, name: str) -> bool:
        """Return whether ``name`` is a property that nobody can set."""
        found = self._on_class(name)
        return isinstance(found, property) and found.fset is None

    def lacks_room(self, name: str) -> bool:
        """Return whether instances cannot keep a value of ``name``."""
        return not self._class.__dictoffset__ and self.place_of(name) == "dict"

    @property
    def has_room(self) -> bool:
        """Whether instances can keep the value of anything."""
        return bool(self._class.__dictoffset__ or self._slots)

    def _on_class(self, name: str) -> Any:
        found = (vars(base)[name] for base in self._class.__mro__ if name in vars(base))
        return next(found, None)


def _slots_of(class_: type) -> Iterator[str]:
    """The names of the slots that a class adds to those of its bases, as it has them."""
    slots = vars(class_).get("__slots__", ())
    if isinstance(slots, str):
        slots = (slots,)
    elif not isinstance(slots, Collection):  # an iterator, of which nothing is left
        slots = [n for n, found in vars(class_).items() if isinstance(found, MemberDescriptorType)]
    for name in slots:
        if not is_ours(name):
            yield mangled(name, class_)
