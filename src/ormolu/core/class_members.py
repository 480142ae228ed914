"""What is put on a class, and taken off it again."""

from __future__ import annotations

from typing import Any, ClassVar

from .._kernel.sentinels import MISSING
from .layer import CORE, Layer

__all__ = ["ClassMembers"]


class ClassMembers:
    """The descriptors and other members that the layer has put on one class.

    Args:
        class_: the class.

    Attributes:
        class_: the class.
        originals: what the members installed on the class have replaced.
    """

    layer: ClassVar[Layer] = CORE
    MANAGER_ATTR: ClassVar[str] = CORE.manager_attr
    STATE_ATTR: ClassVar[str] = CORE.state_attr

    def __init__(self, class_: Any) -> None:
        super().__init__()
        self.class_ = class_
        self.originals: dict[str, Any] = {}
        self._replaced: dict[str, Any] = {}

    def _refuse_reserved(self, key: str) -> None:
        if key in (self.STATE_ATTR, self.MANAGER_ATTR):
            raise self.layer.faults.reserved_name(self.class_, key)

    def install_descriptor(self, key: str, inst: Any) -> None:
        """Put the descriptor of an attribute on the class."""
        self._refuse_reserved(key)
        replaced = self.class_.__dict__.get(key, MISSING)
        setattr(self.class_, key, inst)
        self._replaced.setdefault(key, replaced)

    def uninstall_descriptor(self, key: str) -> None:
        """Take the descriptor away and put back what the class had there."""
        self._put_back(key, self._replaced.get(key, MISSING))
        self._replaced.pop(key, None)

    def install_member(self, key: str, implementation: Any) -> None:
        """Put a method or other member on the class."""
        self._refuse_reserved(key)
        original = self.class_.__dict__.get(key, MISSING)
        setattr(self.class_, key, implementation)
        self.originals.setdefault(key, original)

    def uninstall_member(self, key: str) -> None:
        """Take the member away and put back what the class had there."""
        if key in self.originals:
            self._put_back(key, self.originals[key])
            del self.originals[key]

    def _put_back(self, key: str, original: Any) -> None:
        if original is MISSING:
            delattr(self.class_, key)
        else:
            setattr(self.class_, key, original)
