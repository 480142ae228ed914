"""What some steps return that stock is known to take otherwise."""

from __future__ import annotations

from enum import Enum

__all__ = ["Peculiar"]


class Peculiar(Enum):
    """What a step returns that stock is known to take otherwise."""

    IN_PLACE = "changed in place"
    NOTHING_TAKEN = "nothing was taken"
    TWINS = "one of twins was taken"
