"""Appends and removes on a collection that has not been loaded yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .journal import current

__all__ = ["MemberSet", "PendingCollection"]


class MemberSet:
    """A set of objects by identity that remembers the order they came in."""

    __slots__ = ("_members",)

    def __init__(self, members: Iterable[Any] = ()) -> None:
        self._members: dict[int, Any] = {id(member): member for member in members}

    def add(self, member: Any) -> None:
        """Add ``member``; one that is there already keeps its place."""
        self._members.setdefault(id(member), member)

    def discard(self, member: Any) -> None:
        """Remove ``member`` if it is there."""
        self._members.pop(id(member), None)

    def __contains__(self, member: object) -> bool:
        return id(member) in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._members.values()))

    def __len__(self) -> int:
        return len(self._members)

    # a tuple, since protocols 0 and 1 leave out a state that is false
    def __getstate__(self) -> tuple[list[Any]]:
        return (list(self),)

    def __setstate__(self, state: tuple[list[Any]]) -> None:
        members = state[0] if type(state) is tuple and len(state) == 1 else None
        # a copy's members are other objects, with other identities
        if type(members) is list:
            self._members = {id(member): member for member in members}

    @property
    def is_whole(self) -> bool:
        """Whether there are members, or none: what a pickle makes may be neither."""
        return type(getattr(self, "_members", None)) is dict

    def __repr__(self) -> str:
        return f"MemberSet({list(self)!r})"


class PendingCollection:
    """What waits to be applied to a collection once it is loaded.

    Attributes:
        added_items: members to append.
        deleted_items: members to remove.
    """

    __slots__ = ("added_items", "deleted_items")

    def __init__(self) -> None:
        self.added_items: Any = MemberSet()
        self.deleted_items: Any = MemberSet()

    # protocols 0 and 1 make no pickles of what has slots and does not say what is in them
    def __getstate__(self) -> tuple[None, dict[str, MemberSet]]:
        return None, {"added_items": self.added_items, "deleted_items": self.deleted_items}

    def __setstate__(self, state: Any) -> None:
        # what is wrong with it is found by the state that it waits in
        slots = state[1] if type(state) is tuple and len(state) == 2 else None
        if type(slots) is dict:
            self.added_items = slots.get("added_items")
            self.deleted_items = slots.get("deleted_items")

    def append(self, value: Any) -> None:
        """Note an append, or forget the remove that it takes back."""
        self._move(value, self.deleted_items, self.added_items)

    def remove(self, value: Any) -> None:
        """Note a remove, or forget the append that it takes back."""
        self._move(value, self.added_items, self.deleted_items)

    def apply_to(self, adapter: Any) -> None:
        """Do to a collection, once it is loaded, what has waited for that."""
        for member in self.added_items:
            adapter.append_without_event(member)
        # what the store no longer has, or never had, is gone as it is
        present = MemberSet(adapter)
        for member in self.deleted_items:
            if member in present:
                adapter.remove_without_event(member)

    def merge_with_history(self, history: Any) -> Any:
        """Return ``history`` with what waits here added to it."""
        return history._merge(self.added_items, self.deleted_items)

    def _move(self, value: Any, opposite: MemberSet, own: MemberSet) -> None:
        taken_back = value in opposite
        journal = current()
        if journal is not None:
            if taken_back:
                journal.note(opposite.add, value)
            elif value not in own:
                journal.note(own.discard, value)
        if taken_back:
            opposite.discard(value)
        else:
            own.add(value)
