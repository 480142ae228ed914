"""Objects that are alive at the end, and what holds them."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from dataclasses import dataclass, field
from types import CellType, FrameType, ModuleType
from typing import Any

from .recording import Recording
from .sites import is_of_the_layer, short

__all__ = ["Population", "count_objects"]

_SAMPLE = 12
"""Of as many objects of a class it is found out what holds them."""
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

    for source in recording.sources.values():
        for class_, columns in source.columns.items():
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
    ignored = {id(living), id(found), *map(id, living.values())}
    for class_, instances in living.items():
        population = found[class_]
        population.alive = len(instances)
        population.looked_at = min(len(instances), _SAMPLE)
        held: Counter[str] = Counter()
        sample = instances[:_SAMPLE]
        ignored.add(id(sample))
        for instance in sample:
            held.update(_holders(instance, ignored))
        population.held_by = dict(held.most_common(6))


def _holders(instance: Any, ignored: set[int]) -> set[str]:
    own = sys._getframe()
    found = set()
    for referrer in gc.get_referrers(instance):
        if referrer is own or id(referrer) in ignored or isinstance(referrer, FrameType):
            if isinstance(referrer, FrameType) and not is_of_the_layer(referrer):
                found.add(_in_frame(referrer))
            continue
        name = _name(referrer, instance, ignored, depth=0)
        if name:
            found.add(name)
    return found or {"something that the collector does not know"}


def _in_frame(frame: FrameType) -> str:
    code = frame.f_code
    return f"a local variable of {code.co_qualname} ({short(code.co_filename)}:{frame.f_lineno})"


def _name(referrer: Any, held: Any, ignored: set[int], depth: int) -> str | None:
    """What holds an object, in words; ``None`` for what is only the layer's own."""
    if isinstance(referrer, dict):
        return _name_of_dict(referrer, held, ignored, depth)
    if isinstance(referrer, (list, tuple, set, frozenset)):
        return _name_of_container(referrer, ignored, depth)
    if isinstance(referrer, CellType):
        return "a variable that a function keeps"
    kind = type(referrer)
    if kind.__module__.partition(".")[0] in ("sqlalchemy", "ormolu"):
        return _of_the_layer(referrer)
    if hasattr(referrer, "_sa_instance_state"):
        return f"an attribute of {kind.__name__}"
    return f"{kind.__module__}.{kind.__qualname__}"


def _of_the_layer(referrer: Any) -> str | None:
    # states know their objects weakly, but for those that wait to be written
    if hasattr(referrer, "_strong_obj"):
        return "its session, as it is changed and not written"
    return f"SQLAlchemy's {type(referrer).__name__}"


def _name_of_dict(values: dict[Any, Any], held: Any, ignored: set[int], depth: int) -> str:
    key = next((key for key, value in list(values.items()) if value is held), None)
    for owner in _some_referrers(values):
        if isinstance(owner, ModuleType) or values is getattr(owner, "__dict__", None):
            name = owner.__name__ if isinstance(owner, (ModuleType, type)) else type(owner).__name__
            return f"{name}.{key}" if isinstance(key, str) else f"a value of {name}"
    if "__name__" in values and "__builtins__" in values:
        return f"{values['__name__']}.{key}"
    return "a dictionary"


def _name_of_container(container: Any, ignored: set[int], depth: int) -> str | None:
    kind = type(container).__name__
    if depth >= 2:
        return f"a {kind}"
    for referrer in _some_referrers(container):
        if id(referrer) in ignored:
            continue
        if isinstance(referrer, FrameType):
            if not is_of_the_layer(referrer):
                return f"a {kind} in {_in_frame(referrer)}"
            continue
        name = _name(referrer, container, ignored, depth + 1)
        if name:
            return name if kind.startswith("Instrumented") else f"a {kind}: {name}"
    return f"a {kind}"


def _some_referrers(thing: Any) -> list[Any]:
    found = gc.get_referrers(thing)
    return found if len(found) <= _MOST_REFERRERS else []
