"""Where one door keeps state, values and manager."""

from __future__ import annotations

__all__ = ["Places"]


class Places:
    """The part of a layer that every read and write looks at.

    Attributes:
        state_attr: the attribute of an instance that holds its state.
        plain: state and values are in the ``__dict__`` of the instance, for sure,
            and nobody has put look-ups of his own in the way.
    """

    __slots__ = ("plain", "state_attr")

    def __init__(self, state_attr: str) -> None:
        self.state_attr = state_attr
        self.plain: bool = False
