"""From what was seen to what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import advice
from .around import lines_that_go_around
from .findings import (
    Finding,
    NPlusOne,
    RedundantWrites,
    RepeatedQuery,
    RepeatedReload,
    UnusedColumns,
    UnusedRelationship,
)
from .mappings import doubtful_classes, keys_in_use
from .recording import Loads, Recording
from .sources import EAGER, LAZY, QUERY, Attribute, Columns, Source

__all__ = ["find"]

_GIGA = 1e9
_OFTEN = 10
"""A query that ran as often, for an object or two each time, is told of."""


def find(recording: Recording, *, final: bool) -> list[Finding]:
    """Return what was found: the certain first, and of these what took longest.

    Args:
        recording: what was seen.
        final: whether nothing will be read any more.
    """
    found: list[Finding] = [*_n_plus_one(recording), *_reloads(recording)]
    found += _unused(recording, final)
    found += _writes(recording)
    found += _repeated(recording)
    return sorted(found, key=lambda one: (not one.certain, -one.seconds, -one.bytes, -one.count))


# -- loads ------------------------------------------------------------------------------


def _n_plus_one(recording: Recording) -> Iterator[Finding]:
    for loads in list(recording.loads.values()):
        if loads.count < 2:
            continue
        doubts = []
        if loads.source is None:
            doubts.append("where the objects came from was not seen")
        elif loads.most < 2:
            doubts.append("it is one statement for each execution of the query")
        yield NPlusOne(
            site=loads.site,
            what=_told_loads(loads),
            advice=advice.for_loads(loads),
            certain=not doubts,
            doubts=tuple(doubts),
            count=loads.statements,
            seconds=loads.nanoseconds / _GIGA,
            attribute=str(loads.attribute),
            origin=None if loads.source is None else loads.source.query.site,
            most=loads.most,
        )


def _told_loads(loads: Loads) -> str:
    origin = ""
    if loads.source is not None:
        origin = f", of objects from the query at {loads.source.query.site}"
    return f"{loads.attribute} was loaded {_times(loads.count)}, one by one{origin}"


def _reloads(recording: Recording) -> Iterator[Finding]:
    for reloads in list(recording.reloads.values()):
        cause = reloads.cause
        doubts = [] if reloads.count > 1 else ["it was one object"]
        what = "what was not seen" if cause is None else f"the {cause.what} at {cause.site}"
        yield RepeatedReload(
            site=reloads.site,
            what=f"{_many(reloads.count, reloads.class_)}, expired by {what}, loaded again one by "
            "one",
            advice=advice.for_reloads("" if cause is None else cause.what, reloads.class_),
            certain=not doubts,
            doubts=tuple(doubts),
            count=reloads.count,
            seconds=reloads.nanoseconds / _GIGA,
            class_=reloads.class_,
            cause="" if cause is None else cause.what,
            origin=None if cause is None else cause.site,
            keys=tuple(reloads.keys),
        )


def _repeated(recording: Recording) -> Iterator[Finding]:
    for source in list(recording.sources.values()):
        if source.kind != QUERY or source.executions < _OFTEN:
            continue
        if source.rows <= 2 * source.executions:
            yield RepeatedQuery(
                site=source.site,
                what=f"the query of {source.entities or 'columns'} ran "
                f"{_times(source.executions)}, for {source.rows:,} rows",
                advice="ask for all of them at once, with .in_(), if it is a loop that asks",
                certain=False,
                doubts=("each may have been asked for on its own",),
                count=source.executions,
                seconds=source.nanoseconds / _GIGA,
                entities=source.entities,
                objects=source.objects,
            )


# -- what is never read -------------------------------------------------------------------


def _unused(recording: Recording, final: bool) -> Iterator[Finding]:
    around = lines_that_go_around() if recording.sources else []
    common = [f"the program names {line}" for line in around]
    if not final:
        common.append("the program goes on, and may read it yet")
    for source in list(recording.sources.values()):
        if source.kind not in (QUERY, LAZY, EAGER) or _is_behind_unread(source):
            continue
        yield from _unused_relationships(source, common)
        joined = [target for *_, how, target in _unread_relationships(source) if how == "joined"]
        for class_, columns in list(source.columns.items()):
            if columns.objects and not any(issubclass(class_, one) for one in joined):
                yield from _unused_columns(source, class_, columns, common)


def _reads_of(class_: type, source: Source) -> set[str]:
    """The attributes that were read, or written, of objects of a class or its kin."""
    return {
        attribute.key
        for attribute in list(source.family.reads)
        if issubclass(class_, attribute.class_) or issubclass(attribute.class_, class_)
    }


def _unread_relationships(source: Source) -> Iterator[tuple[type, str, str, type]]:
    """What was loaded eagerly, and neither read nor found by others: class, key, how, target."""
    for (class_, key), how in list(source.eager.items()):
        columns = source.columns.get(class_)
        target = _target(class_, key, columns)
        if target is None or key in _reads_of(class_, source):
            continue
        met = any(issubclass(one, target) for one in source.family.met)
        if not met and not _is_read(target, source):
            yield class_, key, how, target


def _is_read(class_: type, source: Source) -> bool:
    """Whether anything was read of objects of a class that came in with the query."""
    return any(issubclass(class_, attribute.class_) for attribute in list(source.family.reads))


def _target(class_: type, key: str, columns: Columns | None) -> type | None:
    mapper = columns.mapper if columns is not None else getattr(class_, "__mapper__", None)
    prop = None if mapper is None else mapper.relationships.get(key)
    target: type | None = None if prop is None else prop.mapper.class_
    return target


def _is_behind_unread(source: Source) -> bool:
    """Whether the objects came in by a relationship that nobody has read, however far above."""
    while source.kind == EAGER and source.parent is not None:
        unread = [
            (class_.__name__, key) for class_, key, *_ in _unread_relationships(source.parent)
        ]
        if source.attribute in unread:
            return True
        source = source.parent
    return False


def _unused_relationships(source: Source, common: list[str]) -> Iterator[Finding]:
    for class_, key, how, target in _unread_relationships(source):
        attribute = Attribute(class_.__name__, key)
        brought = _brought(source, attribute, target, how)
        columns = source.columns.get(class_)
        mapper = columns.mapper if columns is not None else class_.__mapper__  # type: ignore[attr-defined]
        doubts = [*common, *_doubts(source, class_, mapper)]
        yield UnusedRelationship(
            site=source.query.site,
            what=f"{attribute} was loaded with the query, "
            f"{_many(sum(one.objects for one, _ in brought), target.__name__)}, and never read",
            advice=advice.for_relationship(attribute, source, how),
            certain=not doubts,
            doubts=tuple(doubts),
            count=sum(one.objects for one, _ in brought),
            seconds=sum(seconds for _, seconds in brought),
            bytes=sum(_bytes(one, one.sizes) for one, _ in brought),
            estimated=True,
            attribute=str(attribute),
            how=how,
        )


def _brought(
    source: Source, attribute: Attribute, target: type, how: str
) -> list[tuple[Columns, float]]:
    """What came in by a relationship, and the seconds that it took."""
    if how == "joined":
        found = [one for class_, one in source.columns.items() if issubclass(class_, target)]
        share = 1 / max(1, len(source.columns))
        return [(columns, source.nanoseconds / _GIGA * share) for columns in found]
    below = [one for one in source.below if one.kind == EAGER and one.attribute == attribute]
    return [
        (columns, one.nanoseconds / _GIGA / len(one.columns))
        for one in below
        for columns in one.columns.values()
    ]


def _unused_columns(
    source: Source, class_: type, columns: Columns, common: list[str]
) -> Iterator[Finding]:
    read = _reads_of(class_, source) | keys_in_use(columns.mapper)
    unused = [key for key in columns.sizes if key not in read]
    if not unused:
        return
    unused.sort(key=lambda key: (-columns.sizes[key].each, key))
    used = [key for key in columns.sizes if key in read]
    doubts = [*common, *_doubts(source, class_, columns.mapper)]
    name = class_.__name__
    share = len(unused) / max(1, sum(len(one.sizes) for one in source.columns.values()))
    yield UnusedColumns(
        site=source.query.site if source.kind == EAGER else source.site,
        what=f"{_listed(unused)} of {_many(columns.objects, name)}: loaded and never read",
        advice=advice.for_columns(name, unused, used, source),
        certain=not doubts,
        doubts=tuple(doubts),
        count=columns.objects,
        seconds=source.nanoseconds / _GIGA * share,
        bytes=_bytes(columns, unused),
        estimated=True,
        class_=name,
        columns=tuple(unused),
    )


def _many(count: int, class_: str) -> str:
    return f"{count:,} {'object' if count == 1 else 'objects'} of {class_}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _listed(keys: list[str]) -> str:
    return ", ".join(keys[:6]) + (f" and {len(keys) - 6} more" if len(keys) > 6 else "")


def _bytes(columns: Columns, keys: Iterable[str]) -> int:
    return round(columns.objects * sum(columns.sizes[key].each for key in keys))


def _doubts(source: Source, class_: type, mapper: Any) -> list[str]:
    family = source.family
    doubts = [
        f"{seen.__name__}: {how}"
        for seen, ways in family.seen_whole.items()
        if issubclass(seen, class_) or issubclass(class_, seen)
        for how in sorted(ways)
    ]
    if family.forgotten:
        doubts.append("there were too many queries to tell all of their objects apart")
    return [*doubts, *doubtful_classes(mapper)]


# -- writes -----------------------------------------------------------------------------


def _writes(recording: Recording) -> Iterator[Finding]:
    for (site, attribute), writes in list(recording.writes.items()):
        if not writes.equal:
            continue
        doubts = []
        if writes.equal < writes.count:
            doubts.append(f"{writes.count - writes.equal:,} of {writes.count:,} did change it")
        yield RedundantWrites(
            site=site,
            what=f"{attribute} was given the value it had, {_times(writes.equal)}",
            advice="assign where the value differs, or not at all",
            certain=not doubts,
            doubts=tuple(doubts),
            count=writes.equal,
            attribute=str(attribute),
            writes=writes.count,
        )
