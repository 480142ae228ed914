"""States that lie beside their instances, and writes of which nothing is to be recorded.

Most writes are such: those that make an instance, and those of a field whose change is known
already.  The native form of this module is ``beside.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import changes, running
from .sentinels import DONT_SET, MISSING
from .state import State

__all__ = [
    "BEING_MADE",
    "NOWHERE",
    "BeingMade",
    "Field",
    "Gate",
    "Making",
    "awaiting",
    "held",
    "writer",
]

_get_plainly = object.__getattribute__
_set_plainly = object.__setattr__

_NO_VALUES: dict[str, Any] = {}


class BeingMade:
    """Stands in the place of a state while an instance is made: what is assigned is no change."""

    __slots__ = ()

    def is_over(self) -> bool:
        """Return whether the instance is made by now, and nobody has said so."""
        return False


BEING_MADE = BeingMade()

held: dict[int, Any] = {}
"""What is known of instances, by their ``id``: their states, or what stands for those.

A state that is in the table knows its ``place`` there; of any other that is ``NOWHERE``.
"""

NOWHERE = 0

awaiting: dict[int, list[Callable[[Any], None]]] = {}
"""What is to be done with instances as soon as they are made, by their ``id``."""


class Field:
    """The part of an attribute that every write looks at.

    Attributes:
        key: the name.
        impl: records changes of it.
        is_plain: whether values are where Python puts them, and nobody's code runs when one
            is read or assigned.
    """

    __slots__ = ("impl", "is_plain", "key")

    key: str
    impl: Any
    is_plain: bool


class Gate:
    """What a write asks first of the class of an instance.

    Args:
        manager: the manager of the class.
        class_: the class.
        state_class: makes the state of an instance.
        atoms: the classes whose instances can neither change in place nor refer to anything.

    Attributes:
        tell: tells who listens what has happened; ``None`` where nobody does.
        in_order: whether it is known that no decorator went on building the class later.
        news: the code of each ``__new__`` that makes instances.
    """

    __slots__ = ("atoms", "class_", "in_order", "manager", "news", "state_class", "tell")

    def __init__(
        self, manager: Any, class_: type, state_class: Any, atoms: frozenset[type]
    ) -> None:
        self.manager = manager
        self.class_ = class_
        self.state_class = state_class
        self.atoms = atoms
        self.tell: Any = None
        self.in_order: bool = False
        self.news: Any = frozenset()


class Making:
    """What a generated ``__init__`` tells before and after that of the class itself.

    Args:
        finish: called with an instance that is made, where there is more to it.
        always: whether there always is.
    """

    __slots__ = ("always", "finish")

    def __init__(self, finish: Callable[[Any], None], always: bool = False) -> None:
        self.finish = finish
        self.always = always

    def begin(self, instance: Any) -> bool:
        """Note that an instance is being made; return whether that was news."""
        if id(instance) in held:
            return False
        # another thread may note what makes the first instances of a class at this moment
        return held.setdefault(id(instance), BEING_MADE) is BEING_MADE

    def end(self, instance: Any) -> None:
        """Note that it is made; to be called if, and only if, :meth:`begin` was the first."""
        if not self.always and not awaiting and held.get(id(instance)) is BEING_MADE:
            del held[id(instance)]
        else:
            self.finish(instance)


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


def value_of(instance: Any, key: str) -> Any:
    try:
        return _get_plainly(instance, key)
    except AttributeError:
        return MISSING


def writer(
    gate: Gate,
    original: Callable[[Any, str, Any], None],
    assign: Callable[[Any, Any, Any, Any], None],
    observe: Callable[[Any, Any, Callable[[], None]], None],
    manager_of: Callable[[Any], Any],
) -> Callable[[Any, str, Any], None]:
    """Return the ``__setattr__`` of a class, which records.

    Args:
        gate: that of the class.
        original: the ``__setattr__`` that the class had.
        assign: records a change of a field, and makes it.
        observe: has the class make a change in its own way, and records what came of it.
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
