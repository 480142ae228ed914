"""A field of a tracked class, as the core knows attributes."""

from __future__ import annotations

from types import MemberDescriptorType
from typing import Any, ClassVar

from ..._kernel.beside import Field as FieldAccess
from ..._kernel.dispatch import Dispatch
from ..._kernel.history import History
from ..._kernel.scalars import ScalarAttributeImpl
from ..._kernel.sentinels import MISSING, NO_VALUE
from ..._kernel.storage import Storage, ThroughClass
from ...core.attributes import ATTRIBUTE_EVENTS
from ...core.layer import Layer
from ..declared.fields import Field
from ..instances.adoption import is_reference
from ..layer import TRACKED
from ..values.differences import differ
from ..values.leaves import are_others

__all__ = ["FieldAttribute", "is_slot"]


class FieldImpl(ScalarAttributeImpl):
    """A plain value, whichever way its class keeps it."""

    __slots__ = ()
    layer: ClassVar[Layer] = TRACKED


class FieldAttribute(FieldAccess):
    """One field of one class.

    Attributes:
        class_: the class.
        key: the name.
        field: what the class says of it.
        storage: where its values are.
        impl: records changes of it.
        dispatch: the listeners.
    """

    relates: ClassVar[bool] = False

    __slots__ = ("__weakref__", "class_", "dispatch", "field", "storage")

    def __init__(self, class_: type, field: Field, member: Any, storage: Storage) -> None:
        self.class_ = class_
        self.key = field.name
        self.field = field
        self.member = member
        self.storage = storage
        self.is_plain = isinstance(storage, ThroughClass) and _is_passive(member)
        self.dispatch = Dispatch(ATTRIBUTE_EVENTS)
        self.impl = FieldImpl(class_, field.name, None, self.dispatch)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.class_.__qualname__}.{self.key}>"

    # -- what changed ------------------------------------------------------------------------

    def present(self, instance: Any) -> Any:
        """Return the value, or ``MISSING``."""
        return self.storage.get(instance)

    def old(self, state: Any, instance: Any, since: int) -> Any:
        """Return what the value was, as it was then, or ``MISSING``.

        Args:
            state: the state of the instance.
            instance: the instance.
            since: how many checkpoints to pass over.
        """
        value, snapshot = state.baseline(self.key, since)
        if value is NO_VALUE:
            return MISSING
        there = self.present(instance) if value is MISSING else value
        if snapshot is None or snapshot.matches(there):
            return there
        return snapshot.thaw()

    def is_as_before(self, state: Any, instance: Any, since: int) -> bool:
        """Return whether the value is what it was.

        Args:
            state: the state of the instance.
            instance: the instance.
            since: how many checkpoints to pass over.
        """
        value, snapshot = state.baseline(self.key, since)
        new = self.present(instance)
        if value is NO_VALUE:
            return new is MISSING
        if snapshot is not None:
            # also what a set has in its members, which a copy of it has as well
            return new is not MISSING and not are_others(value, new) and snapshot.matches(new)
        old = new if value is MISSING else value
        return self.is_same(old, new) and not are_others(old, new)

    def is_same(self, old: Any, new: Any) -> bool:
        """Return whether two values are no change."""
        return not differ(old, new, is_reference)

    def history(self, old: Any, new: Any) -> History:
        """Return the history of the field, from what it was and is."""
        if self.is_same(old, new) and not are_others(old, new):
            return History((), _alone(new), ())
        return History(_alone(new), (), _alone(old))


def is_slot(member: Any) -> bool:
    """Return whether a member of a class is a slot of its instances."""
    return isinstance(member, MemberDescriptorType)


def _is_passive(member: Any) -> bool:
    """Return whether what a class has for a field runs no code when the field is read."""
    return is_slot(member) or not hasattr(type(member), "__get__")


def _alone(value: Any) -> list[Any] | tuple[()]:
    return () if value is MISSING else [value]
