"""Values that are not followed: which of them cannot change, and which are the same.

They compare as Python's containers compare their members, ``is`` or ``==``: so ``1``,
``True`` and ``1.0`` are the same.  But a nan is the same as another one, or it would be a
change for ever; a container is never the same as one of another class; and an ``==`` has to
answer ``True`` itself, or, of two arrays of one shape and type, for all that is in them, and
their masks; a number of an array is the same as the plain number that it stands for.
One that raises, or that answers with anything else, as those of the columns of a query
language do, says nothing of whether two values are the same: they count as different,
since a change reported once too often does less harm than a lost one.
Members of sets and keys of dictionaries are found as sets and dictionaries find them.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any

from ..._kernel.answers import is_equal
from .classes import ATOMS, is_atomic, is_built_in, shape_of

__all__ = [
    "IsReference",
    "are_others",
    "find",
    "is_atom",
    "refers",
    "same",
    "same_order",
    "same_set",
]

IsReference = Callable[[Any], bool]
"""Whether an object is one that is referred to, and not part of the value."""


def is_atom(value: Any) -> bool:
    """Return whether a value can neither change in place nor refer to what could.

    Numbers, strings, dates, paths, members of enumerations, functions, modules and
    classes are atoms, and so are tuples and frozen sets of nothing but atoms.  Instances
    of a subclass of any of these are not, but for those of enumerations, modules,
    classes and of named tuples.

    Args:
        value: any object.

    Example:
        >>> is_atom((1, "a", (None, frozenset({2.5})))), is_atom((1, []))
        (True, False)
    """
    class_ = type(value)
    if class_ in ATOMS:
        return True
    shape = shape_of(class_)
    if shape is None:
        return is_atomic(class_)
    return shape.fixed and _holds_atoms(value)


def _holds_atoms(value: Any) -> bool:
    """Return whether a tuple or frozen set holds nothing else, however deep it is."""
    todo, seen = [value], set()
    while todo:
        part = todo.pop()
        shape = shape_of(type(part))
        if shape is None:
            if not is_atomic(type(part)):
                return False
        elif not shape.fixed:
            return False
        elif id(part) not in seen:
            seen.add(id(part))
            todo += shape.look(part)
    return True


def same(old: Any, new: Any, is_reference: IsReference) -> bool:
    """Return whether a leaf is still the same, as the docstring of this module says."""
    if old is new:
        return True
    class_, new_class = type(old), type(new)
    if class_ in ATOMS and new_class in ATOMS:
        return is_equal(old, new)
    if refers(old, is_reference) or refers(new, is_reference):
        return False
    shape = shape_of(class_)
    if shape is None:
        return shape_of(new_class) is None and _equal(old, new)
    if class_ is not new_class or not shape.fixed:
        return False
    return _same_members(shape.look(old), shape.look(new), is_reference)


def are_others(old: Any, new: Any) -> bool:
    """Return whether two objects are of a class by whose ``==`` no two are the same.

    Of a copy of a value it cannot be told, so this is for what a field had and has itself.
    """
    class_ = type(old)
    compares: Any = class_.__eq__
    is_by_identity = class_ not in ATOMS and compares is object.__eq__
    return old is not new and is_by_identity and type(new) is class_


def _same_members(old: Any, new: Any, is_reference: IsReference) -> bool:
    if type(old) is not tuple and type(old) is not list:
        return _equal(old, new)
    if len(old) != len(new):
        return False
    for one, other in zip(old, new, strict=True):
        if one is not other and not same(one, other, is_reference):
            return False
    return True


def refers(value: Any, is_reference: IsReference) -> bool:
    """Return whether an object is one that is referred to, which no built-in is."""
    return not is_built_in(type(value)) and is_reference(value)


def _equal(old: Any, new: Any) -> bool:
    if is_equal(old, new):
        return True
    if _is_of_array(old) or _is_of_array(new):
        return _equal_arrays(old, new)
    return type(old) is type(new) and hasattr(type(old), "equals") and _equal_tables(old, new)


def _is_of_array(value: Any) -> bool:
    """Return whether a value is an array of NumPy, or of others like it, or a number of one."""
    return hasattr(type(value), "dtype")


def _equal_arrays(old: Any, new: Any) -> bool:
    """Return whether two arrays are the same, or two of their numbers are."""
    try:
        if type(old) is not type(new):
            return is_equal(_number(old), _number(new))
        if hasattr(type(old), "equals"):
            return _equal_tables(old, new)
        if (old.shape, old.dtype) != (new.shape, new.dtype):
            return False
        # what is masked is the same as anything else
        if not _all(getattr(old, "mask", True) == getattr(new, "mask", True)):
            return False
        if old.dtype.kind == "c":
            return _same_numbers(old.real, new.real) and _same_numbers(old.imag, new.imag)
        if old.dtype.kind == "O":
            return all(map(_same_part, old.ravel().tolist(), new.ravel().tolist()))
        return _same_numbers(old, new)
    except Exception:
        return False


def _same_numbers(old: Any, new: Any) -> bool:
    # where it is itself, it is no nan
    return _all((old == new) | ((old != old) & (new != new)))


def _same_part(old: Any, new: Any) -> bool:
    return old is new or _equal(old, new)


def _equal_tables(old: Any, new: Any) -> bool:
    """Return whether two tables or columns say that they are, as pandas and others have it."""
    try:
        return old.equals(new) is True
    except Exception:
        return False


def _all(answer: Any) -> bool:
    if hasattr(answer, "filled"):  # what is masked has no answer
        answer = answer.filled(True)
    return bool(answer.all() if hasattr(answer, "all") else answer)


def _number(value: Any) -> Any:
    """Return the plain number that one of an array stands for; an array stands for none."""
    is_one = _is_of_array(value) and value.shape == () and not hasattr(value, "__setitem__")
    number = value.item() if is_one else value
    return value if number is None else number  # there is no plain NaT


def find(mapping: Any, key: Any, default: Any) -> Any:
    """Return what is under a key, the default also if a comparison of keys raises."""
    try:
        return mapping.get(key, default)
    except Exception:
        return default


def same_order(kept: Any, now: Any) -> bool:
    """Return whether two dictionaries with equal keys have them in the same order."""
    if all(map(is_, kept, now)):
        return True
    places = {key: index for index, key in enumerate(now)}
    return [find(places, key, None) for key in kept] == list(range(len(places)))


def same_set(kept: set[Any], now: Any) -> bool:
    """Return whether two sets have the same members; if one's ``==`` raises, they have not."""
    try:
        return bool(kept == now) or (len(kept) == len(now) and _differ_in_nans(kept, set(now)))
    except Exception:
        return False


def _differ_in_nans(kept: set[Any], now: set[Any]) -> bool:
    gone, come = sorted(kept - now, key=repr), sorted(now - kept, key=repr)
    return len(gone) == len(come) and all(map(is_equal, gone, come))
