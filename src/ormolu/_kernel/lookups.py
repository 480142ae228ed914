"""Where an operation finds state, values and implementations.

The native form of this module is ``lookups.pyx``, which looks where they are in the
plain case, and asks the layer in any other.
"""

from __future__ import annotations

from typing import Any

from .sentinels import MISSING

__all__ = [
    "impl_at",
    "inquires_directly",
    "original_value",
    "present_value",
    "state_of",
    "state_of_instance",
    "state_of_member",
    "value_in",
    "values_of",
]


def state_of(layer: Any, instance: Any) -> Any:
    """Return the state of an instance; raise as the layer does where there is none."""
    return layer.state_of(instance)


def state_of_instance(layer: Any, instance: Any) -> Any:
    """Return the state of an instance; raise the layer's error if it is not tracked."""
    try:
        return layer.state_of(instance)
    except (AttributeError, KeyError) as missing:
        raise layer.faults.untracked_instance(instance) from missing


def state_of_member(impl: Any, member: Any) -> Any:
    """Return the state of a member of a collection, or of a referenced object.

    Args:
        impl: the implementation of the attribute.
        member: what it holds; if it is not tracked, the layer's error is raised.
    """
    try:
        return impl.layer.state_of(member)
    except (AttributeError, KeyError) as missing:
        raise impl.layer.faults.untracked_member(impl, member) from missing


def value_in(values: Any, key: str) -> Any:
    """Return the value of an attribute, or ``MISSING``."""
    return values.get(key, MISSING)


def present_value(impl: Any, values: Any) -> Any:
    """Return the value of the attribute of an implementation, or ``MISSING``."""
    return values.get(impl.key, MISSING)


def original_value(impl: Any, state: Any) -> Any:
    """Return the value that it had at the last commit, if it has changed, or ``MISSING``."""
    committed = state._committed
    return MISSING if committed is None else committed.get(impl.key, MISSING)


def values_of(layer: Any, instance: Any) -> Any:
    """Return the values of an instance."""
    return instance.__dict__ if layer.plain else layer.dict_of(instance)


def impl_at(state: Any, key: str) -> Any:
    """Return the implementation of an attribute of the instance of a state."""
    return state.manager[key].impl


def inquires_directly(impl: Any) -> bool:
    """Tell whether an implementation's history is the one its ``inquire`` gives.

    A subclass that never called our ``__init__``, as SQLAlchemy's composites have one,
    says nothing about it; its ``get_history`` is asked.
    """
    return getattr(impl, "_inquires_directly", False)
