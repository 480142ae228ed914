"""Room for a weak reference, in instances that have nothing but slots."""

from __future__ import annotations

import types
from typing import Any, TypeVar

from ..errors import LayoutError, UntrackableClassError

__all__ = ["with_room"]

_C = TypeVar("_C", bound=type)

_OF_ITSELF = (
    "__annotate__",
    "__annotate_func__",
    "__annotations__",
    "__doc__",
    "__firstlineno__",
    "__module__",
    "__orig_bases__",
    "__static_attributes__",
    "__type_params__",
)
"""What a class says of itself alone, so that a subclass has to say it again."""


def with_room(class_: _C) -> _C:
    """Return a subclass that is like the class, but its instances can be referred to weakly.

    Raises:
        LayoutError: those of no subclass can.
        UntrackableClassError: no subclass can be made just like that.
    """
    own = vars(class_)
    members: dict[str, Any] = {name: own[name] for name in _OF_ITSELF if name in own}
    members |= {"__slots__": ("__weakref__",), "__qualname__": class_.__qualname__}
    try:
        made: Any = types.new_class(
            class_.__name__, (class_,), exec_body=lambda names: names.update(members)
        )
    except Exception as error:
        raise _refused(class_, error) from error
    return made  # type: ignore[no-any-return]


def _refused(class_: type, error: Exception) -> Exception:
    name = class_.__qualname__
    # a class derived from int, tuple or bytes
    if class_.__itemsize__:
        return LayoutError(
            f"instances of {name} cannot be referred to weakly, nor those of any "
            f"subclass, so they cannot be tracked: have the value in a field of another class",
            class_=class_,
        )
    return UntrackableClassError(
        f"class {name} has slots and no room for a weak reference, and a subclass that has room "
        f"cannot be made, because of {error!r}: give the class itself a slot '__weakref__' "
        f"(dataclasses have weakref_slot=True for that)",
        class_=class_,
    )
