"""What an attribute was, is, and has lost since the last commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from .sentinels import MISSING, NO_VALUE, PASSIVE_NO_RESULT

__all__ = ["History"]

# past the __new__ that a named tuple has for calls with names
_new: Callable[[type[History], tuple[Any, Any, Any]], History] = tuple.__new__


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
        original = _original(state, attribute.key)
        if original is MISSING:
            return _unchanged(cls, current)
        # ``is True``: a comparison may answer with an object of its own (an
        # array, a SQL expression), which is no statement of equality
        if current is not NO_VALUE and attribute.is_equal(current, original) is True:
            return _new(cls, ((), [current], ()))
        return _changed(cls, current, original, original is None)

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
        if original is MISSING:
            original = _original(state, attribute.key)
        if original is MISSING:
            return _unchanged(cls, current)
        if current is original and current is not NO_VALUE:
            return _new(cls, ((), [current], ()))
        return _changed(cls, current, original, False)

    @classmethod
    def from_collection(cls, attribute: Any, state: Any, current: Any) -> History:
        """Return the history of a collection, member by member.

        Args:
            attribute: the implementation of the attribute.
            state: the state of the instance.
            current: the collection now, or ``NO_VALUE``.
        """
        if current is NO_VALUE:
            return _new(cls, ((), (), ()))
        members = list(current._sa_adapter)
        original = _original(state, attribute.key)
        if original is MISSING:
            return _new(cls, ((), members, ()))
        if original is NO_VALUE:
            return _new(cls, (members, (), ()))
        # by identity: members may define ``__eq__`` and ``__hash__`` as they like
        known = set(map(id, original))
        present = set(map(id, members))
        return _new(
            cls,
            (
                [member for member in members if id(member) not in known],
                [member for member in members if id(member) in known],
                [member for member in original if id(member) not in present],
            ),
        )

    def _merge(self, added: Iterable[Any], deleted: Iterable[Any]) -> History:
        return type(self)([*self.added, *added], self.unchanged, [*self.deleted, *deleted])


def _original(state: Any, key: str) -> Any:
    committed = state._committed
    return MISSING if committed is None else committed.get(key, MISSING)


def _unchanged(cls: type[History], current: Any) -> History:
    return _new(cls, ((), (), ())) if current is NO_VALUE else _new(cls, ((), [current], ()))


def _changed(cls: type[History], current: Any, original: Any, keep_none: bool) -> History:
    """A value that was overwritten or deleted.

    A previous value that is unknown is not listed.  A previous ``None`` is
    listed for plain values, where it can be part of a key, and not for
    references, where it means that there was no object.
    """
    unknown = original is NO_VALUE or original is PASSIVE_NO_RESULT
    if unknown or (original is None and not keep_none):
        if current is NO_VALUE or current is PASSIVE_NO_RESULT:
            # deleted without the previous value having been at hand
            return _new(cls, ([None], (), ()))
        return _new(cls, ([current], (), ()))
    if current is NO_VALUE:
        return _new(cls, ((), (), [original]))
    return _new(cls, ([current], (), [original]))
