"""The journal of the operation that is running, where it has been published.

The native form of this module is ``running.pyx``.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

__all__ = ["current", "publish", "withdraw"]

_current: ContextVar[Any] = ContextVar("ormolu_journal", default=None)

published: set[int] = set()
"""The journals that are published, in any thread; with none, nobody has to look."""


def current() -> Any:
    """Return the journal of the running operation, or ``None``."""
    if not published:
        return None
    journal = _current.get()
    # a task that was started in the middle of an operation may outlive it
    return journal if id(journal) in published else None


def publish(journal: Any) -> None:
    """Have :func:`current` return a journal."""
    _current.set(journal)
    published.add(id(journal))


def withdraw(journal: Any) -> None:
    """Have :func:`current` return ``None`` again."""
    _current.set(None)
    published.discard(id(journal))
