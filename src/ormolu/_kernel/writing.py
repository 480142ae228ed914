"""Writes of ordinary classes: what is to be recorded of each, and mostly that is nothing.

The native form of this module is ``writing.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import changes, running
from .beside import BEING_MADE, Field, Gate, held, value_of
from .observing import Observing
from .sentinels import DONT_SET, MISSING
from .state import State

__all__ = ["writer"]

_set_plainly = object.__setattr__

_NO_VALUES: dict[str, Any] = {}


def is_known(instance: Any, field: Field) -> bool:
    """Return whether a write of a field changes nothing of what is recorded."""
    entry = held.get(id(instance))
    if entry is BEING_MADE:
        return True
    if not isinstance(entry, State):
        return False
    committed = entry._committed
    return (
        committed is not None
        and field.key in committed
        and entry.modified
        and not running.published
        and field.impl._set_hearing.is_silent()
    )


def write_first(gate: Gate, instance: Any, field: Field, value: Any) -> bool:
    """Assign a field for the first time since the last commit, if that is all there is to it.

    That is: nobody listens, no operation is running, and the old value is one that will not
    change.

    Returns:
        whether it was done; if not, nothing was.
    """
    state = held.get(id(instance))
    if state is None:
        if gate.news or not gate.in_order:
            return False
    elif not isinstance(state, State) or state.making is not None:
        return False
    if value is DONT_SET or running.published or not field.impl._set_hearing.is_silent():
        return False
    old = value_of(instance, field.key)
    if type(old) not in gate.atoms:
        return False
    if state is None:
        state = gate.state_class(instance, gate.manager)
        state.place = id(instance)
        if held.setdefault(id(instance), state) is not state:
            return False  # another thread was first
    elif state._committed is not None and field.key in state._committed:
        return False
    modified = state.modified
    try:
        changes.record(state, _NO_VALUES, field.impl, old)
        _set_plainly(instance, field.key, value)
    except BaseException:
        changes.restore(state, {}, field.key, MISSING, MISSING, modified, None)
        raise
    return True


def writer(
    gate: Gate,
    original: Callable[[Any, str, Any], None],
    assign: Callable[[Any, Any, Any, Any], None],
    observe: Callable[[Any, Any, Callable[[], None]], None],
    observing: Observing,
    manager_of: Callable[[Any], Any],
) -> Callable[[Any, str, Any], None]:
    """Return the ``__setattr__`` of a class, which records.

    Args:
        gate: that of the class.
        original: the ``__setattr__`` that the class had.
        assign: records a change of a field, and makes it.
        observe: has the class make a change in its own way, and records what came of it.
        observing: does the same natively, where it can.
        manager_of: returns the manager of an instance of another class.
    """
    own = original is not _set_plainly
    class_ = gate.class_

    def __setattr__(self: Any, name: str, value: Any, /) -> None:
        current = gate if type(self) is class_ else manager_of(self).gate
        field = current.manager.get(name)
        if own or name == "__dict__":
            observe(current.manager, self, lambda: original(self, name, value))
        elif not isinstance(field, Field) or (current.tell is None and is_known(self, field)):
            original(self, name, value)
        elif (
            current.tell is not None
            or not field.is_plain
            or not write_first(current, self, field, value)
        ):
            assign(current.manager, field, self, value)

    return __setattr__
