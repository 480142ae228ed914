"""The descriptor of a field whose value may be changed in place after it was read."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..._kernel.sentinels import MISSING
from ..._kernel.watching import Watching
from ..values.classes import ATOMS
from .attribute import FieldAttribute
from .elsewhere import Elsewhere
from .recording import look

__all__ = ["Watched"]


class Watched(Watching):
    """Stands on the class in the place of a field, and looks at what is read.

    Writing goes past it: the class's ``__setattr__`` records that.

    Args:
        attribute: the field.
        looks: whether values may have to be compared with what they were.
    """

    def __init__(self, attribute: FieldAttribute, looks: bool) -> None:
        seen = partial(look, attribute) if looks else None
        storage = attribute.storage
        facing = storage.facing if isinstance(storage, Elsewhere) else storage
        super().__init__(attribute.key, facing, seen, ATOMS)
        self.attribute = attribute
        self.member = attribute.member
        self.__doc__ = getattr(attribute.member, "__doc__", None)

    def of_class(self, owner: Any) -> Any:
        """Return what the class gives for the name, as if nothing stood here."""
        member = self.member
        if member is MISSING:
            raise AttributeError(
                f"type object {owner.__name__!r} has no attribute {self.key!r}",
                name=self.key,
                obj=owner,
            )
        getter = getattr(type(member), "__get__", None)
        return member if getter is None else getter(member, None, owner)

    def missing(self, instance: Any) -> AttributeError:
        """Return what is raised where there is no value."""
        return AttributeError(
            f"{type(instance).__name__!r} object has no attribute {self.key!r}",
            name=self.key,
            obj=instance,
        )
