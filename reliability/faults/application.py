"""A program with code of its own in every place where the layer calls out.

Whatever of this file runs while the layer works has been called by the layer: that is how
call-outs are found.  Nothing here fails; that is left to whoever injects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .doors import Door

__all__ = ["COLLECTIONS", "LAZY", "PLAIN", "REFERENCES", "Program", "Value"]

current: Program
"""The program that was made last."""

PLAIN = ("heard", "quiet", "active", "late", "stored", "measured", "born")
REFERENCES = ("owner", "mate", "mate_of", "keeper", "friend", "placed")
COLLECTIONS = {
    "children": "list",
    "tags": "set",
    "tagged": "set",
    "held": "dict",
    "shelf": "bag",
    "lazy": "list",
}
LAZY = ("late", "friend", "lazy")
"""What has a loader of its own."""

_BACKREFS = (
    ("children", "owner"),
    ("tags", "tagged"),
    ("mate", "mate_of"),
    ("held", "keeper"),
    ("shelf", "placed"),
)
_EVENTS = ("set", "append", "remove", "append_wo_mutation", "bulk_replace", "modified")
_LIFE = ("init", "init_failure", "load", "refresh", "expire", "pickle", "unpickle")


class Value:
    """A plain value that says itself what is equal and what is true."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)

    def __bool__(self) -> bool:
        return self.number != 0

    def __repr__(self) -> str:
        return f"v{self.number}"


class Thing:
    """What there is."""

    number = -1

    def __init__(self, number: int, **values: Any) -> None:
        self.number = number
        for key, value in values.items():
            setattr(self, key, value)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return self.number

    def __bool__(self) -> bool:
        return True

    def __getstate__(self) -> dict[str, Any]:
        return dict(vars(self))

    def __setstate__(self, values: dict[str, Any]) -> None:
        vars(self).update(values)


class Guarded(Thing):
    """Has a word in each access."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)

    def __getattribute__(self, name: str) -> Any:
        return super().__getattribute__(name)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class OwnList(list[Any]):
    """A list with methods of its own."""

    def append(self, item: Any) -> None:
        """Append."""
        super().append(item)

    def remove(self, item: Any) -> None:
        """Remove."""
        super().remove(item)

    def __delitem__(self, index: Any) -> None:
        super().__delitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, value)

    def __contains__(self, item: object) -> bool:
        return super().__contains__(item)


class OwnSet(set[Any]):
    """A set with methods of its own."""

    def add(self, item: Any) -> None:
        """Add."""
        super().add(item)

    def remove(self, item: Any) -> None:
        """Remove."""
        super().remove(item)


def bag_of(collection: Any) -> type:
    """Return a class of collections that is like no built-in one."""

    class Bag:
        """A collection of the user's own."""

        def __init__(self) -> None:
            self.things: list[Any] = []

        @collection.appender
        def put(self, thing: Any) -> None:
            """Put a thing in."""
            self.things.append(thing)

        @collection.remover
        def take(self, thing: Any) -> None:
            """Take a thing out."""
            self.things.remove(thing)

        @collection.iterator
        def each(self) -> Iterator[Any]:
            """Go through the things."""
            return iter(self.things)

        @collection.removes_return()
        def draw(self) -> Any:
            """Take any thing out."""
            return self.things.pop()

        @collection.replaces(2)
        def exchange(self, index: int, thing: Any) -> Any:
            """Put a thing in the place of another."""
            old, self.things[index] = self.things[index], thing
            return old

    Bag.__qualname__ = "current.Bag"
    return Bag


def _same(a: Any, b: Any) -> bool:
    return bool(a == b)


def _number_of(thing: Any) -> int:
    number: int = thing.number
    return number


class Program:
    """Classes of the layer with a hook everywhere.

    Args:
        door: how to reach the layer.
        own: whether collections are classes of the program's own rather than built-in ones.
    """

    def __init__(self, door: Door, own: bool) -> None:
        self.door = door
        # pickles find the classes through this module
        globals()["current"] = self
        self.Thing: Any = _named("Thing", (Thing,))
        self.Guarded: Any = _named("Guarded", (self.Thing, Guarded))
        self._factories: dict[str, Any] = {
            "list": OwnList if own else list,
            "set": OwnSet if own else set,
            "dict": door.collections.keyfunc_mapping(_number_of),
            "bag": bag_of(door.collections.collection),
        }
        self.Bag = self._factories["bag"]
        self.loads: dict[str, Any] = {}
        for class_ in (self.Thing, self.Guarded):
            manager = door.instrumentation.register_class(class_)
            manager.expired_attribute_loader = self.load_expired
            for name in _LIFE:
                door.listen(class_, name, _hear_of_life)
        for key in (*PLAIN, *REFERENCES, *COLLECTIONS):
            self._register(key)

    def _register(self, key: str) -> None:
        options: dict[str, Any] = {}
        if key in REFERENCES or key in COLLECTIONS:
            options.update(useobject=True, trackparent=True)
        if key in COLLECTIONS:
            options.update(uselist=True, typecallable=self._factories[COLLECTIONS[key]])
        for one, other in _BACKREFS:
            if key in (one, other):
                options["backref"] = other if key == one else one
        if key in LAZY:
            options["callable_"] = self._loader(key)
        if key == "measured":
            options["compare_function"] = _same
        options["active_history"] = key == "active"
        self.door.register(self.Thing, key, **options)
        self._listen(getattr(self.Thing, key), key)

    def _listen(self, attribute: Any, key: str) -> None:
        listen = self.door.listen
        if key == "born":
            listen(attribute, "init_scalar", _give_first, retval=True, propagate=True)
        if key in ("quiet", "stored"):
            return
        for name in _EVENTS:
            listen(attribute, name, _hear, propagate=True)
        if key in COLLECTIONS:
            for name in ("init_collection", "dispose_collection"):
                listen(attribute, name, _hear, propagate=True)

    def _loader(self, key: str) -> Any:
        def load(state: Any, passive: Any) -> Any:
            if not passive & self.door.attributes.SQL_OK:
                return self.door.attributes.PASSIVE_NO_RESULT
            return self.loads[key]

        return load

    def load_expired(self, state: Any, keys: set[str], passive: Any) -> Any:
        """Load plain values that have expired."""
        if not passive & self.door.attributes.SQL_OK:
            return self.door.attributes.PASSIVE_NO_RESULT
        for key in sorted(keys.intersection(PLAIN)):
            self.door.attributes.set_committed_value(state.obj(), key, self.loads["late"])
        return self.door.attributes.ATTR_WAS_SET

    def close(self) -> None:
        """Unregister the classes."""
        for class_ in (self.Guarded, self.Thing):
            self.door.unregister(class_)


def _named(name: str, bases: tuple[type, ...]) -> type:
    return type(name, bases, {"__module__": __name__, "__qualname__": f"current.{name}"})


def _hear(target: Any, value: Any, *rest: Any) -> None:
    """Listen to an attribute."""


def _hear_of_life(target: Any, *rest: Any) -> None:
    """Listen to an instance."""


def _give_first(target: Any, value: Any, values: Any) -> Any:
    values["born"] = 0
    return 0
