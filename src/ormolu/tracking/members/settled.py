"""Objects that were committed by themselves, and stay so when the others go back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..instances.following import telling_of
from .deletion import let_go, related_fields
from .describing import original_values, present_values
from .members import Members

__all__ = ["Settled"]


class Settled:
    """The objects of a workspace that were committed by themselves since a point.

    What the others held at that point is older than what these hold, or that they are gone.
    So where the two sides of a relationship say different things, these are right.
    """

    __slots__ = ("_gone", "_known")

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}
        self._gone: dict[int, Any] = {}

    def note(self, obj: Any, *, gone: bool) -> None:
        """Note that an object was committed, or is gone."""
        self._known.pop(id(obj), None)
        (self._gone if gone else self._known)[id(obj)] = obj

    def clear(self) -> None:
        """Forget all of them."""
        self._known, self._gone = {}, {}

    @contextmanager
    def standing(self, members: Members, *, as_committed: bool) -> Iterator[None]:
        """Have them hold what they do whatever the others are made to hold within.

        Args:
            members: all objects.
            as_committed: whether they hold what they did when they were committed; what they
                hold now, otherwise.
        """
        values_of = original_values if as_committed else present_values
        held = [(obj, values_of(obj)) for obj in self._known.values() if members.of(obj)]
        yield
        with telling_of("rolled back"):
            let_go(members, [obj for obj in self._gone.values() if members.of(obj) is None])
            for obj, values in held:
                for attribute in related_fields(obj):
                    wanted = values.get(attribute.key)
                    if not attribute.is_same(attribute.present(obj), wanted):
                        attribute.hold(obj, wanted)
