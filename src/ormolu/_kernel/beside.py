"""States that lie beside their instances, and what is to be known of a class to find them.

The native form of this module is ``beside.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .sentinels import MISSING

__all__ = [
    "BEING_MADE",
    "NOWHERE",
    "BeingMade",
    "Field",
    "Gate",
    "Making",
    "awaiting",
    "held",
]

_get_plainly = object.__getattribute__


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
        member: what the class has under that name of its own, or ``MISSING``.
    """

    __slots__ = ("impl", "is_plain", "key", "member")

    key: str
    impl: Any
    is_plain: bool
    member: Any


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
        fields: those that hold no tracked objects, and ``storages``, where each has its values;
            ``None`` until it is known.
        marks: where instances have the names of the fields that were set, or ``None``.
        in_dictionary: whether instances have a dictionary from the beginning, and the values of
            all fields in it.
    """

    __slots__ = (
        "atoms",
        "class_",
        "fields",
        "in_dictionary",
        "in_order",
        "manager",
        "marks",
        "news",
        "state_class",
        "storages",
        "tell",
    )

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
        self.fields: tuple[Any, ...] | None = None
        self.storages: tuple[Any, ...] | None = None
        self.marks: str | None = None
        self.in_dictionary: bool = False


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


def value_of(instance: Any, key: str) -> Any:
    try:
        return _get_plainly(instance, key)
    except AttributeError:
        return MISSING
