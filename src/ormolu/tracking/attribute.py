"""A field of a tracked class, as the core knows attributes."""

from __future__ import annotations

from typing import Any, ClassVar

from .._kernel.dispatch import Dispatch
from .._kernel.scalars import ScalarAttributeImpl
from ..core.attributes import ATTRIBUTE_EVENTS
from ..core.layer import Layer
from .fields import Field
from .layer import TRACKED
from .storage import Storage

__all__ = ["FieldAttribute"]


class FieldImpl(ScalarAttributeImpl):
    """A plain value, whichever way its class keeps it."""

    __slots__ = ()
    layer: ClassVar[Layer] = TRACKED


class FieldAttribute:
    """One field of one class.

    Attributes:
        class_: the class.
        key: the name.
        field: what the class says of it.
        member: what the class has under that name of its own, or ``MISSING``.
        storage: where its values are.
        impl: records changes of it.
        dispatch: the listeners.
    """

    __slots__ = ("__weakref__", "class_", "dispatch", "field", "impl", "key", "member", "storage")

    def __init__(self, class_: type, field: Field, member: Any, storage: Storage) -> None:
        self.class_ = class_
        self.key = field.name
        self.field = field
        self.member = member
        self.storage = storage
        self.dispatch = Dispatch(ATTRIBUTE_EVENTS)
        self.impl: Any = FieldImpl(class_, field.name, None, self.dispatch)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.class_.__qualname__}.{self.key}>"
