"""Reads and assignments of instrumented attributes.

The class of the descriptors gets Python methods for a time, which call the ones that it
inherits.  Of a native kernel those are C functions; the type has them back afterwards.
"""

from __future__ import annotations

import sys
from typing import Any

from ..._kernel.sentinels import MISSING
from ..current import current
from ..recording import READS
from ..sites import nearest
from ..sources import Attribute
from .patches import Patches

__all__ = ["attribute_of", "watch_attributes"]


def watch_attributes(patches: Patches) -> None:
    """Count reads and assignments."""
    from sqlalchemy.orm.attributes import InstrumentedAttribute  # noqa: PLC0415 - when asked for

    patches.put(InstrumentedAttribute, "__get__", _counting_get(InstrumentedAttribute))
    patches.put(InstrumentedAttribute, "__set__", _noting_set(InstrumentedAttribute))


def attribute_of(impl: Any) -> Attribute:
    """Return the name of an attribute, with that of the class it is mapped on."""
    return Attribute(impl.class_.__name__, impl.key)


def _counting_get(class_: Any) -> Any:
    get = class_.__get__
    reads = READS

    def __get__(self: Any, instance: Any, owner: Any = None) -> Any:
        if instance is not None:
            try:
                counts = reads.get(instance._sa_instance_state.runid)
            except AttributeError:  # none yet, or kept elsewhere
                counts = None
            if counts is not None:
                counts[self] += 1
        return get(self, instance, owner)

    return __get__


def _noting_set(class_: Any) -> Any:
    set_ = class_.__set__

    def __set__(self: Any, instance: Any, value: Any) -> None:
        recording = current()
        if recording is not None:
            recording.counts["writes"] += 1
            equal = _is_equal(self, instance, value)
            if equal is not None:
                site = nearest(sys._getframe(1))
                recording.add_write(site, attribute_of(self.impl), equal)
        set_(self, instance, value)

    return __set__


def _is_equal(attribute: Any, instance: Any, value: Any) -> bool | None:
    """Whether a value is the one that is there; ``None`` for an object that is new."""
    try:
        state, impl = instance._sa_instance_state, attribute.impl
        if state.key is None:
            return None
        # a flush compares the new value with the one that was loaded, which is a use of it
        if state.runid in READS:
            READS[state.runid].setdefault(attribute, 0)
        present = impl.layer.dict_of(instance).get(impl.key, MISSING)
        if present is MISSING or impl.uses_objects or impl.collection:
            return present is value
        # an array or an expression that it answers with is no statement of equality
        return impl.is_equal(value, present) is True
    except Exception:  # of a comparison of the program's; the assignment goes on
        return False
