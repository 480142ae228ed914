"""How objects of a workspace are told apart: the names of their classes, and their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...core.faults.wording import an
from ...errors import UnknownFieldError, WorkspaceError
from ..arguments import need, several
from ..graph_changes.refs import Ref
from ..instances.adoption import manager_of

__all__ = ["Keys"]


class Keys:
    """Knows the names of classes, and the keys of objects.

    Args:
        key: the name of the attribute that is the key, a function that returns it, or
            ``None``: then objects have none.
        classes: classes that are known from the beginning; others are when they come.

    Attributes:
        attribute: the name of the attribute that is the key, or ``None``.
        are_there: whether objects have keys at all.
    """

    __slots__ = ("_checked", "_key", "are_there", "attribute", "classes")

    def __init__(self, key: str | Callable[[Any], Any] | None, classes: Iterable[type]) -> None:
        if key is not None and not callable(key):
            need(key, str, "key", "the name of a field, or a function of an object")
        self.attribute = key if isinstance(key, str) else None
        self._key = key if callable(key) else None
        self.are_there = key is not None
        self.classes: dict[str, type] = {}
        self._checked: set[type] = set()
        for class_ in several(classes, type, "classes", "classes"):
            self.learn(class_)

    def learn(self, class_: type) -> str:
        """Know a class by its name, which is returned.

        Raises:
            WorkspaceError: another class has that name.
        """
        name = class_.__name__
        known = self.classes.setdefault(name, class_)
        if known is not class_:
            raise WorkspaceError(
                f"two classes of this workspace are named {name}: {_place(known)} and "
                f"{_place(class_)}; rename one, or use a workspace for each",
                class_=class_,
            )
        return name

    def key_of(self, obj: Any) -> Any:
        """Return the key of an object, or ``None``.

        Raises:
            UnknownFieldError: its class has no attribute of the name.
            WorkspaceError: the key is not hashable.
        """
        if self._key is not None:
            key = self._key(obj)
        elif self.attribute is not None:
            key = getattr(obj, self.attribute, None)
            if key is None:
                self._check(type(obj), obj)
        else:
            return None
        try:
            hash(key)
        except TypeError as error:
            raise WorkspaceError(
                f"the key of {an(type(obj).__qualname__)}, {key!r}, cannot be one: {error}; "
                "a number, a text or a tuple can",
                class_=type(obj),
            ) from error
        return key

    def ref_of(self, obj: Any, number: int) -> Ref:
        """Return the name of an object: by its key, or by a number while it has none.

        Args:
            obj: the object.
            number: the number.

        Raises:
            UnknownFieldError: its class has no attribute that could be the key.
            WorkspaceError: the key is not hashable, or another class has the name of its class.
        """
        name = self.learn(type(obj))
        key = self.key_of(obj)
        return Ref(name, number=number) if key is None else Ref(name, key)

    def _check(self, class_: type, obj: Any) -> None:
        assert self.attribute is not None
        if class_ not in self._checked:
            if self.attribute not in manager_of(obj) and not hasattr(obj, self.attribute):
                raise UnknownFieldError(
                    f"{class_.__qualname__} has no attribute {self.attribute!r}, which "
                    "Workspace(key=...) says is the key; give a function there if classes "
                    "have different ones",
                    class_=class_,
                    key=self.attribute,
                )
            self._checked.add(class_)


def _place(class_: type) -> str:
    return f"{class_.__module__}.{class_.__qualname__}"
