"""The journal of the operation that is running, where it has been published.

The native form of this module is ``running.pyx``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

__all__ = ["current", "publish", "withdraw"]

_current: ContextVar[Any] = ContextVar("ormolu_journal", default=None)

current: Callable[[], Any] = _current.get
"""Return the journal of the running operation, or ``None``."""

publish: Callable[[Any], object] = _current.set
"""Have :func:`current` return a journal."""


def withdraw() -> None:
    """Have :func:`current` return ``None``."""
    _current.set(None)
