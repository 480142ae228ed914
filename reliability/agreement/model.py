"""The classes that the steps of a program work on, registered with the layer that runs.

The module uses nothing but what SQLAlchemy calls its layer, so that one text is run by
stock SQLAlchemy and by ormolu beneath it, on either core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import attributes, instrumentation
from sqlalchemy.orm.collections import collection, keyfunc_mapping

__all__ = ["COLLECTIONS", "LOADED", "REFERENCES", "RELATIONS", "SCALARS", "Model", "Thing"]

SCALARS = ("name", "size", "eager", "loaded")
REFERENCES = ("parent", "mate", "mate_of", "keeper", "friend")
COLLECTIONS = {
    "children": "list",
    "tags": "set",
    "tagged": "list",
    "held": "dict",
    "shelf": "custom",
    "lazy": "list",
    "lazy_of": "set",
}
RELATIONS = (*REFERENCES, *COLLECTIONS)
LOADED = ("loaded", "friend", "lazy", "lazy_of")
"""What has a loader of its own."""

_BACKREFS = {
    "parent": "children",
    "children": "parent",
    "mate": "mate_of",
    "mate_of": "mate",
    "tags": "tagged",
    "tagged": "tags",
    "held": "keeper",
    "keeper": "held",
    "lazy": "lazy_of",
    "lazy_of": "lazy",
}


class Shelf:
    """A collection of the user's own, which counts what it does."""

    def __init__(self) -> None:
        self.things: list[Any] = []
        self.put = 0

    @collection.appender
    def place(self, thing: Any) -> None:
        """Put a thing in."""
        self.things.append(thing)
        self.put += 1

    @collection.remover
    def take(self, thing: Any) -> None:
        """Take a thing out."""
        self.things.remove(thing)

    @collection.iterator
    def walk(self) -> Any:
        """Go through the things."""
        return iter(self.things)

    def __repr__(self) -> str:
        return f"shelf of {self.put} {self.things}"

    @collection.internally_instrumented
    def swap(self, old: Any, new: Any) -> None:
        """Exchange one thing for another, through the members above."""
        self.take(old)
        self.place(new)


class Thing:
    """What there is; ``number`` is its place in the world, and nothing that is tracked."""

    number = -1

    def __init__(self, number: int, **values: Any) -> None:
        self.number = number
        for key, value in values.items():
            setattr(self, key, value)

    def __hash__(self) -> int:
        # sets of small numbers are gone through in their order, whatever was put in first
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"#{self.number}"


class Special(Thing):
    """A subclass, with an attribute of its own."""


class Model:
    """Registers the classes, and takes them back.

    Args:
        load: called with an instance, a name and the passive flag when a value is missing;
            returns what the loaders of the layer may return.
        expired: the loader of expired attributes, called with a state, names and the flag.
    """

    def __init__(
        self,
        load: Callable[[Any, str, int], Any],
        expired: Callable[[Any, set[str], int], Any],
    ) -> None:
        self.classes: list[type] = []
        self._load, self._expired = load, expired
        self._register_class(Thing)
        self._register_class(Special)
        for key in (*SCALARS, *RELATIONS):
            self._register(Thing, key)
        self._register(Special, "extra")

    def _register_class(self, class_: type) -> None:
        manager = instrumentation.register_class(class_)
        # stock's managers do not inherit it, ormolu's do
        manager.expired_attribute_loader = self._expired
        self.classes.append(class_)

    def _register(self, class_: type, key: str) -> None:
        options: dict[str, Any] = {}
        if key in REFERENCES:
            options["useobject"] = True
        elif key in COLLECTIONS:
            options.update(useobject=True, uselist=True, typecallable=_factory(key))
        if key in _BACKREFS:
            options["backref"] = _BACKREFS[key]
        if key in RELATIONS:
            options["trackparent"] = True
        if key == "eager":
            options["active_history"] = True
        if key in LOADED:
            options["callable_"] = self._loader(key)
        attributes._register_attribute(
            class_, key, comparator=object(), parententity=object(), **options
        )

    def _loader(self, key: str) -> Callable[[Any, int], Any]:
        return lambda state, passive: self._load(state.obj(), key, passive)

    def add_class(self, number: int) -> type:
        """Return a new subclass, registered, that adds an attribute and hides another."""
        base = self.classes[number % len(self.classes)]
        made = type(f"Made{number}", (base,), {})
        self._register_class(made)
        self._register(made, f"more{number % 3}")
        self._register(made, SCALARS[number % 2])
        return made

    def drop_class(self, number: int) -> type | None:
        """Unregister a class that was added and has no subclass; return it."""
        added = [
            class_
            for class_ in self.classes[2:]
            if not any(other is not class_ and issubclass(other, class_) for other in self.classes)
        ]
        if not added:
            return None
        chosen = added[number % len(added)]
        instrumentation.unregister_class(chosen)
        self.classes.remove(chosen)
        return chosen

    def close(self) -> None:
        """Unregister everything."""
        for class_ in reversed(self.classes):
            instrumentation.unregister_class(class_)


def _number_of(thing: Any) -> int:
    return thing.number


def _factory(key: str) -> Any:
    kind = COLLECTIONS[key]
    by_number = keyfunc_mapping(_number_of)
    return {"list": list, "set": set, "dict": by_number, "custom": Shelf}[kind]
