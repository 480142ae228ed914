"""What was seen of a program: counts by line, and never a row for each event."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .calls import Calls
from .sites import Site
from .sources import Attribute, Run, Source
from .timeline import Timeline

__all__ = ["READS", "Expiry", "Loads", "Recording", "Reloads", "Statements", "Writes"]

READS: dict[int, Counter[Any]] = {}
"""For each execution of a query, by its number, where the reads of its objects are counted.

Numbers are of the process, so a read is counted for the recording that saw the object come in.
"""

_MOST_RUNS = 100_000
"""As many executions are told apart; the oldest are forgotten."""


@dataclass(slots=True)
class Loads:
    """Reads of one attribute, at one line, that have loaded it.

    Attributes:
        source: where the objects came from; ``None`` if they were made here.
        attribute: what was read.
        how: ``relationship``, ``collection`` or ``column``.
        site: the line that read.
        count: how many reads have loaded something.
        statements: how many statements it took.
        most: how many there were, at most, after one execution of the query.
        nanoseconds: how long they took in all.
        recurs: whether it was read of what it had given, as on the way up a tree.
    """

    source: Source | None
    attribute: Attribute
    how: str
    site: Site
    count: int = 0
    statements: int = 0
    most: int = 0
    nanoseconds: int = 0
    recurs: bool = False


@dataclass(frozen=True, slots=True)
class Expiry:
    """What has expired objects: the kind of call, and its line."""

    what: str
    site: Site


@dataclass(slots=True)
class Reloads:
    """Reads at one line that had to load expired attributes again.

    Attributes:
        cause: what had expired them, or ``None`` if nothing was seen to.
        class_: the name of the class.
        site: the line that read.
        count: how many reads have loaded something.
        keys: the attributes that were read.
        nanoseconds: how long they took.
    """

    cause: Expiry | None
    class_: str
    site: Site
    count: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    nanoseconds: int = 0


@dataclass(slots=True)
class Writes:
    """Assignments at one line to an attribute of objects that are in the database.

    Attributes:
        count: how many.
        equal: how many assigned the value that was there.
    """

    count: int = 0
    equal: int = 0


@dataclass(slots=True)
class Statements:
    """Statements that one line has caused.

    Attributes:
        count: how many.
        nanoseconds: how long the database took.
        kinds: how many of each kind.
    """

    count: int = 0
    nanoseconds: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


class Recording:
    """All that was seen between two points in time.

    Attributes:
        begun: when it began, by ``time.perf_counter_ns``.
        ended: when it ended, or ``None``.
        sources: by what tells them apart.
        runs: by their numbers.
        loads: reads that loaded.
        reloads: reads that loaded what was expired.
        writes: assignments, by line and attribute.
        statements: statements, by line.
        times: nanoseconds by what they were spent on, each without what is within it.
        counts: how many flushes, and reads and assignments that are not of any source.
        made: objects that the program made, by class.
        changed: objects that a flush found changed, by class.
        removed: objects that a flush deleted, by class.
        calls: statements by the way of calls.
        timeline: statements by time.
        forked: whether the process has forked meanwhile; what a child reads is not seen.
    """

    def __init__(self) -> None:
        self.begun = time.perf_counter_ns()
        self.ended: int | None = None
        self.sources: dict[Any, Source] = {}
        self.runs: dict[int, Run] = {}
        self.loads: dict[Any, Loads] = {}
        self.reloads: dict[Any, Reloads] = {}
        self.writes: dict[tuple[Site, Attribute], Writes] = {}
        self.statements: dict[Site, Statements] = {}
        self.times: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.made: Counter[type] = Counter()
        self.changed: Counter[type] = Counter()
        self.removed: Counter[type] = Counter()
        self.calls = Calls()
        self.timeline = Timeline(self.begun)
        self.forked = False
        self._guard = threading.Lock()

    @property
    def nanoseconds(self) -> int:
        """How long it lasted, or has lasted up to now."""
        return (self.ended or time.perf_counter_ns()) - self.begun

    @property
    def lazy_loads(self) -> int:
        """How many reads have loaded what had not been loaded with the object."""
        return sum(loads.count for loads in list(self.loads.values()))

    def end(self) -> None:
        """Note the time, and forget which execution is which."""
        if self.ended is None:
            self.ended = time.perf_counter_ns()
        with self._guard:
            for number in self.runs:
                READS.pop(number, None)

    # -- what comes in -------------------------------------------------------------

    def source(self, key: Any, kind: str, site: Site, entities: str, **more: Any) -> Source:
        """Return the source that a key stands for, made if it is new."""
        with self._guard:
            found = self.sources.get(key)
            if found is None:
                found = Source(len(self.sources) + 1, kind, site, entities, **more)
                self.sources[key] = found
                if found.parent is not None:
                    found.parent.below.append(found)
        return found

    def begin_run(self, number: int, source: Source, root: Run | None) -> Run:
        """Note an execution of a source, and have reads of its objects counted for it."""
        run = Run(source, root)
        source.executions += 1
        self.continue_run(number, run)
        return run

    def continue_run(self, number: int, run: Run) -> None:
        """Note that objects of an execution have been loaded again, under another number."""
        with self._guard:
            self.runs[number] = run
            READS[number] = run.source.family.reads
            while len(self.runs) > _MOST_RUNS:
                oldest = next(iter(self.runs))
                self.runs.pop(oldest).source.family.forgotten = True
                READS.pop(oldest, None)

    def add_load(self, run: Run | None, loads: Loads, statements: int, nanoseconds: int) -> None:
        """Count a read that has loaded something."""
        key = (loads.source and loads.source.number, loads.attribute, loads.site)
        kept = self.loads.setdefault(key, loads)
        kept.count += 1
        kept.recurs = kept.recurs or loads.recurs
        kept.statements += statements
        kept.nanoseconds += nanoseconds
        kept.most = max(kept.most, 1 if run is None else run.count(key))

    def add_reload(
        self, cause: Expiry | None, attribute: Attribute, site: Site, nanoseconds: int
    ) -> None:
        """Count a read that has loaded what was expired."""
        key = (cause, attribute.class_, site)
        kept = self.reloads.setdefault(key, Reloads(cause, attribute.class_, site))
        kept.count += 1
        kept.keys[attribute.key] += 1
        kept.nanoseconds += nanoseconds

    def add_write(self, site: Site, attribute: Attribute, equal: bool) -> None:
        """Count an assignment."""
        kept = self.writes.get((site, attribute))
        if kept is None:
            kept = self.writes.setdefault((site, attribute), Writes())
        kept.count += 1
        kept.equal += equal

    def add_statement(
        self, kind: str, path: tuple[Site, ...], begun: int, nanoseconds: int
    ) -> None:
        """Count a statement that the database has answered."""
        kept = self.statements.setdefault(path[-1], Statements())
        kept.count += 1
        kept.nanoseconds += nanoseconds
        kept.kinds[kind] += 1
        self.times["database"] += nanoseconds
        self.calls.add(path, nanoseconds)
        self.timeline.add(kind, begun)
