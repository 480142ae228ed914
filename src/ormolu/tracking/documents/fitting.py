"""Whether data, or the name of an object, can stand for an instance of a class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..graph_changes.refs import Ref
from ..instances.adoption import is_tracked
from .forms import Form, forms_of

__all__ = ["can_be_named", "takes"]

_LIKE: Final[dict[Form, tuple[Any, ...]]] = {
    "null": (None,),
    "boolean": (True,),
    "number": (0, 0.5),
    "text": ("",),
    "array": ([],),
    "object": ({},),
}
"""What data of each form are like."""


def takes(class_: type, form: Form) -> bool:
    """Return whether data of a form may stand for an instance of a class."""
    forms = forms_of(class_)
    if forms is not None:
        return form in forms
    return any(_is_instance(data, class_) for data in _LIKE[form])


def _is_instance(value: Any, class_: type) -> bool:
    """Return whether a value is one of a class; also if nobody can tell."""
    try:
        return isinstance(value, class_)
    except TypeError:  # of a protocol
        return True


def can_be_named(class_: type, ref: Ref) -> bool:
    """Return whether an object of a name can be one of a class."""
    if not is_tracked(class_):
        return forms_of(class_) is None and _is_instance(object(), class_)
    return ref.class_name in {one.__name__ for one in (class_, *_derived(class_))}


def _derived(class_: type) -> Iterator[type]:
    below: list[type] = class_.__subclasses__()
    for one in below:
        yield one
        yield from _derived(one)
