"""Ways to know what changed in an object of twenty fields: one process's share of measuring.

usage: ways.py NAME

Prints one JSON object: row -> figure.
"""

from __future__ import annotations

import copy
import gc
import json
import sys
import timeit
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import make_dataclass
from typing import Any, NamedTuple

__all__ = ["WAYS", "Way"]

TEXTS = [f"field{number}" for number in range(19)]
FIELDS: dict[str, Any] = {**dict.fromkeys(TEXTS, str), "items": list[int]}
NAMES = list(FIELDS)
VALUES = {**{name: f"value {name}" for name in TEXTS}, "items": [1, 2, 3]}
FIRST, SECOND = TEXTS[3], TEXTS[4]
COUNT = 2000


class Way(NamedTuple):
    """A way to know what changed.

    Attributes:
        make: makes an object with the values.
        changes: what changed in one, as a mapping of old and new values.
        keeps_old: whether the old values are known.
    """

    make: Callable[[], Any]
    changes: Callable[[Any], Mapping[str, tuple[Any, Any]]]
    keeps_old: bool = True


def _dataclass(**options: Any) -> Any:
    return make_dataclass("Doc", FIELDS.items(), **options)


def _plain() -> Way:
    doc = _dataclass()
    return Way(lambda: doc(**VALUES), lambda obj: {}, keeps_old=False)


def _setattr() -> Way:
    """A class that hears of each write, and does nothing about it."""

    def __setattr__(self: Any, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    doc = _dataclass(namespace={"__setattr__": __setattr__})
    return Way(lambda: doc(**VALUES), lambda obj: {}, keeps_old=False)


def _ormolu() -> Way:
    import ormolu  # noqa: PLC0415 - only what is measured is imported

    doc = ormolu.tracked(_dataclass())
    return Way(lambda: doc(**VALUES), ormolu.changes)


def _ormolu_slots() -> Way:
    import ormolu  # noqa: PLC0415 - the same

    doc = ormolu.tracked(_dataclass(slots=True, weakref_slot=True))
    return Way(lambda: doc(**VALUES), ormolu.changes)


def _ormolu_notify() -> Way:
    import ormolu  # noqa: PLC0415 - the same

    doc = ormolu.tracked(notify=True)(_dataclass())
    return Way(lambda: doc(**VALUES), ormolu.changes)


def _ormolu_pydantic() -> Way:
    import ormolu  # noqa: PLC0415 - the same

    doc = ormolu.tracked(_pydantic_model())
    return Way(lambda: doc(**VALUES), ormolu.changes)


def _differences(before: dict[str, Any], now: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (old, now[name]) for name, old in before.items() if old != now[name]}


def _deepcopy() -> Way:
    """A copy of everything, made with the object."""
    doc = _dataclass()

    def make() -> Any:
        made = doc(**VALUES)
        made.before = copy.deepcopy(vars(made))
        return made

    return Way(make, lambda obj: _differences(obj.before, vars(obj)))


def _dirtyfields() -> Way:
    """As django-dirtyfields: a dictionary of copies of each value, compared when asked."""

    def as_dict(obj: Any) -> dict[str, Any]:
        return {name: copy.deepcopy(getattr(obj, name)) for name in NAMES}

    def remember(self: Any) -> None:
        self._original_state = as_dict(self)

    doc = _dataclass(namespace={"__post_init__": remember})
    return Way(lambda: doc(**VALUES), lambda obj: _differences(obj._original_state, as_dict(obj)))


def _field_tracker() -> Way:
    """As FieldTracker of django-model-utils: saved copies, each compared when asked."""

    def remember(self: Any) -> None:
        self._tracker = {name: copy.deepcopy(value) for name, value in vars(self).items()}

    def changed(obj: Any) -> dict[str, tuple[Any, Any]]:
        saved = obj._tracker
        return {
            name: (saved[name], getattr(obj, name))
            for name in NAMES
            if saved[name] != getattr(obj, name)
        }

    doc = _dataclass(namespace={"__post_init__": remember})
    return Way(lambda: doc(**VALUES), changed)


def _pydantic_model() -> Any:
    import pydantic  # noqa: PLC0415 - the same

    fields: Any = {name: (type_, ...) for name, type_ in FIELDS.items()}
    return pydantic.create_model("Doc", **fields)


def _beanie() -> Way:
    """As Beanie's state management: the dump of the model, made with it and compared."""
    doc = _pydantic_model()

    def make() -> Any:
        made = doc(**VALUES)
        object.__setattr__(made, "_saved_state", made.model_dump())
        return made

    return Way(make, lambda obj: _differences(obj._saved_state, obj.model_dump()))


def _pydantic_copy() -> Way:
    """A Pydantic model and a copy of it."""
    doc = _pydantic_model()

    def make() -> Any:
        made = doc(**VALUES)
        object.__setattr__(made, "_before", made.model_copy(deep=True))
        return made

    return Way(make, lambda obj: _differences(vars(obj._before), vars(obj)))


def _first_olds(obj: Any, name: str, old: Any) -> None:
    obj.olds.setdefault(name, old)


def _changes_of_olds(obj: Any) -> dict[str, tuple[Any, Any]]:
    return {name: (old, getattr(obj, name)) for name, old in obj.olds.items()}


def _psygnal() -> Way:
    """psygnal's evented dataclass, with a listener that keeps the old value."""
    from psygnal import evented  # noqa: PLC0415 - the same

    doc = evented(_dataclass())

    def make() -> Any:
        made = doc(**VALUES)
        olds: dict[str, Any] = {}
        made.olds = olds
        made.events.connect(lambda info: olds.setdefault(info.signal.name, info.args[1]))
        return made

    return Way(make, _changes_of_olds)


def _traits() -> Way:
    """traits, with an observer that keeps the old value."""
    from traits.api import Any as AnyTrait  # noqa: PLC0415 - the same
    from traits.api import Dict, HasTraits, observe  # noqa: PLC0415 - the same

    def keep(self: Any, event: Any) -> None:
        if event.old is not None:
            _first_olds(self, event.name, event.old)

    members: dict[str, Any] = {name: AnyTrait() for name in NAMES}
    members |= {"olds": Dict(), "_keep": observe(NAMES)(keep)}
    doc = type("Doc", (HasTraits,), members)
    return Way(lambda: doc(**VALUES), _changes_of_olds)


def _traitlets() -> Way:
    """traitlets, with an observer that keeps the old value."""
    import traitlets  # noqa: PLC0415 - the same

    def keep(self: Any, change: Any) -> None:
        if change["old"] is not None:
            _first_olds(self, change["name"], change["old"])

    members: dict[str, Any] = {name: traitlets.Any() for name in NAMES}
    members |= {"olds": traitlets.Dict(), "_keep": traitlets.observe(*NAMES)(keep)}
    doc = type("Doc", (traitlets.HasTraits,), members)
    return Way(lambda: doc(**VALUES), _changes_of_olds)


def _atom() -> Way:
    """atom, with observers that keep the old value."""
    from atom.api import Atom, Dict, Value, observe  # noqa: PLC0415 - the same

    def keep(self: Any, change: Any) -> None:
        if change["type"] == "update":
            _first_olds(self, change["name"], change["oldvalue"])

    members: dict[str, Any] = {name: Value() for name in NAMES}
    members |= {"olds": Dict(), "_keep": observe(*NAMES)(keep)}
    doc = type("Doc", (Atom,), members)
    return Way(lambda: doc(**VALUES), _changes_of_olds)


_MAKERS: dict[str, tuple[Callable[[], Way], bool]] = {
    "plain dataclass": (_plain, False),
    "empty `__setattr__`": (_setattr, False),
    "ormolu": (_ormolu, True),
    "ormolu, slots": (_ormolu_slots, True),
    "ormolu, notify": (_ormolu_notify, True),
    "ormolu, Pydantic": (_ormolu_pydantic, True),
    "deepcopy": (_deepcopy, True),
    "django-dirtyfields' way": (_dirtyfields, True),
    "FieldTracker's way": (_field_tracker, True),
    "Beanie's way": (_beanie, True),
    "Pydantic copy": (_pydantic_copy, True),
    "psygnal": (_psygnal, True),
    "traits": (_traits, True),
    "traitlets": (_traitlets, True),
    "atom": (_atom, True),
}


class _Known(NamedTuple):
    keeps_old: bool


WAYS = {name: _Known(keeps) for name, (_, keeps) in _MAKERS.items()}
"""What is known of each way without making it."""


def measure(way: Way) -> dict[str, float]:
    """Return the figures of one way."""
    # first, for tables that grew with other objects would be counted
    memory = {"bytes": _bytes(way, change=False), "bytes, changed": _bytes(way, change=True)}
    present = way.make()
    _check(way, present)
    scope: dict[str, Any] = {"obj": way.make(), "make": way.make, "changes": way.changes}
    changed = way.make()
    setattr(changed, FIRST, "other")
    fresh = [way.make() for _ in range(COUNT)]
    life = f"o = make(); o.{FIRST} = 'other'; changes(o)"
    made = _timed("make()", scope)
    return {
        "create": made,
        "read": _timed(";".join([f"obj.{FIRST}"] * 20), scope, 20),
        "read, a list": _timed(";".join(["obj.items"] * 20), scope, 20),
        "write": _timed(";".join([f"obj.{FIRST} = 'a'; obj.{FIRST} = 'b'"] * 10), scope, 20),
        "first write": _first_write(fresh),
        "changes": _timed("changes(changed)", {**scope, "changed": changed}),
        "life": _timed(life, scope),
        **memory,
    }


def _check(way: Way, present: Any) -> None:
    """See that it does what it is measured for."""
    setattr(present, FIRST, "other")
    setattr(present, FIRST, "another")
    expected = {FIRST: (VALUES[FIRST], "another")}
    found = way.changes(present)
    assert not way.keeps_old or found == expected, found


def _timed(statement: str, scope: dict[str, Any], per: int = 1) -> float:
    timer = timeit.Timer(statement, globals=scope)
    number = max(timer.autorange()[0] // 4, 1)
    return min(timer.repeat(7, number)) / number / per * 1e9


def _first_write(fresh: list[Any]) -> float:
    """Nanoseconds to assign a field of an object that was not changed yet, at its best."""
    part = len(fresh) // 5
    best = float("inf")
    for first in range(0, len(fresh), part):
        objects = fresh[first : first + part]
        scope = {"objects": objects}
        done = timeit.timeit(f"for o in objects: o.{SECOND} = 'other'", globals=scope, number=1)
        best = min(best, done / len(objects))
    return best * 1e9


def _bytes(way: Way, change: bool) -> float:
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = []
    for _ in range(COUNT):
        made = way.make()
        if change:
            setattr(made, FIRST, "other")
        kept.append(made)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used / len(kept)


if __name__ == "__main__":
    print(json.dumps(measure(_MAKERS[sys.argv[1]][0]())))
