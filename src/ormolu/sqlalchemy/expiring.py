"""Where a session was committed or rolled back last, for those who want to know."""

from __future__ import annotations

import weakref
from typing import Any

from .callers import application_frame, where

__all__ = ["trace_expiry", "where_expired"]

_where: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()


def trace_expiry(sessions: Any = None) -> None:
    """Note, at each commit and rollback, which line it was asked for at.

    Reads of expired attributes outside of ``await`` name it then.  It costs a walk up the
    stack for each commit, and nothing otherwise.

    Args:
        sessions: a ``Session``, a class or a ``sessionmaker`` of them; all sessions by
            default.

    Example:
        >>> import ormolu.sqlalchemy
        >>> ormolu.sqlalchemy.trace_expiry()  # doctest: +SKIP
    """
    # not before the program is about to import it anyway
    from sqlalchemy.orm import Session  # noqa: PLC0415

    from sqlalchemy import event  # noqa: PLC0415

    target = Session if sessions is None else sessions
    event.listen(target, "after_commit", _note_commit)
    event.listen(target, "after_rollback", _note_rollback)


def where_expired(session: Any) -> str | None:
    """Return where the objects of a session were expired last, in words; ``None`` if unknown."""
    return None if session is None else _where.get(session)


def _note_commit(session: Any) -> None:
    _note(session, "commit")


def _note_rollback(session: Any) -> None:
    _note(session, "rollback")


def _note(session: Any, what: str) -> None:
    frame = application_frame()
    if frame is not None:
        _where[session] = f"by the {what} at {where(frame)}"
