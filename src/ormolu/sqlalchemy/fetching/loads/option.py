"""The query option."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import UserDefinedOption

from ..settings import Fetching

__all__ = ["PeersOption", "said_by"]


class PeersOption(UserDefinedOption):
    """How the peers of what a query loads are fetched; in ``payload``."""

    __slots__ = ()


def said_by(context: Any) -> Fetching | None:
    """Return what the options of a query say of peers, the last one first; or ``None``."""
    for option in reversed(getattr(context.user_passed_query, "_with_options", ())):
        if isinstance(option, PeersOption):
            fetching: Fetching = option.payload
            return fetching
    return None
