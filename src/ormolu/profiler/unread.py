"""What was loaded and never read: columns, and relationships that were loaded eagerly."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from . import advice
from .around import lines_that_go_around
from .findings import Finding, UnusedColumns, UnusedRelationship
from .mappings import doubtful_classes, keys_in_use
from .recording import Recording
from .sources import EAGER, LAZY, QUERY, Attribute, Columns, Source
from .wording import listed, many

__all__ = ["unread"]

_GIGA = 1e9


def unread(recording: Recording, *, final: bool) -> Iterator[Finding]:
    """Find columns and relationships that were loaded and never read.

    Args:
        recording: what was seen.
        final: whether nothing will be read any more.
    """
    around = lines_that_go_around(_files_of(recording)) if recording.sources else []
    common = [f"the program names {line}" for line in around]
    if recording.forked:
        common.append("the program forked, and a child may have read it")
    if not final:
        common.append("the program goes on, and may read it yet")
    for source in list(recording.sources.values()):
        if source.kind not in (QUERY, LAZY, EAGER) or _is_behind_unread(source):
            continue
        yield from _unused_relationships(source, common)
        joined = [one.target for one in _unread_relationships(source) if one.how == "joined"]
        for class_, columns in list(source.columns.items()):
            if columns.objects and not any(issubclass(class_, one) for one in joined):
                yield from _unused_columns(source, class_, columns, common)


def _files_of(recording: Recording) -> set[str]:
    """The files of the lines that asked for objects, and of the classes of these."""
    found = set()
    for source in list(recording.sources.values()):
        found.add(source.site.path)
        for class_ in list(source.columns):
            module = sys.modules.get(class_.__module__)
            found.add(getattr(module, "__file__", None) or "")
    return found - {""}


def _reads_of(class_: type, source: Source) -> set[str]:
    """The attributes that were read, or written, of objects of a class or its kin."""
    return {
        attribute.key
        for attribute in list(source.family.reads)
        if issubclass(class_, attribute.class_) or issubclass(attribute.class_, class_)
    }


class _Unread(NamedTuple):
    """A relationship that was loaded eagerly, and neither read nor of use to others."""

    class_: type
    key: str
    how: str
    target: type

    @property
    def attribute(self) -> Attribute:
        return Attribute(self.class_.__name__, self.key)


def _unread_relationships(source: Source) -> Iterator[_Unread]:
    for (class_, key), how in list(source.eager.items()):
        target = _target(class_, key, source)
        if target is None or key in _reads_of(class_, source):
            continue
        met = any(issubclass(one, target) for one in source.family.met)
        if not met and not _is_read(target, source):
            yield _Unread(class_, key, how, target)


def _is_read(class_: type, source: Source) -> bool:
    """Whether anything was read of objects of a class that came in with the query."""
    return any(issubclass(class_, attribute.class_) for attribute in list(source.family.reads))


def _target(class_: type, key: str, source: Source) -> type | None:
    mapper = _mapper_of(class_, source)
    prop = None if mapper is None else mapper.relationships.get(key)
    target: type | None = None if prop is None else prop.mapper.class_
    return target


def _mapper_of(class_: type, source: Source) -> Any:
    columns = source.columns.get(class_)
    # a class may be mapped no more by now
    return getattr(class_, "__mapper__", None) if columns is None else columns.mapper


def _is_behind_unread(source: Source) -> bool:
    """Whether the objects came in by a relationship that nobody has read, however far above."""
    while source.kind == EAGER and source.parent is not None:
        if source.attribute in [one.attribute for one in _unread_relationships(source.parent)]:
            return True
        source = source.parent
    return False


def _unused_relationships(source: Source, common: list[str]) -> Iterator[Finding]:
    for one in _unread_relationships(source):
        brought = _brought(source, one)
        count = sum(columns.objects for columns, _ in brought)
        doubts = [*common, *_doubts(source, one.class_, _mapper_of(one.class_, source))]
        yield UnusedRelationship(
            site=source.query.site,
            what=f"{one.attribute} was loaded with the query, "
            f"{many(count, one.target.__name__)}, and never read",
            advice=advice.for_relationship(one.attribute, source, one.how),
            certain=not doubts,
            doubts=tuple(doubts),
            count=count,
            seconds=sum(seconds for _, seconds in brought),
            bytes=sum(_bytes(columns, columns.sizes) for columns, _ in brought),
            estimated=True,
            attribute=str(one.attribute),
            how=one.how,
        )


def _brought(source: Source, unread: _Unread) -> list[tuple[Columns, float]]:
    """What came in by a relationship, and the seconds that it took."""
    if unread.how == "joined":
        loaded = list(source.columns.items())
        found = [columns for class_, columns in loaded if issubclass(class_, unread.target)]
        return [(columns, source.nanoseconds / _GIGA / len(loaded)) for columns in found]
    return [
        (columns, below.nanoseconds / _GIGA / len(below.columns))
        for below in source.below
        if below.kind == EAGER and below.attribute == unread.attribute
        for columns in list(below.columns.values())
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
        what=f"{listed(unused)} of {many(columns.objects, name)}: loaded and never read",
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
