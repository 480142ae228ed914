"""What stands for the class of an object in annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["T_co"]

if TYPE_CHECKING:
    # type checkers bring it along, and only from Python 3.13 on is it in typing
    from typing_extensions import TypeVar

    T_co = TypeVar("T_co", covariant=True, default=Any)
else:
    from typing import TypeVar

    T_co = TypeVar("T_co", covariant=True)
