"""What expires objects: commits, rollbacks, flushes and calls of ``expire``, with their lines."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from ..current import FLUSHING, current, is_within
from ..recording import Expiry
from ..sites import here
from .patches import Patches

__all__ = ["cause_of", "watch_expiries"]

_WHOLE, _PART = "whole", "part"

_last: weakref.WeakKeyDictionary[Any, dict[str, Expiry]] = weakref.WeakKeyDictionary()
"""For each session what has last expired whole objects, and single attributes."""


def watch_expiries(patches: Patches, listen: Callable[[Any, str, Any], None]) -> None:
    """Note what expires objects."""
    from sqlalchemy.orm import InstanceState, Session  # noqa: PLC0415 - when asked for

    listen(Session, "after_commit", _noting("commit"))
    listen(Session, "after_rollback", _noting("rollback"))
    patches.put(Session, "expire", _noting_expire(Session.expire))
    patches.put(Session, "expire_all", _noting_expire_all(Session.expire_all))
    patches.put(
        InstanceState, "_expire_attributes", _noting_part(InstanceState._expire_attributes)
    )


def cause_of(state: Any) -> Expiry | None:
    """Return what has expired an object, or attributes of it; ``None`` if that was not seen."""
    session = state.session
    if session is None:
        return None
    return _last.get(session, {}).get(_WHOLE if state.expired else _PART)


def _note(session: Any, how: str, what: str) -> None:
    if session is not None and current() is not None:
        _last.setdefault(session, {})[how] = Expiry(what, here())


def _noting(what: str) -> Callable[[Any], None]:
    def note(session: Any) -> None:
        _note(session, _WHOLE, what)

    return note


def _noting_expire(expire: Any) -> Callable[..., Any]:
    def noted_expire(self: Any, instance: Any, attribute_names: Any = None) -> Any:
        _note(self, _PART if attribute_names else _WHOLE, "expire()")
        return expire(self, instance, attribute_names)

    return noted_expire


def _noting_expire_all(expire_all: Any) -> Callable[[Any], Any]:
    def noted_expire_all(self: Any) -> Any:
        _note(self, _WHOLE, "expire_all()")
        return expire_all(self)

    return noted_expire_all


def _noting_part(expire_attributes: Any) -> Callable[..., Any]:
    def noted_expire_attributes(self: Any, *args: Any, **kwargs: Any) -> Any:
        if is_within(FLUSHING):
            _note(self.session, _PART, "flush")
        return expire_attributes(self, *args, **kwargs)

    return noted_expire_attributes
