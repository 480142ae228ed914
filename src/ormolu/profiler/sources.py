"""Where objects have come from: a query of one line, however often it ran."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .sites import Site

__all__ = ["EAGER", "LAZY", "QUERY", "REFRESH", "Attribute", "Columns", "Run", "Sizes", "Source"]

QUERY, LAZY, EAGER, REFRESH = "query", "lazy", "eager", "refresh"


class Attribute(NamedTuple):
    """An attribute of a mapped class, by name.

    Attributes:
        class_: the name of the class.
        key: the name of the attribute.
    """

    class_: str
    key: str

    def __str__(self) -> str:
        return f"{self.class_}.{self.key}"


@dataclass(slots=True)
class Sizes:
    """What the values of an attribute take, as far as they were measured.

    Attributes:
        measured: how many were.
        bytes: what they took together.
    """

    measured: int = 0
    bytes: int = 0

    @property
    def each(self) -> float:
        """What one takes."""
        return self.bytes / self.measured if self.measured else 0.0


@dataclass(slots=True)
class Columns:
    """What was loaded of one class.

    Attributes:
        mapper: of that class.
        objects: how many were filled.
        sizes: the columns that were among what was selected, each with its sizes.
    """

    mapper: Any
    objects: int = 0
    sizes: dict[str, Sizes] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Source:
    """The queries of one line, and what has become of the objects they gave.

    Attributes:
        number: in the order in which they were seen.
        kind: ``query`` of the program, ``lazy`` or ``refresh`` for one that a read has
            caused, ``eager`` for one that another query has caused.
        site: the line.
        entities: what was asked for: the names of classes.
        attribute: what was read, or loaded eagerly.
        parent: where the object came from that the attribute belongs to.
        below: the sources that have this one for a parent.
        statement: the SQL of the first of them.
        executions: how often it ran.
        rows: how many rows made an object, or led to one that was there.
        nanoseconds: the time in the database, and what it took to make objects of rows.
        columns: what was loaded, by class.
        eager: the relationships that were loaded together with it, and how.
        reads: how often each attribute was read of any of the objects.
        seen_whole: what else has looked at the objects, by class; it may have read all.
        met: classes of which objects were found in their session by others, without a statement.
        forgotten: whether objects came in of which reads could not be counted to the end.
    """

    number: int
    kind: str
    site: Site
    entities: str
    attribute: Attribute | None = None
    parent: Source | None = None
    below: list[Source] = field(default_factory=list)
    statement: str = ""
    executions: int = 0
    rows: int = 0
    nanoseconds: int = 0
    columns: dict[type, Columns] = field(default_factory=dict)
    eager: dict[tuple[type, str], str] = field(default_factory=dict)
    reads: Counter[Any] = field(default_factory=Counter)
    seen_whole: dict[type, set[str]] = field(default_factory=dict)
    met: set[type] = field(default_factory=set)
    forgotten: bool = False

    @property
    def objects(self) -> int:
        """How many objects were filled."""
        return sum(columns.objects for columns in self.columns.values())

    @property
    def family(self) -> Source:
        """The source that reads are counted for: of what came in eagerly, that of the query."""
        source = self
        while source.kind == EAGER and source.parent is not None:
            source = source.parent
        return source

    def recurring(self, attribute: Attribute, site: Site) -> Source | None:
        """Return the source above, or this one, that the same read at the same line has caused.

        A walk along a list, or up a tree, is one source, however long it is.
        """
        source: Source | None = self
        while source is not None:
            if source.kind == LAZY and source.attribute == attribute and source.site == site:
                return source
            source = source.parent
        return None

    def route(self) -> list[Attribute]:
        """The attributes that lead from the objects of the query to those of this one."""
        steps: list[Attribute] = []
        source: Source | None = self
        while source is not None and source.attribute is not None:
            if source.kind in (LAZY, EAGER):
                steps.append(source.attribute)
            source = source.parent
        return steps[::-1]

    @property
    def query(self) -> Source:
        """The query of the program that it all began with, as far as that is known."""
        source = self
        while source.parent is not None:
            source = source.parent
        return source


@dataclass(slots=True, eq=False)
class Run:
    """One execution of a source.

    Attributes:
        source: what was executed.
        root: the execution of a query of the program that this one goes back to.
        loads: of a root, how many reads of each kind have loaded something.
    """

    source: Source
    root: Run | None = None
    loads: Counter[Any] | None = None

    def count(self, group: Any) -> int:
        """Count one more load for the root, and return how many there were."""
        root = self.root or self
        if root.loads is None:
            root.loads = Counter()
        root.loads[group] += 1
        return root.loads[group]
