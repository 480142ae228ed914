"""In ``sqlalchemy.orm.strategies``: a loader with nothing for what is in no session.

It is not asked for an instance that has neither identity nor session.
"""

from __future__ import annotations

from typing import Any

from .door import SERIES, SQLALCHEMY

__all__ = ["exchange"]


def exchange(module: Any) -> None:
    """Take note of the loader of lazy relationships."""
    loader = getattr(module, SERIES.name_of("_LazyLoader"))
    SQLALCHEMY.idle_loaders = frozenset({loader._load_for_state})
    # what its options leave with a state, and its pickles bring back
    names = ("_LoadLazyAttribute", "_LoadDeferredColumns")
    SQLALCHEMY.pickled_loaders = tuple(getattr(module, SERIES.name_of(name)) for name in names)
