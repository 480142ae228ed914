"""Registration of tracked classes."""

from __future__ import annotations

from ...core.registry import Registry
from ...errors import LayoutError
from ..layer import TRACKED
from .manager import TrackedManager

__all__ = ["REGISTRY"]


class TrackedRegistry(Registry):
    """Registers classes whose instances have room for a weak reference, and need no other."""

    def _check_layout(self, class_: type) -> None:
        if not class_.__weakrefoffset__:
            if class_.__itemsize__:  # whatever is done, there is no room for it
                raise TRACKED.faults.layout(class_, "__weakref__")
            name = class_.__qualname__
            raise LayoutError(
                f"instances of {name} cannot be referred to weakly, so they cannot be tracked "
                f"in place: give it a slot for that (@dataclass(slots=True, weakref_slot=True), "
                f'@attrs.define, or "__weakref__" in __slots__), or decorate it with '
                f"@ormolu.tracked, which gives you a class that has one",
                class_=class_,
            )


TRACKED.registry = REGISTRY = TrackedRegistry(TRACKED, TrackedManager)
