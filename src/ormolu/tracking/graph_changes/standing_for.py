"""Containers that tell of changes, and the plain ones that they stand for."""

from __future__ import annotations

from typing import Any, Final

from ...containers.belonging import Container

__all__ = ["plain_class"]

_PLAIN: Final[dict[type, type]] = {telling: plain for plain, telling in Container.kinds.items()}


def plain_class(value: Any) -> type:
    """Return the class that a value counts as, which of most is their own."""
    class_ = type(value)
    return _PLAIN.get(class_, class_)
