"""The journal of the operation that is running, where it has been published.

The native form of this module is ``running.pyx``.
"""

from __future__ import annotations

from contextvars import ContextVar
from threading import get_ident
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
    # in a copied context it may be over, or be that of another thread
    return journal if journal is None or journal.published == get_ident() else None


def publish(journal: Any) -> int:
    """Have :func:`current` return a journal; return in which thread."""
    _current.set(journal)
    published.add(id(journal))
    return get_ident()


def withdraw(journal: Any) -> None:
    """Have :func:`current` return ``None`` again."""
    published.discard(id(journal))
    _current.set(None)
