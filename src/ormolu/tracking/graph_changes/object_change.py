"""What happened to one object of a graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import safe_repr
from ..instances.changes import Changes
from .refs import Ref

__all__ = ["Kind", "ObjectChange"]

Kind = Literal["new", "changed", "deleted"]
"""What can happen to an object."""


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """What happened to one object: a part of a :class:`ormolu.ChangeSet`.

    Attributes:
        ref: the name of the object: as it was before, or, of a new one, as it is.
        kind: ``"new"``, ``"changed"`` or ``"deleted"``.
        fields: the changes of its fields.  Of a new object and of a deleted one they are
            those of all fields, with nothing before or nothing after.
        becomes: the name of the object afterwards, if its key has changed.

    Example:
        >>> from ormolu import Change
        >>> named = Changes({"name": Change("Ann", "Anna")})
        >>> change = ObjectChange(Ref("Person", 1), "changed", named)
        >>> print(change)
        changed Person 1
            name: 'Ann' -> 'Anna'
        >>> change.new_values
        {'name': 'Anna'}
    """

    ref: Ref
    kind: Kind
    fields: Changes = field(default_factory=Changes)
    becomes: Ref | None = None

    @property
    def old_values(self) -> dict[str, Any]:
        """The values that the fields had, by name."""
        return {key: old for key, (old, _) in self.fields.items() if old is not MISSING}

    @property
    def new_values(self) -> dict[str, Any]:
        """The values that the fields have, by name: what is to be stored."""
        return {key: new for key, (_, new) in self.fields.items() if new is not MISSING}

    @property
    def ref_after(self) -> Ref:
        """The name of the object after the change."""
        return self.ref if self.becomes is None else self.becomes

    def __str__(self) -> str:
        becomes = "" if self.becomes is None else f", now {self.becomes}"
        lines = [f"{self.kind} {self.ref}{becomes}"]
        if self.kind == "changed":
            lines += str(self.fields).splitlines()
        else:
            values = self.new_values if self.kind == "new" else self.old_values
            lines += [f"{key}: {safe_repr(value)}" for key, value in values.items()]
        return "\n    ".join(lines)
