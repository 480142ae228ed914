"""All that is known of one object at one moment, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tracking.layer import TRACKED
from . import instrumented, ordinary
from .attribute import AttributeView
from .finding import Found, need
from .listening import listeners_of
from .shortening import label

if TYPE_CHECKING:
    from .graph import Graph

__all__ = ["InstanceView", "inspect"]

COLUMNS = ("attribute", "value", "status", "change", "flags", "listeners")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class InstanceView:
    """One object, as it was when it was looked at; made by :func:`inspect`.

    In a terminal and in a notebook it shows itself.  It keeps the object alive, and the values.

    Attributes:
        obj: the object.
        label: its class, and its identity if it has one.
        life: where it is in its life: ``"transient"``, ``"pending"``, ``"persistent"``,
            ``"deleted"`` or ``"detached"``; of a class that is tracked without an ORM,
            ``"unchanged"``, ``"changed"`` or ``"being made"``.
        facts: what else is known of it as a whole, by name.
        attributes: its attributes, by name.
        holders: who is recorded to hold it, each as ``object.attribute``.
        listeners: who is told of what happens to it as a whole.
    """

    obj: Any
    label: str
    life: str
    facts: Mapping[str, str]
    attributes: Mapping[str, AttributeView]
    holders: tuple[str, ...]
    listeners: tuple[str, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the attributes that have changed since the last commit."""
        return tuple(key for key, view in self.attributes.items() if view.changed)

    def graph(self, depth: int = 2, most: int = 40) -> Graph:
        """Return the objects that hang together with it; see :func:`graph`."""
        from .graph import graph  # noqa: PLC0415 - most who look at one object need no layout

        return graph(self.obj, depth=depth, most=most)

    def summary(self) -> list[tuple[str, str]]:
        """Return what is known of the object as a whole, each with its name."""
        found = [("life", self.life), *self.facts.items()]
        found += [("held by", holder) for holder in self.holders]
        return found + [("listener", name) for name in self.listeners]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the attributes as rows of text: name, value, status, change, flags, listeners."""
        for key, view in self.attributes.items():
            flags = ", ".join(flag for flag in view.flags if flag != "changed")
            yield key, view.shown, view.status, view.change, flags, ", ".join(view.listeners)

    def __repr__(self) -> str:
        lines = [f"<{type(self).__name__} {self.label}>"]
        lines += [f"  {name}: {what}" for name, what in self.summary()]
        return "\n".join([*lines, *_aligned(list(self.rows()))])

    def __rich__(self) -> Any:
        from .terminal import table_of  # noqa: PLC0415 - rich asks, so it is there

        return table_of(self)

    def _repr_html_(self) -> str:
        from .page import html_of  # noqa: PLC0415 - most are not shown in a notebook

        return html_of(self)


def inspect(obj: Any) -> InstanceView:
    """Return all that is known of an object, to be looked at.

    To look changes nothing: nothing is loaded, refreshed, or compared for later.  Objects
    that are tracked are shown by class and identity; of others the ``repr`` is asked for.

    Args:
        obj: an instance of a tracked class, of one that is registered with the layer, or of
            one that SQLAlchemy maps, where ormolu is beneath it.

    Raises:
        UntrackedInstanceError: nothing is known of it.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import inspect, tracked
        >>> @tracked
        ... @dataclass
        ... class Post:
        ...     title: str
        >>> post = Post("Hello")
        >>> post.title = "Hello, world"
        >>> view = inspect(post)
        >>> view.life, view.changed, view.attributes["title"].old
        ('changed', ('title',), 'Hello')
    """
    found = need(obj)
    return _ordinary(obj, found) if found.layer is TRACKED else _instrumented(obj, found)


def _instrumented(obj: Any, found: Found) -> InstanceView:
    state = found.state
    return InstanceView(
        obj=obj,
        label=label(obj),
        life=instrumented.life_of(state),
        facts=dict(instrumented.facts_of(state)),
        attributes={view.key: view for view in instrumented.views_of(state)},
        holders=tuple(instrumented.holders_of(state)),
        listeners=listeners_of(found.manager.dispatch),
    )


def _ordinary(obj: Any, found: Found) -> InstanceView:
    attributes = {view.key: view for view in ordinary.views_of(obj, found)}
    changed = any(view.changed for view in attributes.values())
    return InstanceView(
        obj=obj,
        label=label(obj),
        life=ordinary.life_of(found, changed),
        facts=dict(ordinary.facts_of(obj, found)),
        attributes=attributes,
        holders=(),
        listeners=ordinary.listeners_of_all(found),
    )


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width
        ).rstrip()
        for row in rows
    ]
