"""The descriptor methods of an instrumented attribute."""

from __future__ import annotations

from typing import Any

__all__ = ["InstanceAccess"]


class InstanceAccess:
    """The descriptor methods of an instrumented attribute, with no fields.

    The class that derives from it has ``key`` and ``impl``.
    """

    __slots__ = ()

    key: str
    impl: Any

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        impl = self.impl
        layer = impl.layer
        dict_ = instance.__dict__ if layer.plain else layer.dict_of(instance)
        key = self.key
        if key in dict_ and impl.supports_population:
            return dict_[key]
        try:
            state = layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.unreadable_instance(instance, self.key) from missing
        return impl.get(state, dict_)

    def __set__(self, instance: Any, value: Any) -> None:
        impl = self.impl
        layer = impl.layer
        try:
            state = layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.unwritable_instance(instance, self.key) from missing
        dict_ = instance.__dict__ if layer.plain else layer.dict_of(instance)
        impl.set(state, dict_, value)

    def __delete__(self, instance: Any) -> None:
        impl = self.impl
        layer = impl.layer
        try:
            state = layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.unwritable_instance(instance, self.key) from missing
        impl.delete(state, layer.dict_of(instance))
