"""The descriptor of a field whose value may be changed in place after it was read."""

from __future__ import annotations

from typing import Any

from .._kernel.sentinels import MISSING
from .attribute import FieldAttribute
from .recording import look

__all__ = ["Watched"]


class Watched:
    """Stands on the class in the place of a field, and looks at what is read.

    Writing goes past it: the class's ``__setattr__`` records that.

    Args:
        attribute: the field.
        looks: whether values may have to be compared with what they were.
    """

    def __init__(self, attribute: FieldAttribute, looks: bool) -> None:
        self.attribute = attribute
        self.member = attribute.member
        self.looks = looks

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self._of_class(owner)
        value = self.attribute.storage.get(instance)
        if value is MISSING:
            raise self._missing(instance)
        if self.looks:
            look(self.attribute, instance, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        self.attribute.storage.put(instance, value)

    def __delete__(self, instance: Any) -> None:
        if self.attribute.storage.get(instance) is MISSING:
            raise self._missing(instance)
        self.attribute.storage.put(instance, MISSING)

    def _of_class(self, owner: Any) -> Any:
        """What the class gives for the name, as if nothing stood here."""
        member = self.member
        if member is MISSING:
            raise AttributeError(
                f"type object {owner.__name__!r} has no attribute {self.attribute.key!r}",
                name=self.attribute.key,
                obj=owner,
            )
        getter = getattr(type(member), "__get__", None)
        return member if getter is None else getter(member, None, owner)

    def _missing(self, instance: Any) -> AttributeError:
        name = self.attribute.key
        return AttributeError(
            f"{type(instance).__name__!r} object has no attribute {name!r}",
            name=name,
            obj=instance,
        )
