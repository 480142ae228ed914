"""In ``sqlalchemy.orm.unitofwork``: listeners with nothing to do outside of a session.

Those that carry a change over to the session of the instance are left out where it has
none.  They stay SQLAlchemy's own.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

from .door import SERIES, SQLALCHEMY

__all__ = ["exchange"]

_BYSTANDERS = frozenset({"append", "set_"})


def exchange(module: Any) -> None:
    """Take note of the listeners that SQLAlchemy makes for the cascades."""
    make_listeners = getattr(module, SERIES.name_of("_track_cascade_events"))
    SQLALCHEMY.bystanders = frozenset(
        constant
        for constant in make_listeners.__code__.co_consts
        if isinstance(constant, CodeType) and constant.co_name in _BYSTANDERS
    )
