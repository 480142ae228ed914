"""What listeners are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeAlias

from ..._kernel.sentinels import MISSING
from ..generics import T_co
from ..instances.adoption import is_reference
from ..instances.changes import Change, Changes
from ..values.differences import Step, differences, render
from ..values.leaves import are_others, is_atom, same
from ..values.snapshots import Snapshot

__all__ = ["ChangeEvent", "Kind", "copied", "full_name", "is_same"]

Kind: TypeAlias = Literal["set", "deleted", "rolled back", "undone", "redone", "in place"]
"""What has happened to a field."""


@dataclass(frozen=True, slots=True, repr=False)
class ChangeEvent(Generic[T_co]):
    """A change that has happened to a field of an object.

    Attributes:
        obj: the object.
        key: the name of the field.
        old: what it was; :data:`ormolu.MISSING` if there was nothing.
        new: what it is; :data:`ormolu.MISSING` if there is nothing any more.  A container is
            the very one, which may go on changing; what the event prints does not.
        kind: what has happened: it was ``"set"``, ``"deleted"``, ``"rolled back"``,
            ``"undone"`` or ``"redone"``, or its value was changed ``"in place"``.
        steps: of a change in place, how to get from the value of the field to the container
            that has changed; ``old`` and ``new`` are those of that.

    Example:
        >>> event = ChangeEvent(None, "tags", ["a"], ["a", "b"], "in place")
        >>> event.path
        'tags'
        >>> print(event)
        tags[1]: (nothing) -> 'b'
    """

    obj: T_co
    key: str
    old: Any
    new: Any
    kind: Kind = "set"
    steps: tuple[Step, ...] = ()
    _then: Any = field(default=MISSING, compare=False)
    """What ``new`` was like when it was told, if it can change in place."""

    @property
    def path(self) -> str:
        """The name of the field, and the way from there to what has changed."""
        return self.key + render(self.steps)

    def __str__(self) -> str:
        new = self.new if self._then is MISSING else self._then
        return str(Changes({self.path: Change(self.old, new)}))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kind}: {full_name(self)}>"


def full_name(event: ChangeEvent) -> str:
    """Return the name of the class and that of the field, for messages."""
    return f"{type(event.obj).__qualname__}.{event.key}"


def copied(snapshot: Snapshot | None) -> Any:
    """Return a copy of what a snapshot was taken of, or ``MISSING`` if there is none."""
    return MISSING if snapshot is None else snapshot.thaw()


def is_same(old: Any, new: Any) -> bool:
    """Return whether it is no change that there is one value in the place of another."""
    if old is new:
        return True
    if old is MISSING or new is MISSING:
        return False
    if are_others(old, new):
        return False
    if is_atom(old) or is_atom(new):
        return same(old, new, is_reference)
    return not differences(old, new, is_reference)
