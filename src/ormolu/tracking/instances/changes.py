"""What changed in one instance: the fields, their old values and their new ones."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, NamedTuple

from ..._kernel.answers import is_equal, plain_changes
from ..._kernel.sentinels import MISSING
from ...core.faults.wording import safe_repr
from ..values.differences import Difference, differ, differences, render
from ..values.snapshots import is_atom, take
from .adoption import is_reference
from .state import TrackedState

__all__ = ["Change", "Changes", "change_of", "changes_of", "kept"]


class Change(NamedTuple):
    """What a field was, and is.

    Attributes:
        old: what it was; :data:`ormolu.MISSING` if there was nothing.
        new: what it is; :data:`ormolu.MISSING` if there is nothing any more.

    Example:
        >>> change = Change("Ann", "Anna")
        >>> change.old
        'Ann'
        >>> old, new = change
        >>> new
        'Anna'
    """

    old: Any
    new: Any


class Changes(Mapping[str, Change]):
    """The changes of an instance, by the name of the field.

    Old values are as they were.  A new one is what the object has, so what is changed in it
    later is changed here too; not so in those that :func:`ormolu.commit` returns.

    Example:
        >>> changed = Changes({"name": Change("Ann", "Anna"), "tags": Change(["a"], ["a", "b"])})
        >>> changed["name"].old
        'Ann'
        >>> print(changed)
        name: 'Ann' -> 'Anna'
        tags[1]: (nothing) -> 'b'
        >>> list(changed)
        ['name', 'tags']
    """

    __slots__ = ("_changes",)

    def __init__(self, changes: Mapping[str, Change] | None = None) -> None:
        self._changes: dict[str, Change] = dict(changes or {})

    @classmethod
    def _of(cls, changes: dict[str, Change]) -> Changes:
        """Return those that a dictionary has which is nobody else's."""
        made = cls.__new__(cls)
        made._changes = changes
        return made

    def __getitem__(self, key: str) -> Change:
        return self._changes[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    # those of Mapping go through __iter__ and __getitem__ for each

    def __contains__(self, key: object) -> bool:
        return key in self._changes

    def keys(self) -> KeysView[str]:
        """Return the names of the fields that have changed."""
        return self._changes.keys()

    def values(self) -> ValuesView[Change]:
        """Return the changes."""
        return self._changes.values()

    def items(self) -> ItemsView[str, Change]:
        """Return the names and the changes."""
        return self._changes.items()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Changes):
            return Mapping.__eq__(self, other)
        return self._changes.keys() == other._changes.keys() and all(
            is_equal(one, another) or not differ(one, another, is_reference)
            for key, change in self._changes.items()
            for one, another in zip(change, other._changes[key], strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        told = ", ".join(f"{key}: {_arrow(*change)}" for key, change in self.items())
        return f"<{type(self).__name__} {told}>" if told else f"<{type(self).__name__}: none>"

    def __str__(self) -> str:
        return "\n".join(f"{path}: {_arrow(*change)}" for path, change in self.paths().items())

    def paths(self) -> dict[str, Change]:
        """Return what changed within the fields, by the path that leads there.

        Example:
            >>> Changes({"meta": Change({"a": {"b": 1}}, {"a": {"b": 2}})}).paths()
            {'meta.a.b': Change(old=1, new=2)}
        """
        return {
            key + render(difference.path): Change(difference.old, difference.new)
            for key, change in self.items()
            for difference in self.within(key)
        }

    def within(self, key: str) -> list[Difference]:
        """Return what changed within one field; the paths begin at its value.

        Each step of a path is an :class:`ormolu.Item`, which has a ``key``, an
        :class:`ormolu.Attr`, which has a ``name``, or an :class:`ormolu.Member` of a set.

        Raises:
            KeyError: it has not changed.

        Example:
            >>> Changes({"meta": Change({"a": 1}, {"a": 2})}).within("meta")
            [Difference(path=(Item(key='a'),), old=1, new=2)]
        """
        old, new = self[key]
        # another object may hold the same
        return differences(old, new, is_reference) or [Difference((), old, new)]


def _arrow(old: Any, new: Any) -> str:
    return f"{_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    return "(nothing)" if value is MISSING else safe_repr(value)


def kept(changes: Changes) -> Changes:
    """Return the same, with copies of the new values that may go on changing in place."""
    copies = {
        key: Change(old, snapshot.thaw())
        for key, (old, new) in changes.items()
        if not is_atom(new) and (snapshot := take(new, is_reference)) is not None
    }
    return Changes({**changes, **copies}) if copies else changes


def change_of(state: TrackedState, instance: Any, key: str, since: int = 0) -> Change | None:
    """Return how a field has changed, or ``None``.

    Args:
        state: the state of the instance.
        instance: the instance.
        key: the name of the field.
        since: how many checkpoints to pass over.
    """
    attribute = state.manager[key]
    if attribute.is_as_before(state, instance, since):
        return None
    return Change(attribute.old(state, instance, since), attribute.present(instance))


def changes_of(state: TrackedState, instance: Any, since: int = 0) -> Changes:
    """Return all changes of an instance, in the order of its fields."""
    if not state.levels and not state.snapshots:
        plain = plain_changes(state.manager.gate, state, instance, Change)
        if plain is not None:
            return Changes._of(plain)
    manager, recorded = state.manager, state.recorded(since)
    in_order = recorded if len(recorded) == 1 else [key for key in manager if key in recorded]
    found: dict[str, Change] = {}
    for key in in_order:
        change = change_of(state, instance, key, since)
        if change is not None:
            found[key] = change
    return Changes(found)
