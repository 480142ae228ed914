"""From what was seen to what was found."""

from __future__ import annotations

from collections.abc import Iterator

from . import advice
from .findings import Finding, NPlusOne, RedundantWrites, RepeatedQuery, RepeatedReload
from .recording import Loads, Recording
from .sources import QUERY
from .unread import unread
from .wording import many, times

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
    found += unread(recording, final=final)
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
    return f"{loads.attribute} was loaded {times(loads.count)}, one by one{origin}"


def _reloads(recording: Recording) -> Iterator[Finding]:
    for reloads in list(recording.reloads.values()):
        cause = reloads.cause
        doubts = [] if reloads.count > 1 else ["it was one object"]
        what = "what was not seen" if cause is None else f"the {cause.what} at {cause.site}"
        yield RepeatedReload(
            site=reloads.site,
            what=f"{many(reloads.count, reloads.class_)}, expired by {what}, loaded again one by "
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
                f"{times(source.executions)}, for {source.rows:,} rows",
                advice="ask for all of them at once, with .in_(), if it is a loop that asks",
                certain=False,
                doubts=("each may have been asked for on its own",),
                count=source.executions,
                seconds=source.nanoseconds / _GIGA,
                entities=source.entities,
                objects=source.objects,
            )


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
            what=f"{attribute} was given the value it had, {times(writes.equal)}",
            advice="assign where the value differs, or not at all",
            certain=not doubts,
            doubts=tuple(doubts),
            count=writes.equal,
            attribute=str(attribute),
            writes=writes.count,
        )
