"""Which side was taken of a relationship holds at the other side of it too.

What a change set says of one side it says of the other as well.  Where the field of an object
stays as it is here, so does what others hold of that object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ..graph_changes.making import manager_for
from ..graph_changes.refs import Ref
from ..instances.adoption import manager_of

__all__ = ["kept_as_here"]

Kept = Collection[tuple[Ref, str]]
"""The fields that stay as they are: the objects, and the names."""


def kept_as_here(obj: Any, key: str, value: Any, present: Any, kept: Kept) -> Any:
    """Return what a field is to hold, with objects as they are here whose own field stays.

    Args:
        obj: the object, or its class.
        key: the name of its field.
        value: what that is to hold, in names.
        present: what it holds, in names.
        kept: the fields that stay.
    """
    manager = manager_for(obj) if isinstance(obj, type) else manager_of(obj)
    attribute = manager[key]
    if not kept or not attribute.relates or attribute.declared.back_populates is None:
        return value
    far_key = attribute.declared.back_populates

    def stays(member: Any) -> bool:
        return isinstance(member, Ref) and (member, far_key) in kept

    if not attribute.is_many:
        return present if stays(value) or stays(present) else value
    return _many(value, present, stays)


def _many(value: Any, present: Any, stays: Callable[[Any], bool]) -> Any:
    if isinstance(value, dict):
        kept = present.items() if isinstance(present, dict) else ()
        items = {at: one for at, one in value.items() if not stays(one)}
        return items | {at: one for at, one in kept if stays(one)}
    members = [one for one in value if not stays(one)]
    there = present if isinstance(present, (list, set)) else ()
    return type(value)([*members, *filter(stays, there)])
