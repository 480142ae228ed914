"""States that lie beside their instances, and writes of which nothing is to be recorded.

Most writes are such: those that make an instance, and those of a field whose change is known
already.  The native form of this module is ``beside.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import running
from .state import State

__all__ = ["BEING_MADE", "BeingMade", "Field", "Making", "awaiting", "held", "writer"]

_set_plainly = object.__setattr__


class BeingMade:
    """Stands in the place of a state while an instance is made: what is assigned is no change."""

    __slots__ = ()

    def is_over(self) -> bool:
        """Return whether the instance is made by now, and nobody has said so."""
        return False


BEING_MADE = BeingMade()

held: dict[int, Any] = {}
"""What is known of instances, by their ``id``: their states, or what stands for those."""

awaiting: dict[int, list[Callable[[Any], None]]] = {}
"""What is to be done with instances as soon as they are made, by their ``id``."""


class Field:
    """The part of an attribute that every write looks at.

    Attributes:
        key: the name.
        impl: records changes of it.
    """

    __slots__ = ("impl", "key")

    key: str
    impl: Any


class Making:
    """The course of a generated ``__init__``.

    Args:
        original: the class's own.
        end: called with an instance that is made, where there is more to it.
    """

    __slots__ = ("end", "original")

    def __init__(self, original: Any, end: Callable[[Any], None]) -> None:
        self.original = original
        self.end = end

    def _new_state_if_none(self, instance: Any) -> Any:
        """Note that an instance is being made; return this, unless that is known."""
        if id(instance) in held:
            return False
        # another thread may note what makes the first instances of a class at this moment
        return self if held.setdefault(id(instance), BEING_MADE) is BEING_MADE else False

    def _initialize_instance(self, instance: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run the class's own ``__init__``, and note that the instance is made."""
        try:
            return self.original(instance, *args, **kwargs)
        finally:
            if not awaiting and held.get(id(instance)) is BEING_MADE:
                del held[id(instance)]
            else:
                self.end(instance)


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


def writer(
    manager: Any,
    original: Callable[[Any, str, Any], None],
    assign: Callable[[Any, Any, Any, Any], None],
    observe: Callable[[Any, Any, Callable[[], None]], None],
    manager_of: Callable[[Any], Any],
) -> Callable[[Any, str, Any], None]:
    """Return the ``__setattr__`` of a class, which records.

    Args:
        manager: the manager of the class.
        original: the ``__setattr__`` that the class had.
        assign: records a change of a field, and makes it.
        observe: has the class make a change in its own way, and records what came of it.
        manager_of: returns the manager of an instance of another class.
    """
    own = original is not _set_plainly
    class_ = manager.class_

    def __setattr__(self: Any, name: str, value: Any, /) -> None:
        current = manager if type(self) is class_ else manager_of(self)
        field = current.get(name)
        if own or name == "__dict__":
            observe(current, self, lambda: original(self, name, value))
        elif not isinstance(field, Field) or (current.tell is None and is_known(self, field)):
            original(self, name, value)
        else:
            assign(current, field, self, value)

    return __setattr__
