"""What a profile has found, each with the line, what it cost, and what would spare it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from .sites import Site

__all__ = [
    "Finding",
    "NPlusOne",
    "RedundantWrites",
    "RepeatedQuery",
    "RepeatedReload",
    "UnusedColumns",
    "UnusedRelationship",
]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that the program could do without.

    Attributes:
        site: the line to look at.
        what: what was seen, in a sentence.
        advice: what would spare it.
        certain: whether it was seen whole. Otherwise ``doubts`` say what was not.
        doubts: why it is not certain.
        count: how often; of what depends on the kind.
        seconds: what it took, or would save: measured where ``estimated`` is false.
        bytes: the memory that would be saved.
        estimated: whether seconds and bytes are a share of what was measured.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""

    site: Site
    what: str
    advice: str
    certain: bool
    doubts: tuple[str, ...] = ()
    count: int = 0
    seconds: float = 0.0
    bytes: int = 0
    estimated: bool = False


@dataclass(frozen=True, kw_only=True)
class NPlusOne(Finding):
    """An attribute that is loaded for each object of a query, one statement at a time.

    Attributes:
        attribute: what is read, as ``Class.key``.
        origin: the line of the query that the objects come from.
        most: how many statements there were, at most, after one execution of that query.
    """

    kind = "n_plus_one"
    title = "N+1 queries"

    attribute: str
    origin: Site | None
    most: int


@dataclass(frozen=True, kw_only=True)
class UnusedColumns(Finding):
    """Columns that a query loads, and nobody reads.

    Attributes:
        class_: the class they are of.
        columns: their names, the largest first.
    """

    kind = "unused_columns"
    title = "columns loaded and never read"

    class_: str
    columns: tuple[str, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class UnusedRelationship(Finding):
    """A relationship that a query loads eagerly, and nobody reads.

    Attributes:
        attribute: as ``Class.key``.
        how: ``joined``, or ``eager`` for one with statements of its own.
    """

    kind = "unused_relationship"
    title = "relationships loaded and never read"

    attribute: str
    how: str


@dataclass(frozen=True, kw_only=True)
class RedundantWrites(Finding):
    """A line that assigns the value that an attribute has.

    Attributes:
        attribute: as ``Class.key``.
        writes: how many assignments there were at the line.
    """

    kind = "redundant_writes"
    title = "written with the value they had"

    attribute: str
    writes: int


@dataclass(frozen=True, kw_only=True)
class RepeatedReload(Finding):
    """Objects that are expired, and then loaded again one by one.

    Attributes:
        class_: the class they are of.
        cause: what expired them.
        origin: the line of that.
        keys: the attributes that were read.
    """

    kind = "reloads"
    title = "loaded again after they expired"

    class_: str
    cause: str
    origin: Site | None
    keys: tuple[str, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class RepeatedQuery(Finding):
    """A query that runs again and again for an object or two.

    Attributes:
        entities: what it asks for.
        objects: how many objects came in all.
    """

    kind = "repeated_query"
    title = "queries that run again and again"

    entities: str
    objects: int
