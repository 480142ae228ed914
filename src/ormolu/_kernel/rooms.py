"""Making room in a list before it is needed.

The native form of this module is its ``.pxd``, which is compiled into the others.
"""

from __future__ import annotations

from typing import Any

__all__ = ["make_room"]


def make_room(members: list[Any]) -> None:
    """See to it that one more member can be appended, whatever memory is left by then.

    Raises:
        MemoryError: there is none.  The pure core does nothing, and has the member appended
            only after all have been told.
    """
