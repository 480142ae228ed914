"""A few instances, and what has happened to them: what a program of steps runs in."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import attributes, instrumentation
from sqlalchemy.orm.base import PassiveFlag

from sqlalchemy import event

from .model import RELATIONS, SCALARS, Model, Shelf, Special, Thing
from .observe import sight_of

__all__ = ["PLACES", "InjectedError", "World", "value_of"]

PLACES = 6
"""How many instances there are at a time, at most."""

EVENTS = ("set", "append", "remove", "append_wo_mutation", "init_scalar", "modified")


class InjectedError(Exception):
    """What a listener or a loader of the world raises on purpose."""


class World:
    """The instances of one program, by number, and the log of what they were told.

    Attributes:
        things: what lives at each place; ``None`` where nothing does.
        log: what listeners and loaders were called with since it was emptied last.
    """

    def __init__(self) -> None:
        self.log: list[str] = []
        self.listening: list[tuple[Any, str, Callable[..., Any]]] = []
        self.faults = 0
        self.pickled = b""
        self.model = Model(self._load, self._load_expired)
        for class_ in (Thing, Special):
            self._listen_to_life(class_)
        self._begin()

    def _begin(self) -> None:
        self.things: list[Any] = [None] * PLACES
        self.fault_in = self.turn = self._made = 0
        for _ in range(3):
            self.make(0)

    # -- instances -------------------------------------------------------------------

    def make(self, which: int, **values: Any) -> Any:
        """Return a new instance at the first free place, or at the place of an old one."""
        free = self.things.index(None) if None in self.things else self._made % PLACES
        self._made += 1
        classes = self.model.classes
        # the old one may go before the new one is there, and not at some later time
        self.things[free] = None
        gc.collect(0)
        self.things[free] = made = classes[which % len(classes)](free, **values)
        return made

    def pick(self, number: int) -> Any:
        """Return an instance."""
        living = [thing for thing in self.things if thing is not None]
        return living[number % len(living)] if living else self.make(number)

    def pick_or_none(self, number: int) -> Any:
        """Return an instance, or ``None`` once in a while."""
        return None if number % 7 == 0 else self.pick(number // 7)

    def drop(self, number: int) -> None:
        """Let go of an instance; others may still hold it."""
        self.things[number % PLACES] = None
        gc.collect()

    def shelf(self) -> Shelf:
        """Return a collection of the user's own that belongs to nobody."""
        return Shelf()

    def keys_of(self, thing: Any) -> list[str]:
        """Return the names of the attributes of an instance, in a fixed order."""
        return sorted(instrumentation.manager_of_class(type(thing)))

    # -- loaders ---------------------------------------------------------------------

    def _load(self, thing: Any, key: str, passive: int) -> Any:
        self.log.append(f"load {thing!r}.{key} {int(passive)}")
        if not passive & PassiveFlag.SQL_OK:
            return attributes.PASSIVE_NO_RESULT
        self.perhaps_raise()
        place = thing.number + self.turn
        if key == "loaded":
            return attributes.NO_VALUE if place % 4 == 0 else place
        if key == "friend":
            return self.things[place % PLACES]
        return [other for other in self.things[place % 3 :: 2] if other is not None]

    def _load_expired(self, state: Any, keys: set[str], passive: int) -> Any:
        names = sorted(set(keys) - set(RELATIONS))
        self.log.append(f"load expired {state.obj()!r} {sorted(keys)} {int(passive)}")
        if not passive & PassiveFlag.SQL_OK:
            return attributes.PASSIVE_NO_RESULT
        self.perhaps_raise()
        thing = state.obj()
        for key in names:
            attributes.set_committed_value(thing, key, value_of(thing.number + self.turn))
        return attributes.ATTR_WAS_SET

    def perhaps_raise(self) -> None:
        """Raise if a fault was ordered and its time has come."""
        if self.fault_in:
            self.fault_in -= 1
            if not self.fault_in:
                self.faults += 1
                raise InjectedError

    # -- listeners -------------------------------------------------------------------

    def _listen_to_life(self, class_: type) -> None:
        for name in ("init", "load", "refresh", "expire", "pickle", "unpickle"):
            self._listen(class_, name, self._teller(name), propagate=False)

    def _teller(self, name: str) -> Callable[..., Any]:
        def tell(target: Any, *args: Any) -> None:
            self.log.append(f"{name} {target!r}")

        return tell

    def listen(self, key: str, name: str, manner: int) -> None:
        """Listen to an attribute, in one of four manners."""

        def hear(target: Any, value: Any, *args: Any) -> Any:
            told = [f"<{arg.key}>" if hasattr(arg, "key") else repr(arg) for arg in args]
            heard = f"<{value.key}>" if name == "modified" else repr(value)
            self.log.append(f"{name} {target!r}.{key} {heard} {told if manner != 3 else ''}")
            self.perhaps_raise()
            return value_of(7) if manner == 1 and key in SCALARS else value

        attribute = getattr(Thing, key)
        options = {"retval": name != "remove", "propagate": manner == 2}
        if name == "set":
            options["active_history"] = manner == 2
        self._listen(attribute, name, hear, **options)

    def _listen(self, target: Any, name: str, fn: Any, **options: Any) -> None:
        event.listen(target, name, fn, **options)
        self.listening.append((target, name, fn))

    def fall_silent(self) -> None:
        """Stop the last listener of an attribute."""
        if isinstance(self.listening[-1][0], type):
            return
        event.remove(*self.listening.pop())

    # -- classes ---------------------------------------------------------------------

    def drop_class(self, number: int) -> None:
        """Unregister an added class that has no instances."""
        used = {type(thing) for thing in self.things}
        if not used.isdisjoint(self.model.classes[2:]):
            return
        self.model.drop_class(number)

    def _clear(self) -> None:
        while not isinstance(self.listening[-1][0], type):
            self.fall_silent()
        self.things = [None] * PLACES
        gc.collect()
        while self.model.drop_class(0):
            """The last class that was added goes first."""

    def seen(self) -> str:
        """Return the log since it was looked at last, and the state of all that lives."""
        told = ["; ".join(self.log)]
        self.log.clear()
        told.extend(sight_of(thing) for thing in self.things if thing is not None)
        return "\n".join(told)

    def renew(self) -> None:
        """Begin again: the same classes, and nothing that was done to them is left."""
        self._clear()
        self.log.clear()
        self._begin()

    def close(self) -> None:
        """End the world; the classes are as they were."""
        self._clear()
        while self.listening:
            event.remove(*self.listening.pop())
        self.model.close()


def value_of(number: int) -> Any:
    """Return a plain value: a number, a text, a tuple or ``None``."""
    kinds: list[Any] = [None, number % 5, f"text {number % 3}", (number % 2,), True]
    return kinds[number % len(kinds)]
