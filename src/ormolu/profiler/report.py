"""A report: what was found, and the figures it rests on; as a value, and as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass, field
from typing import Any

from .analysis import find
from .calls import Calls
from .findings import Finding
from .objects import Population, count_objects
from .recording import Recording
from .sites import Site, short
from .sources import Source
from .speed import nanoseconds_per_read, nanoseconds_per_write
from .timeline import KINDS

__all__ = ["SCHEMA", "LineOfLoads", "LineOfQueries", "LineOfStatements", "Report", "report_of"]

SCHEMA = 1
"""The version of the JSON; it grows when something is taken away or means something else."""

_GIGA = 1e9


@dataclass(frozen=True)
class LineOfQueries:
    """The queries of one line.

    Attributes:
        site: the line.
        kind: ``query``, ``lazy``, ``eager`` or ``refresh``.
        entities: the classes that were asked for.
        attribute: the relationship that was loaded, or nothing.
        executions: how often it ran.
        rows: how many rows it gave.
        objects: how many objects they filled.
        reads: how many attributes were read of these, and of those loaded with them.
        seconds: in the database, and to make objects of rows.
        statement: the SQL of the first.
    """

    site: Site
    kind: str
    entities: str
    attribute: str
    executions: int
    rows: int
    objects: int
    reads: int
    seconds: float
    statement: str


@dataclass(frozen=True)
class LineOfLoads:
    """Reads at one line that have loaded something.

    Attributes:
        site: the line.
        attribute: what was read.
        reason: ``lazy`` for what was not loaded with the object, ``expired``.
        count: how many reads.
        seconds: how long they took.
        origin: the query that the objects came from, or what expired them.
    """

    site: Site
    attribute: str
    reason: str
    count: int
    seconds: float
    origin: str


@dataclass(frozen=True)
class LineOfStatements:
    """The statements that one line has caused.

    Attributes:
        site: the line.
        count: how many.
        seconds: how long the database took.
        kinds: how many of each kind.
    """

    site: Site
    count: int
    seconds: float
    kinds: dict[str, int]


@dataclass(frozen=True)
class Report:
    """What a profile has found.

    Attributes:
        program: what ran, as it was called.
        final: whether the program was at its end.
        seconds: how long it ran.
        totals: figures of all of it, by name.
        times: seconds by what they were spent on.
        findings: what the program could do without: the certain first.
        queries: queries by line.
        loads: reads that loaded something, by line.
        statements: statements by line.
        objects: objects by class.
        calls: statements by the way of calls.
        timeline: ``width`` of an interval in seconds, ``kinds``, and ``counts`` of each.
    """

    program: str
    final: bool
    seconds: float
    totals: dict[str, int]
    times: dict[str, float]
    findings: list[Finding]
    queries: list[LineOfQueries]
    loads: list[LineOfLoads]
    statements: list[LineOfStatements]
    objects: list[Population]
    calls: Calls
    timeline: dict[str, Any] = field(default_factory=dict)

    @property
    def certain(self) -> list[Finding]:
        """What was seen whole."""
        return [finding for finding in self.findings if finding.certain]

    @property
    def possible(self) -> list[Finding]:
        """What something speaks for, and not all was seen."""
        return [finding for finding in self.findings if not finding.certain]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as what JSON can have; docs/profiling.md describes it."""
        found: dict[str, Any] = {"schema": SCHEMA, "tool": "ormolu profile"}
        for entry in dataclasses.fields(self):
            found[entry.name] = _plain(getattr(self, entry.name))
        return found

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(self.to_dict(), indent=1)

    def to_html(self) -> str:
        """Return the report as one page that needs nothing else.

        Raises:
            MissingExtraError: jinja2 is not installed.
        """
        from .page import page_of  # noqa: PLC0415 - it needs jinja2

        return page_of(self)

    def __str__(self) -> str:
        """Return what was found, one line each."""
        return "\n".join(f"{one.site}: {one.what}; {one.advice}" for one in self.findings)


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):
        fields = {entry.name: _plain(getattr(value, entry.name)) for entry in _fields(value)}
        return {"kind": value.kind, **fields}
    if isinstance(value, Calls):
        return _plain_calls(value)
    if isinstance(value, Site):
        return _plain(value._asdict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in _fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        # a lone surrogate cannot be written as UTF-8
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _fields(value: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(value)


def _plain_calls(calls: Calls) -> dict[str, Any]:
    return {
        "site": _plain(calls.site),
        "loads": calls.loads,
        "seconds": calls.nanoseconds / _GIGA,
        "below": [_plain_calls(below) for below in calls.below.values()],
    }


def report_of(recording: Recording, *, final: bool, program: str = "") -> Report:
    """Return the report of a recording; it may go on.

    Args:
        recording: what was seen.
        final: whether nothing that is held will be read any more.
        program: what to call what ran; the command line by default.
    """
    return Report(
        program=program or " ".join([short(sys.argv[0]), *sys.argv[1:]]),
        final=final,
        seconds=recording.nanoseconds / _GIGA,
        totals=_totals(recording),
        times=_times(recording),
        findings=find(recording, final=final),
        queries=sorted(
            map(_queries, list(recording.sources.values())), key=lambda one: -one.seconds
        ),
        loads=sorted(_loads(recording), key=lambda one: (-one.seconds, -one.count)),
        statements=sorted(_statements(recording), key=lambda one: (-one.seconds, -one.count)),
        objects=count_objects(recording, final=final),
        calls=recording.calls,
        timeline={
            "width": recording.timeline.width / _GIGA,
            "kinds": list(KINDS),
            "counts": recording.timeline.counts,
        },
    )


def _totals(recording: Recording) -> dict[str, int]:
    sources = list(recording.sources.values())
    return {
        "statements": sum(one.count for one in list(recording.statements.values())),
        "lazy_loads": recording.lazy_loads,
        "reloads": sum(one.count for one in list(recording.reloads.values())),
        "objects_loaded": sum(source.objects for source in sources),
        "objects_made": sum(recording.made.values()),
        "objects_changed": sum(recording.changed.values()),
        "objects_removed": sum(recording.removed.values()),
        "reads": sum(sum(source.reads.values()) for source in sources),
        "writes": recording.counts["writes"],
        "flushes": recording.counts["flushes"],
    }


def _times(recording: Recording) -> dict[str, float]:
    totals = _totals(recording)
    return {
        "database": recording.times["database"] / _GIGA,
        "rows": recording.times["rows"] / _GIGA,
        "loads": recording.times["loads"] / _GIGA,
        "flushes": recording.times["flushes"] / _GIGA,
        "reads": totals["reads"] * nanoseconds_per_read() / _GIGA,
        "writes": totals["writes"] * nanoseconds_per_write() / _GIGA,
    }


def _queries(source: Source) -> LineOfQueries:
    return LineOfQueries(
        site=source.site,
        kind=source.kind,
        entities=source.entities,
        attribute="" if source.attribute is None else str(source.attribute),
        executions=source.executions,
        rows=source.rows,
        objects=source.objects,
        reads=sum(source.family.reads.values()),
        seconds=source.nanoseconds / _GIGA,
        statement=source.statement,
    )


def _loads(recording: Recording) -> list[LineOfLoads]:
    lazy = [
        LineOfLoads(
            site=one.site,
            attribute=str(one.attribute),
            reason="lazy",
            count=one.count,
            seconds=one.nanoseconds / _GIGA,
            origin="" if one.source is None else f"query at {one.source.query.site}",
        )
        for one in list(recording.loads.values())
    ]
    expired = [
        LineOfLoads(
            site=one.site,
            attribute=", ".join(f"{one.class_}.{key}" for key in one.keys),
            reason="expired",
            count=one.count,
            seconds=one.nanoseconds / _GIGA,
            origin="" if one.cause is None else f"{one.cause.what} at {one.cause.site}",
        )
        for one in list(recording.reloads.values())
    ]
    return lazy + expired


def _statements(recording: Recording) -> list[LineOfStatements]:
    return [
        LineOfStatements(site, one.count, one.nanoseconds / _GIGA, dict(one.kinds))
        for site, one in list(recording.statements.items())
    ]
