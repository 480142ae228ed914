"""What changed in an object, answered at once where only plain values did.

The native form of this module is ``answers.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from . import tuples
from .beside import Field, Gate, value_of

__all__ = ["answered_at_once", "changes_at_once", "is_equal", "plain_changes"]

_WITH_NAN = (float, complex, Decimal)

_Ask = TypeVar("_Ask", bound=Callable[[Any], Any])


def plain_changes(
    gate: Gate, state: Any, instance: Any, change: type[tuple[Any, ...]]
) -> dict[str, Any] | None:
    """Return the changes of an instance, where no more is known than old values that are atoms.

    Args:
        gate: that of its class.
        state: its state, with no checkpoints and no snapshots.
        instance: the instance.
        change: the class of tuples of an old and a new value.

    Returns:
        by the name of the field; ``None`` if it has to be looked at more closely.
    """
    fields, atoms, found = gate.manager, gate.atoms, {}
    for key, old in (state._committed or {}).items():
        field = fields.get(key)
        if not isinstance(field, Field) or not field.is_plain:
            return None
        new = value_of(instance, key)
        if type(old) not in atoms or type(new) not in atoms:
            return None
        if old is not new and not is_equal(old, new):
            found[key] = tuples.pair(change, old, new)
    return found if len(found) < 2 else {key: found[key] for key in fields if key in found}


def changes_at_once(manager_attr: str, change: type) -> Callable[[Any], dict[str, Any] | None]:
    """Return what returns the changes of an object, where they are known at once.

    Natively that is so for most objects; here ``None`` is returned for all of them.

    Args:
        manager_attr: where a class has its manager.
        change: the class of tuples of an old and a new value.
    """
    return lambda obj: None


def answered_at_once(
    manager_attr: str, change: type, changes_class: type, nothing: Any
) -> Callable[[_Ask], _Ask]:
    """Return a decorator of what returns the changes of an object.

    Natively most objects have the answer at once, and the function is asked of the others.

    Args:
        manager_attr: where a class has its manager.
        change: the class of tuples of an old and a new value.
        changes_class: the class of what is returned; it has the changes by name in its only
            slot, ``_changes``.
        nothing: what is returned for an object of which nothing is known.
    """
    return lambda ask: ask


def is_equal(old: Any, new: Any) -> bool:
    """Return whether two numbers, texts and the like are equal; a nan is to another one."""
    try:
        if (old == new) is True:
            return True
    except Exception:  # that of a signalling nan, and of whatever is no number
        pass
    return _is_same_nan(old, new)


def _is_same_nan(old: Any, new: Any) -> bool:
    class_ = type(old)
    if class_ is not type(new) or class_ not in _WITH_NAN:
        return False
    if not old.is_nan() if class_ is Decimal else old == old:
        return False
    return repr(old) == repr(new)  # a Decimal may carry a number, a complex one be half a nan
