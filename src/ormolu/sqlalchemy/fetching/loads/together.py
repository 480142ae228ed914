"""An attribute of objects that were named, whatever kind of attribute it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .columns import load_columns, load_expired_columns, wanted_of
from .related import LazyLoader, load_related

__all__ = ["group_of", "load_missing"]


def load_missing(session: Any, key: str, states: Sequence[Any]) -> None:
    """Load an attribute of objects that all miss it, even if a read of it is refused.

    Args:
        session: the session that they are in.
        key: the attribute.
        states: their states, all of one mapper, with the options of one query, and with the
            attribute expired or not.
    """
    first = states[0]
    expired = wanted_of(first)
    if key in expired:
        load_expired_columns(session, states, expired)
        return
    lazy_loader = getattr(first.manager[key].impl.callable_, "__self__", None)
    if isinstance(lazy_loader, LazyLoader):
        load_related(session, states, lazy_loader)
    else:
        load_columns(session, states, group_of(first.mapper, key))


def group_of(mapper: Any, key: str) -> frozenset[str]:
    """Return the columns that are loaded with a deferred one."""
    group = getattr(mapper.attrs[key], "group", None)
    if not group:
        return frozenset({key})
    return frozenset(one.key for one in mapper.column_attrs if one.group == group)
