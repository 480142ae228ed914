"""The names that objects have in a change set."""

from __future__ import annotations

from typing import Any

__all__ = ["Ref"]


class Ref:
    """Names an object: by its class and its key, or by its number while it has no key.

    A value; the object itself need not be there.  In a change set it stands wherever a
    value refers to a tracked object.

    Args:
        class_name: the name of the class.
        key: what tells the object from others of the class; ``None`` if it has none yet.
        number: which of the objects of a workspace it is, counted as they came, if it has
            no key.

    Example:
        >>> Ref("Person", 7), Ref("Person", number=2)
        (Ref('Person', 7), Ref('Person', number=2))
        >>> print(Ref("Person", 7), Ref("Person", number=2), sep=", ")
        Person 7, Person #2
        >>> Ref("Person", 7) == Ref("Person", 7)
        True
    """

    __slots__ = ("class_name", "key", "number")

    class_name: str
    key: Any
    number: int | None

    def __init__(self, class_name: str, key: Any = None, number: int | None = None) -> None:
        for name, value in zip(self.__slots__, (class_name, key, number), strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a Ref does not change: make another one with another {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Ref keeps its {name}")

    def __reduce__(self) -> Any:
        return Ref, (self.class_name, self.key, self.number)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ref):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Any, ...]:
        # 1 and True would be the same key
        return self.class_name, type(self.key), self.key, self.number

    def __repr__(self) -> str:
        told = repr(self.key) if self.number is None else f"number={self.number}"
        return f"Ref({self.class_name!r}, {told})"

    def __str__(self) -> str:
        told = repr(self.key) if self.number is None else f"#{self.number}"
        return f"{self.class_name} {told}"
