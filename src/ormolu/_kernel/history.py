"""What an attribute was, is, and has lost since the last commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from . import lookups, ownership, tuples
from .sentinels import MISSING, NO_VALUE, PASSIVE_NO_RESULT

__all__ = ["History", "of_collection", "of_object", "of_scalar"]

_NOTHING: tuple[Any, ...] = ()


class History(NamedTuple):
    """The change of one attribute since the last commit, as three sequences.

    Attributes:
        added: what has come in.
        unchanged: what was there and still is.
        deleted: what has gone.

    Each is a list, or the empty tuple.  A history is false when nothing at all
    is known of the attribute.

    Example:
        >>> History(["new"], (), ["old"]).has_changes()
        True
    """

    added: Sequence[Any]
    unchanged: Sequence[Any]
    deleted: Sequence[Any]

    def __bool__(self) -> bool:
        """Return whether anything is known of the attribute."""
        return tuple(self) != ((), (), ())

    def empty(self) -> bool:
        """Return whether all three members are empty."""
        return not (self.added or self.unchanged or self.deleted)

    def has_changes(self) -> bool:
        """Return whether anything was added or deleted."""
        return bool(self.added or self.deleted)

    def sum(self) -> list[Any]:
        """Return added, unchanged and deleted as one list."""
        return [*self.added, *self.unchanged, *self.deleted]

    def non_deleted(self) -> list[Any]:
        """Return what is there now: added, then unchanged."""
        return [*self.added, *self.unchanged]

    def non_added(self) -> list[Any]:
        """Return what was there at the last commit: unchanged, then deleted."""
        return [*self.unchanged, *self.deleted]

    @classmethod
    def from_scalar_attribute(cls, attribute: Any, state: Any, current: Any) -> History:
        """Return the history of a plain value.

        Args:
            attribute: the implementation of the attribute.
            state: the state of the instance.
            current: the value now, or ``NO_VALUE``.
        """
        history: History = of_scalar(cls, attribute, state, current)
        return history

    @classmethod
    def from_object_attribute(
        cls, attribute: Any, state: Any, current: Any, original: Any = MISSING
    ) -> History:
        """Return the history of a reference, compared by identity.

        Args:
            attribute: the implementation of the attribute.
            state: the state of the instance.
            current: the value now, or ``NO_VALUE``.
            original: the value at the last commit, if it is not the recorded one.
        """
        history: History = of_object(cls, attribute, state, current, original)
        return history

    @classmethod
    def from_collection(cls, attribute: Any, state: Any, current: Any) -> History:
        """Return the history of a collection, member by member.

        Args:
            attribute: the implementation of the attribute.
            state: the state of the instance.
            current: the collection now, or ``NO_VALUE``.
        """
        history: History = of_collection(cls, attribute, state, current)
        return history

    def _merge(self, added: Iterable[Any], deleted: Iterable[Any]) -> History:
        return type(self)([*self.added, *added], self.unchanged, [*self.deleted, *deleted])


def of_scalar(cls: Any, attribute: Any, state: Any, current: Any) -> Any:
    """Return the history of a plain value; see :meth:`History.from_scalar_attribute`."""
    original = lookups.original_value(attribute, state)
    if original is MISSING:
        return _unchanged(cls, current)
    if current is not NO_VALUE and attribute.same(current, original):
        return tuples.triple(cls, _NOTHING, [current], _NOTHING)
    return _changed(cls, current, original, original is None)


def of_object(cls: Any, attribute: Any, state: Any, current: Any, original: Any) -> Any:
    """Return the history of a reference; see :meth:`History.from_object_attribute`."""
    if original is MISSING:
        original = lookups.original_value(attribute, state)
    if original is MISSING:
        return _unchanged(cls, current)
    if current is original and current is not NO_VALUE:
        return tuples.triple(cls, _NOTHING, [current], _NOTHING)
    return _changed(cls, current, original, False)


def of_collection(cls: Any, attribute: Any, state: Any, current: Any) -> Any:
    """Return the history of a collection; see :meth:`History.from_collection`."""
    if current is NO_VALUE:
        return tuples.triple(cls, _NOTHING, _NOTHING, _NOTHING)
    members = list(iter(ownership.adapter_of(attribute, state, current)))
    original = lookups.original_value(attribute, state)
    if original is MISSING:
        return tuples.triple(cls, _NOTHING, members, _NOTHING)
    if original is NO_VALUE:
        return tuples.triple(cls, members, _NOTHING, _NOTHING)
    # by identity: members may define ``__eq__`` and ``__hash__`` as they like
    known = set(map(id, original))
    present = set(map(id, members))
    return tuples.triple(
        cls,
        [member for member in members if id(member) not in known],
        [member for member in members if id(member) in known],
        [member for member in original if id(member) not in present],
    )


def _unchanged(cls: Any, current: Any) -> Any:
    if current is NO_VALUE:
        return tuples.triple(cls, _NOTHING, _NOTHING, _NOTHING)
    return tuples.triple(cls, _NOTHING, [current], _NOTHING)


def _changed(cls: Any, current: Any, original: Any, keep_none: bool) -> Any:
    """A value that was overwritten or deleted.

    A previous value that is unknown is not listed.  A previous ``None`` is
    listed for plain values, where it can be part of a key, and not for
    references, where it means that there was no object.
    """
    unknown = original is NO_VALUE or original is PASSIVE_NO_RESULT
    if unknown or (original is None and not keep_none):
        if current is NO_VALUE or current is PASSIVE_NO_RESULT:
            # deleted without the previous value having been at hand
            return tuples.triple(cls, [None], _NOTHING, _NOTHING)
        return tuples.triple(cls, [current], _NOTHING, _NOTHING)
    if current is NO_VALUE:
        return tuples.triple(cls, _NOTHING, _NOTHING, [original])
    return tuples.triple(cls, [current], _NOTHING, [original])
