"""``related()``: what a class says of a field that holds other tracked objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._kernel.sentinels import MISSING
from ...errors import RelationshipError
from ..arguments import need, need_function
from ..declared.annotations import Scope, alternatives, own_annotations, qualifier
from .collections import keyed_by

__all__ = ["Related", "related", "related_fields"]

_UNDECIDED = frozenset(
    [
        "AbstractSet",
        "Collection",
        "FrozenSet",
        "Iterable",
        "Mapping",
        "MutableMapping",
        "MutableSequence",
        "MutableSet",
        "Sequence",
        "Tuple",
        "deque",
        "frozenset",
        "tuple",
    ]
)
"""Names of containers that do not say which collection is to be made, or of none that can be."""

_CONTAINERS = {"list": list, "set": set, "dict": dict, "List": list, "Set": set, "Dict": dict}


class Related:
    """A field that holds other tracked objects, as its class declares it.

    Attributes:
        back_populates: the field at the other side, or ``None``.
        collection: makes an empty collection; ``None`` where there is room for one object.
        origin: what stands in the body of the class, that this was made of.
    """

    __slots__ = ("__weakref__", "back_populates", "collection", "key", "origin")

    def __init__(
        self,
        back_populates: str | None,
        collection: Any = MISSING,
        key: str | Callable[[Any], Any] | None = None,
        origin: Related | None = None,
    ) -> None:
        self.origin = self if origin is None else origin
        self.back_populates = back_populates
        self.collection = collection
        self.key = key

    def __repr__(self) -> str:
        return "<related>"

    def resolved(self, class_: type, name: str) -> Related:
        """Return the same with its collection known.

        Args:
            class_: the class that declares the field.
            name: of the field.

        Raises:
            RelationshipError: a dictionary is wanted, and nothing says by which key.
        """
        collection = self.collection
        if collection is MISSING:
            collection = _container_of(class_, name)
        if collection is dict or self.key is not None:
            collection = self._keyed(class_, name)
        return Related(self.back_populates, collection, self.key, self.origin)

    def _keyed(self, class_: type, name: str) -> Any:
        if self.key is None:
            raise RelationshipError(
                f"{class_.__qualname__}.{name} is a dictionary of related objects, and nothing "
                f"says where each of them goes: give the name of their field that is the key, "
                f'as in related(key="name"), or a function of the object',
                class_=class_,
                key=name,
            )
        return keyed_by(self.key)


def related(
    *,
    back_populates: str | None = None,
    collection: type | Callable[[], Any] | None = None,
    key: str | Callable[[Any], Any] | None = None,
) -> Any:
    """Declare a field of a tracked class that holds other tracked objects.

    It is given as the default of the field.  An object is made with none; one that is
    passed to its ``__init__``, or assigned, or appended, is told at the other side too.

    Args:
        back_populates: the name of the field at the other side, that is kept in step.
        collection: the class of the collection, where the annotation does not say:
            ``list``, ``set``, or one of your own.
        key: has the field hold a dictionary; the name of the field of its objects by whose
            value they are found there, or a function of the object.

    Raises:
        ArgumentError: what is given is no name, no class or no function.
        RelationshipError: when the class is tracked: a dictionary has no key, the annotation
            does not say what collection it is, or the class is a Pydantic model.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import related, tracked
        >>> @tracked
        ... @dataclass(eq=False)
        ... class Shelf:
        ...     books: list["Book"] = related(back_populates="shelf")
        >>> @tracked
        ... @dataclass(eq=False)
        ... class Book:
        ...     title: str
        ...     shelf: Shelf | None = related(back_populates="books")
        >>> shelf = Shelf()
        >>> book = Book("Emma", shelf)
        >>> [book.title for book in shelf.books]
        ['Emma']
        >>> shelf.books.clear()
        >>> book.shelf is None
        True
    """
    need(back_populates, (str, type(None)), "back_populates", "the name of a field")
    if collection is not None:
        need_function(collection, "collection", "a class of collections")
    if key is not None and not isinstance(key, str):
        need_function(key, "key", "the name of a field, or a function of an object")
    return Related(back_populates, MISSING if collection is None else collection, key)


def related_fields(class_: type) -> dict[str, Related]:
    """Return the fields of a class that hold tracked objects, inherited ones included.

    Args:
        class_: the class, however its decorators have left it.
    """
    found: dict[str, Related] = {}
    _refuse_models(class_)
    for base in reversed(class_.__mro__):
        for name, value in _defaults_of(base).items():
            if isinstance(value, Related):
                found[name] = value.resolved(base, name)
            elif name in vars(base) and hasattr(value, "declared"):
                found[name] = value.declared
    return found


def _refuse_models(class_: type) -> None:
    for name, field in getattr(class_, "__pydantic_fields__", {}).items():
        if isinstance(getattr(field, "default", None), Related):
            raise RelationshipError(
                f"{class_.__qualname__}.{name}: a Pydantic model validates and copies what its "
                "fields hold, so they cannot be related(); have the relationship in a dataclass, "
                "an attrs class or a plain one",
                class_=class_,
                key=name,
            )


def _defaults_of(class_: type) -> dict[str, Any]:
    """What a class, or what has made it, has as defaults of fields."""
    defaults = dict(vars(class_))
    for name, field in vars(class_).get("__dataclass_fields__", {}).items():
        defaults.setdefault(name, field.default)
        if isinstance(field.default, Related):  # where a slot has taken its place
            defaults[name] = field.default
    for attribute in vars(class_).get("__attrs_attrs__", ()):
        defaults[attribute.name] = attribute.default
    return defaults


def _container_of(class_: type, name: str) -> type | None:
    """The class of collections that an annotation names, or ``None`` for one object."""
    for named in _names_in(class_, name):
        if named in _UNDECIDED:
            raise RelationshipError(
                f"{class_.__qualname__}.{name} is annotated as a {named}, which does not say what "
                "collection of related objects it is to hold; annotate it as a list, a set or a "
                "dict, or give related(collection=...)",
                class_=class_,
                key=name,
            )
        if named in _CONTAINERS:
            return _CONTAINERS[named]
    return None


def _names_in(class_: type, name: str) -> list[str]:
    """The names of what a field is annotated as, in the class or a base, one for each choice."""
    for base in class_.__mro__:
        annotations = own_annotations(base)
        if name in annotations:
            scope = Scope(base)
            found = alternatives(annotations[name], scope) or [annotations[name]]
            return [qualifier(one, scope) for one in found]
    return []
