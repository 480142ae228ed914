"""What a query selects of a class, and how many objects its rows fill."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..sources import Columns, Run, Sizes, Source

__all__ = ["counting", "note_columns", "note_joined"]

_SEEN = "ormolu objects seen"
_SAMPLE = 16
"""Of so many objects of a source the values are measured, and of every so many later."""
_EVERY = 512


def note_columns(source: Source, mapper: Any, context: Any, path: Any) -> None:
    """Note the columns that an execution selects of a class."""
    getters = path.get(context.compile_state.attributes, ("getters", mapper), None)
    if getters is None:
        return
    columns = source.columns.setdefault(mapper.class_, Columns(mapper))
    for key, _ in getters["cached_populators"]["quick"]:
        columns.sizes.setdefault(key, Sizes())


def note_joined(source: Source, prop: Any, populators: Any) -> None:
    """Note a relationship that is loaded by a join, if it is in the end."""
    if any(key == prop.key for key, _ in populators["eager"]):
        source.eager[(prop.parent.class_, prop.key)] = "joined"


def counting(function: Callable[[Any], Any], run: Run, context: Any) -> Callable[[Any], Any]:
    """Return what makes objects of rows as ``function`` does, and counts them."""
    source, number = run.source, context.runid
    seen: set[int] | None = None
    if not context.yield_per:
        # of objects that are let go of while others come in, numbers are used again
        seen = context.attributes.setdefault(_SEEN, set())

    def counted(row: Any) -> Any:
        instance = function(row)
        if instance is None:
            return None
        source.rows += 1
        if instance._sa_instance_state.runid != number:
            return instance
        if seen is not None:
            if id(instance) in seen:
                return instance
            seen.add(id(instance))
        _count(source, instance)
        return instance

    return counted


def _count(source: Source, instance: Any) -> None:
    columns = source.columns.get(type(instance))
    if columns is None:
        columns = _nearest(source, instance)
    columns.objects += 1
    if columns.objects <= _SAMPLE or columns.objects % _EVERY == 0:
        _measure(columns, instance)


def _nearest(source: Source, instance: Any) -> Columns:
    """What was noted of the class, or of the base that its rows were read by."""
    for class_ in type(instance).__mro__:
        if class_ in source.columns:
            return source.columns[class_]
    mapper = instance._sa_instance_state.manager.mapper
    return source.columns.setdefault(type(instance), Columns(mapper))


def _measure(columns: Columns, instance: Any) -> None:
    values = instance._sa_instance_state.dict
    for key, sizes in columns.sizes.items():
        if key in values:
            sizes.measured += 1
            sizes.bytes += _size(values[key])


def _size(value: Any) -> int:
    """The bytes of a value that it does not share with others, as small ones do."""
    if value is None or value is True or value is False or value == "":
        return 0
    if type(value) is int and -5 <= value <= 256:
        return 0
    return sys.getsizeof(value)
