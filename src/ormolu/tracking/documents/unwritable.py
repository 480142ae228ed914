"""Values that cannot be written, in their places in documents that nobody writes."""

from __future__ import annotations

from typing import Any

from ...core.faults.wording import shown
from ...errors import PatchError

__all__ = ["Kept"]


class Kept:
    """Stands for a value, so that a patch of what is around it leaves it where it is.

    Attributes:
        value: the value.
        why: says why it cannot be written.
    """

    __slots__ = ("value", "why")

    def __init__(self, value: Any, why: PatchError) -> None:
        self.value = value
        self.why = why

    def __repr__(self) -> str:
        return shown(self.value)

    def __deepcopy__(self, memo: dict[int, Any]) -> Kept:
        return self
