"""The objects that hang together with one, as far as they are loaded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..tracking.layer import TRACKED
from . import instrumented, ordinary
from .finding import Found, find, need
from .shortening import label
from .view import inspect

__all__ = ["Edge", "Graph", "Node", "graph"]

MOST_MEMBERS = 12
"""So many members of one collection are followed, and no more."""


@dataclass(eq=False, slots=True)
class Node:
    """One object of a graph.

    Attributes:
        label: its class, and its identity if it has one.
        conditions: how it stands: ``"new"``, ``"dirty"``, ``"expired"``, ``"deleted"``,
            ``"detached"``, or none of them.
        changed: the names of the attributes that have changed.
        distance: how many steps it is away from the first object.
        left_out: how many objects it holds that are not in the graph.
    """

    label: str
    conditions: tuple[str, ...]
    changed: tuple[str, ...]
    distance: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """That one object holds another.

    Attributes:
        source: the number of the object that holds.
        target: the number of the object that is held.
        keys: the attributes that it is held by, and those of the other way round.
    """

    source: int
    target: int
    keys: tuple[str, ...]


@dataclass(frozen=True, repr=False, eq=False, slots=True)
class Graph:
    """Some objects, and who holds whom; made by :func:`graph`.

    Attributes:
        nodes: the objects; the first is the one that was asked for.
        edges: who holds whom; two that hold each other have one edge.
        limits: in words, what was left out.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    limits: tuple[str, ...] = field(default=())

    def lines(self) -> Iterator[str]:
        """Yield the graph as lines of text."""
        for node in self.nodes:
            told = "; ".join([*node.conditions, *(f"changed: {key}" for key in node.changed)])
            yield f"{node.label} ({told or 'unchanged'})"
        for edge in self.edges:
            source, target = self.nodes[edge.source], self.nodes[edge.target]
            yield f"{source.label} -> {target.label}: {' / '.join(edge.keys)}"
        yield from self.limits

    def __repr__(self) -> str:
        head = f"<{type(self).__name__} of {len(self.nodes)} object(s)>"
        return "\n".join([head, *(f"  {line}" for line in self.lines())])

    def svg(self) -> str:
        """Return the graph as a picture."""
        from .picture import draw  # noqa: PLC0415 - only who wants it needs a layout

        return draw(self)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        return f'<div style="overflow:auto">{self.svg()}</div>'


def graph(obj: Any, depth: int = 2, most: int = 40) -> Graph:
    """Return the objects that an object holds, those that they hold, and so on.

    What is not loaded is not followed.

    Args:
        obj: an object that ormolu knows, as for :func:`inspect`.
        depth: how many steps to go.
        most: how many objects to take at most; the nearest are taken.

    Returns:
        the graph, which shows itself in a notebook as a picture; ``svg()`` gives that.

    Raises:
        UntrackedInstanceError: nothing is known of the object.
        ValueError: a limit is negative.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import related, tracked
        >>> @tracked
        ... @dataclass(eq=False)
        ... class Shelf:
        ...     books: list["Book"] = related(back_populates="shelf")
        >>> @tracked
        ... @dataclass(eq=False)
        ... class Book:
        ...     shelf: Shelf | None = related(back_populates="books")
        >>> [edge.keys for edge in graph(Book(Shelf())).edges]
        [('shelf', 'books')]
    """
    need(obj)
    if depth < 0 or most < 1:
        raise ValueError(f"depth={depth} and most={most}: a graph has one object at least")
    walk = _Walk(depth, most)
    walk.go(obj)
    return walk.result()


class _Walk:
    """Goes from object to object, the nearest first."""

    def __init__(self, depth: int, most: int) -> None:
        self._depth, self._most = depth, most
        self._objects: list[Any] = []
        self._nodes: list[Node] = []
        self._numbers: dict[int, int] = {}
        self._keys: dict[tuple[int, int], list[str]] = {}

    def go(self, obj: Any) -> None:
        self._take(obj, 0)
        todo = deque([0])
        while todo:
            number = todo.popleft()
            node = self._nodes[number]
            for key, members in _held(self._objects[number]):
                for at, member in enumerate(members):
                    self._follow(number, node, key, member, at < MOST_MEMBERS, todo)

    def _follow(
        self, number: int, node: Node, key: str, member: Any, near: bool, todo: deque[int]
    ) -> None:
        if find(member) is None:
            return
        target = self._numbers.get(id(member))
        if target is None:
            room = len(self._nodes) < self._most and node.distance < self._depth
            if not (room and near):
                node.left_out += 1
                return
            target = self._take(member, node.distance + 1)
            todo.append(target)
        keys = self._keys.setdefault((number, target), [])
        if key not in keys:
            keys.append(key)

    def _take(self, obj: Any, distance: int) -> int:
        number = self._numbers[id(obj)] = len(self._nodes)
        self._objects.append(obj)
        view = inspect(obj)
        conditions = tuple(_conditions(need(obj), view.changed))
        self._nodes.append(Node(label(obj), conditions, view.changed, distance))
        return number

    def result(self) -> Graph:
        left_out = sum(node.left_out for node in self._nodes)
        limits: tuple[str, ...] = ()
        if left_out:
            limits = (
                f"left out: {left_out} reference(s) to objects more than {self._depth} step(s) "
                f"away, beyond the first {self._most} objects, or beyond the first "
                f"{MOST_MEMBERS} members of a collection",
            )
        return Graph(tuple(self._nodes), tuple(self._edges()), limits)

    def _edges(self) -> Iterator[Edge]:
        for (source, target), keys in self._keys.items():
            back = self._keys.get((target, source), [])
            if source == target:
                yield Edge(source, target, tuple(keys))
            elif not back or source < target:
                yield Edge(source, target, (*keys, *back))


def _held(obj: Any) -> Iterator[tuple[str, list[Any]]]:
    found = need(obj)
    if found.layer is TRACKED:
        return ordinary.held_objects(obj, found)
    return instrumented.held_objects(found.state)


def _conditions(found: Found, changed: tuple[str, ...]) -> Iterator[str]:
    if found.layer is TRACKED:
        if changed:
            yield "dirty"
        return
    state = found.state
    life = state.life_cycle
    if life in ("transient", "pending"):
        yield "new"
    elif state.modified:
        yield "dirty"
    if life in ("deleted", "detached"):
        yield life
    if state.expired or state._expired_keys:
        yield "expired"
