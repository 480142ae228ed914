"""How closely changes within values are looked for."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ...core.faults import class_name
from ...errors import RegistrationError
from .elsewhere import finds_by_itself

__all__ = ["InPlace", "checked_in_place"]

InPlace: TypeAlias = bool | Literal["always"]
"""Not at all, in values that were read from the instance, or in all of them."""


def checked_in_place(class_: type, in_place: Any) -> InPlace:
    """Return what was asked for, if there is such a thing.

    Raises:
        RegistrationError: there is not.
    """
    if in_place is True and finds_by_itself(class_):
        return "always"  # what is read is read past everybody
    if isinstance(in_place, bool) or in_place == "always":
        return in_place  # type: ignore[no-any-return]
    raise RegistrationError(
        f"{class_name(class_)} cannot be tracked with in_place={in_place!r}: give True for what "
        f"was read from an instance, 'always' for all values, or False",
        class_=class_,
    )
