"""Names of other modules and classes, exchanged for a time."""

from __future__ import annotations

from typing import Any

__all__ = ["Patches"]

_NOTHING = object()


class Patches:
    """What was exchanged, so that it can be put back."""

    def __init__(self) -> None:
        self._originals: list[tuple[Any, str, Any]] = []

    def put(self, owner: Any, name: str, replacement: Any) -> None:
        """Give ``owner`` another value for ``name``."""
        self._originals.append((owner, name, vars(owner).get(name, _NOTHING)))
        setattr(owner, name, replacement)

    def take_back(self) -> None:
        """Put everything back, the last first."""
        while self._originals:
            owner, name, original = self._originals.pop()
            if original is _NOTHING:
                # what it inherits is found again
                delattr(owner, name)
            else:
                setattr(owner, name, original)
