"""Reads of a field whose value may be changed in place after it was read.

Most reads are of values that were looked at before.  The native form of this module is
``watching.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .beside import BEING_MADE, held
from .sentinels import MISSING
from .state import State
from .storage import Storage

__all__ = ["Watching"]


class Watching:
    """The part of a descriptor that every read and write of a field goes through.

    Args:
        key: the name of the field.
        storage: gives and takes its values.
        look: called with an instance and a value that it has not been called with before, if
            that may be changed in place; ``None`` if nobody is to look.
        atoms: the classes whose instances cannot change in place.
    """

    __slots__ = ("atoms", "key", "look", "storage")

    def __init__(
        self,
        key: str,
        storage: Storage,
        look: Callable[[Any, Any], None] | None,
        atoms: frozenset[type],
    ) -> None:
        self.key = key
        self.storage = storage
        self.look = look
        self.atoms = atoms

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self.of_class(owner)
        value = self.storage.get(instance)
        if value is MISSING:
            raise self.missing(instance)
        look = self.look
        if look is not None and type(value) not in self.atoms and not is_seen(instance, self.key):
            look(instance, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        self.storage.put(instance, value)

    def __delete__(self, instance: Any) -> None:
        if self.storage.get(instance) is MISSING:
            raise self.missing(instance)
        self.storage.put(instance, MISSING)

    def of_class(self, owner: Any) -> Any:
        """Return what the class gives for the name, as if nothing stood here."""
        raise NotImplementedError

    def missing(self, instance: Any) -> Exception:
        """Return what is raised where there is no value."""
        raise NotImplementedError


def is_seen(instance: Any, key: str) -> bool:
    """Return whether it is known what the value of a field was before it could be changed."""
    entry = held.get(id(instance))
    if entry is BEING_MADE:
        return True
    if not isinstance(entry, State):
        return False
    committed = entry._committed
    return key in entry.snapshots or (committed is not None and key in committed)
