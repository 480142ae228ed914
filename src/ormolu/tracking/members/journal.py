"""What the objects of a workspace were before an operation that happens or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .members import Member

__all__ = ["Journal"]


class Journal:
    """What objects were, noted when they become something else.

    The order in which objects came is noted once one goes, for it would come back as the last.
    """

    __slots__ = ("_before", "_order")

    def __init__(self) -> None:
        self._before: dict[int, Member | None] = {}
        self._order: list[int] | None = None

    def note(self, members: dict[int, Member], number: int, *, goes: bool) -> None:
        """Note what an object is.

        Args:
            members: all objects as they are, by their ``id``.
            number: the ``id`` of the object.
            goes: whether it is about to go.
        """
        if number not in self._before:
            self._before[number] = members.get(number)
        if goes and self._order is None:
            self._order = list(members)

    def follow(self, inner: Journal) -> None:
        """Note what another journal has of a part of the operation, which is over."""
        for number, member in inner._before.items():
            self._before.setdefault(number, member)
        if self._order is None:
            self._order = inner._order

    def undone(self, members: dict[int, Member]) -> dict[int, Member]:
        """Return the objects as they were.

        Args:
            members: all objects as they are, by their ``id``.
        """
        numbers = dict.fromkeys([*(self._order or ()), *members])
        before = {number: self._before.get(number, members.get(number)) for number in numbers}
        return {number: member for number, member in before.items() if member is not None}
