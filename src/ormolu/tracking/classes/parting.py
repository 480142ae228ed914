"""What instances hold when their class is tracked no more: values as anybody would have them."""

from __future__ import annotations

import gc
from typing import Any

from ..._kernel.sentinels import MISSING
from ...containers.belonging import given_out
from ..fields.attribute import is_slot
from ..instances.adoption import related_values
from ..relationships.collections import plain

__all__ = ["give_back", "taken_along"]

Held = list[tuple[Any, list[tuple[Any, Any]]]]
"""Instances, each with its related fields and what is in them."""


def taken_along(manager: Any) -> Held:
    """Return what the instances of a class hold in fields that are no plain ones any other way.

    That are related fields and those whose containers tell; it is in built-in collections.

    The instances are found by looking through the heap: those that nobody has changed are
    known to nobody, and to track a class no more is rare.

    Args:
        manager: the manager of the class.
    """
    attributes = [
        attribute
        for key, attribute in manager.items()
        if attribute.relates or key in manager.notified
    ]
    if not attributes:
        return []
    class_ = manager.class_
    return [
        (instance, [(attribute, _kept(attribute, instance)) for attribute in attributes])
        for instance in gc.get_referrers(class_)
        if type(instance) is class_
    ]


def _kept(attribute: Any, instance: Any) -> Any:
    if attribute.relates:
        return _value(attribute, instance)
    return given_out(attribute.storage.get(instance))


def _value(attribute: Any, instance: Any) -> Any:
    found = related_values(instance).get(attribute.key)
    if not attribute.is_many:
        return found
    found = attribute.declared.collection() if found is None else found
    return found if type(found) in (list, set, dict) else plain(found)


def give_back(held: Held) -> None:
    """Have instances hold it as they hold other values, whatever a base class has for it."""
    for instance, values in held:
        for attribute, value in values:
            if value is MISSING:
                continue
            if is_slot(attribute.member):
                attribute.member.__set__(instance, value)
            else:
                object.__getattribute__(instance, "__dict__")[attribute.key] = value
