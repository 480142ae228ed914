"""Room for a weak reference, in instances that have nothing but slots.

The layout of a class cannot be changed, so the class is made anew, as ``@attrs.define`` and
``@dataclass(slots=True)`` do it.  What knows the old one, takes the new one for it: methods
that use ``super()`` or ``__class__`` have it in a cell, which they share.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Iterator
from typing import Any, TypeVar

from ...errors import LayoutError, UntrackableClassError

__all__ = ["with_room"]

_C = TypeVar("_C", bound=type)

# of the old class alone: where its slots are, and what others have noted on it
_NOT_TAKEN = frozenset({"__dict__", "__slots__", "__slotnames__", "__weakref__", "_abc_impl"})
_NOTED_BY_TYPE = frozenset({"__doc__", "__module__", "__firstlineno__", "__static_attributes__"})
_WRAPPED = ("__func__", "__wrapped__", "fget", "fset", "fdel", "func")
"""What has a function within: class methods, properties, cached ones, what others wrap."""


def with_room(class_: _C) -> _C:
    """Return a class that is like another, but its instances can be referred to weakly.

    Raises:
        LayoutError: those of no such class can.
        UntrackableClassError: no such class can be made just like that.
    """
    _refuse_itself(class_)
    own = vars(class_)
    slots = [name for name, found in own.items() if _is_slot_of(class_, found)]
    if class_.__dictoffset__:  # it is not one of a base, or there were room already
        slots.append("__dict__")
    members = {name: own[name] for name in own if name not in _NOT_TAKEN and name not in slots}
    try:
        made: Any = type(class_)(
            class_.__name__,
            class_.__bases__,
            {
                **members,
                "__qualname__": class_.__qualname__,
                "__slots__": (*slots, "__weakref__"),
            },
        )
        # those who go by it want to know of values
        made.__slots__ = own.get("__slots__", ())
        _note_again(made, members)
    except Exception as error:
        raise _refused(class_, error) from error
    cells = list(_cells(class_, list(own.values())))
    if any(map(_may_hide, own.values())):
        cells += _hidden_cells(class_)
    for cell in cells:
        cell.cell_contents = made
    return made  # type: ignore[no-any-return]


def _note_again(made: type, members: dict[str, Any]) -> None:
    """Have a class keep what its bases have noted on it when it was made of keywords."""
    for name, member in members.items():
        if name not in _NOTED_BY_TYPE and vars(made).get(name) is not member:
            type.__setattr__(made, name, member)


def _is_slot_of(class_: type, found: Any) -> bool:
    return isinstance(found, types.MemberDescriptorType) and found.__objclass__ is class_


def _cells(class_: type, todo: list[Any]) -> Iterator[types.CellType]:
    """Yield the cells in which methods have their class."""
    seen: set[int] = set()
    for part in todo:  # which grows meanwhile
        if id(part) in seen or isinstance(part, type):
            continue
        seen.add(id(part))
        within = [_attribute(part, name) for name in _WRAPPED]
        if isinstance(part, types.FunctionType):
            for name, cell in zip(part.__code__.co_freevars, part.__closure__ or (), strict=True):
                within.append(_content(cell))
                if name == "__class__" and within[-1] is class_:
                    yield cell
        todo += [one for one in within if isinstance(one, types.FunctionType)]


def _may_hide(member: Any) -> bool:
    """Return whether a member may have functions within that are not found by their names."""
    if isinstance(member, types.FunctionType):
        return member.__name__ == "__getattr__"  # of attrs, for cached properties
    is_known = type(member).__module__ in ("builtins", "functools", "types")
    return hasattr(type(member), "__get__") and not is_known


def _hidden_cells(class_: type) -> Iterator[types.CellType]:
    """Yield the cells in which functions have a class, whoever has these."""
    for cell in gc.get_referrers(class_):
        if isinstance(cell, types.CellType) and any(_names(one, cell) for one in _owners(cell)):
            yield cell


def _owners(cell: types.CellType) -> Iterator[types.FunctionType]:
    """Yield the functions that have a cell."""
    for closure in gc.get_referrers(cell):
        if isinstance(closure, tuple):
            for function in gc.get_referrers(closure):
                if isinstance(function, types.FunctionType) and function.__closure__ is closure:
                    yield function


def _names(function: types.FunctionType, cell: types.CellType) -> bool:
    """Return whether a cell is that of the class in a function, and not of a variable."""
    names, cells = function.__code__.co_freevars, function.__closure__ or ()
    return ("__class__", cell) in zip(names, cells, strict=True)


def _attribute(part: Any, name: str) -> Any:
    try:
        return getattr(part, name, None)
    except Exception:  # what is on a class can be anything
        return None


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty yet
        return None


def _refuse_itself(class_: type) -> None:
    """Refuse a class of instances of varying size: derived from ``int``, ``tuple``, ``bytes``."""
    if class_.__itemsize__:
        name = class_.__qualname__
        raise LayoutError(
            f"instances of {name} cannot be referred to weakly, nor those of any "
            f"subclass, so they cannot be tracked: have the value in a field of another class",
            class_=class_,
        )


def _refused(class_: type, error: Exception) -> Exception:
    name = class_.__qualname__
    return UntrackableClassError(
        f"class {name} has slots and no room for a weak reference, and one like it that has room "
        f"cannot be made, because of {error!r}: give the class itself a slot '__weakref__' "
        f"(dataclasses have weakref_slot=True for that)",
        class_=class_,
    )
