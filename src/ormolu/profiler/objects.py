"""Objects that are alive at the end, and what holds them."""

from __future__ import annotations

import gc
import time
from collections import Counter
from dataclasses import dataclass, field
from types import CellType, FrameType
from typing import Any

from .recording import Recording
from .sites import is_of_the_layer, short

__all__ = ["Population", "count_objects"]

_SAMPLE = 12
"""Of as many objects of a class it is found out what holds them."""
_SECONDS = 1.0
"""As long it is looked at that; each object takes a pass over all there are."""
_MOST_REFERRERS = 2_000
"""No object with more of them is looked at further: it would take too long."""


@dataclass(slots=True)
class Population:
    """The objects of one class.

    Attributes:
        class_: its name.
        made: how many the program made.
        loaded: how many rows have filled.
        changed: how many a flush found changed.
        removed: how many a flush deleted.
        alive: how many were alive at the end; ``None`` if nobody looked.
        held_by: what holds them, with how many of those that were looked at it holds.
        looked_at: how many that were.
    """

    class_: str
    made: int = 0
    loaded: int = 0
    changed: int = 0
    removed: int = 0
    alive: int | None = None
    held_by: dict[str, int] = field(default_factory=dict)
    looked_at: int = 0


def count_objects(recording: Recording, *, final: bool) -> list[Population]:
    """Return the objects by class, those with the most first.

    Args:
        recording: what was seen.
        final: whether to look who is alive, which takes a pass over all objects.
    """
    found: dict[type, Population] = {}

    def of(class_: type) -> Population:
        return found.setdefault(class_, Population(class_.__name__))

    for source in list(recording.sources.values()):
        for class_, columns in list(source.columns.items()):
            of(class_).loaded += columns.objects
    for name, counter in (
        ("made", recording.made),
        ("changed", recording.changed),
        ("removed", recording.removed),
    ):
        for class_, count in counter.items():
            setattr(of(class_), name, count)
    if final:
        _add_living(found)
    # classes that were selected, and nothing came of it, say nothing
    told = [one for one in found.values() if one.made or one.loaded or one.changed or one.alive]
    return sorted(told, key=lambda one: (-one.loaded - one.made, one.class_))


def _add_living(found: dict[type, Population]) -> None:
    gc.collect()
    living: dict[type, list[Any]] = {class_: [] for class_ in found}
    for instance in gc.get_objects():
        if type(instance) in living:
            living[type(instance)].append(instance)
    for class_, instances in living.items():
        found[class_].alive = len(instances)
    ignored = {id(living), id(found), *map(id, living.values())}
    until = time.monotonic() + _SECONDS
    for class_ in sorted(living, key=lambda class_: -len(living[class_])):
        _add_holders(found[class_], living[class_], ignored, until)


def _add_holders(
    population: Population, instances: list[Any], ignored: set[int], until: float
) -> None:
    """Find out what holds some of the objects of a class, while there is time."""
    held: Counter[str] = Counter()
    for at in range(min(len(instances), _SAMPLE)):
        if time.monotonic() > until:
            break
        population.looked_at += 1
        held.update(_holders(instances[at], ignored))
    population.held_by = dict(held.most_common(6))


def _holders(instance: Any, ignored: set[int]) -> set[str]:
    found = set(_names_of_referrers(instance, ignored, depth=0))
    return found or {"something that the collector does not know"}


def _names_of_referrers(thing: Any, ignored: set[int], depth: int, most: int = 20) -> list[str]:
    """What refers to a thing, in words, but for what is only there to find that out.

    No generator and no closure: they would refer to it too.
    """
    found = gc.get_referrers(thing)
    if len(found) > _MOST_REFERRERS:
        return []
    ignored.add(id(found))
    names: list[str] = []
    try:
        for referrer in found:
            name = None if id(referrer) in ignored else _name(referrer, thing, ignored, depth)
            if name:
                names.append(name)
            if len(names) == most:
                break
    finally:
        ignored.discard(id(found))
    return names


def _in_frame(frame: FrameType) -> str:
    code = frame.f_code
    return f"a local variable of {code.co_qualname} ({short(code.co_filename)}:{frame.f_lineno})"


def _name(referrer: Any, held: Any, ignored: set[int], depth: int) -> str | None:
    """What holds an object, in words; ``None`` for what is only the layer's own."""
    if isinstance(referrer, FrameType):
        return None if is_of_the_layer(referrer) else _in_frame(referrer)
    if isinstance(referrer, dict):
        return _name_of_dict(referrer, held, ignored, depth)
    if isinstance(referrer, (list, tuple, set, frozenset)):
        return _name_of_container(referrer, ignored, depth)
    if isinstance(referrer, CellType):
        return "a variable that a function keeps"
    kind = type(referrer)
    if kind.__module__.partition(".")[0] in ("sqlalchemy", "ormolu"):
        return _of_the_layer(referrer)
    if hasattr(kind, "_sa_class_manager"):
        return f"an attribute of {kind.__name__}"
    return f"{kind.__module__}.{kind.__qualname__}"


def _of_the_layer(referrer: Any) -> str | None:
    # states know their objects weakly, but for those that wait to be written
    if hasattr(referrer, "_strong_obj"):
        return "its session, as it is changed and not written"
    return f"SQLAlchemy's {type(referrer).__name__}"


def _name_of_dict(values: dict[Any, Any], held: Any, ignored: set[int], depth: int) -> str | None:
    if "__name__" in values and "__builtins__" in values:
        return f"{values['__name__']}.{_key_of(values, held)}"
    owner = _owner_of(values)
    if owner is None:
        return _name_of_container(values, ignored, depth)
    if owner.__module__.partition(".")[0] in ("sqlalchemy", "ormolu"):
        return None  # the state of an object, or a part of its session
    return f"{owner.__name__}.{_key_of(values, held)}"


def _owner_of(values: dict[Any, Any]) -> type | None:
    """The class of the object whose attributes these are."""
    for owner in gc.get_referrers(values):
        try:
            if object.__getattribute__(owner, "__dict__") is values:
                return type(owner)
        except (AttributeError, TypeError):  # no object of a class with a dictionary
            continue
    return None


def _key_of(values: dict[Any, Any], held: Any) -> Any:
    for key, value in values.items():
        if value is held:
            return key
    return "?"


def _name_of_container(container: Any, ignored: set[int], depth: int) -> str | None:
    kind = type(container).__name__
    names = [] if depth >= 2 else _names_of_referrers(container, ignored, depth + 1, most=1)
    if not names:
        return f"a {kind}"
    return names[0] if kind.startswith("Instrumented") else f"a {kind}: {names[0]}"
