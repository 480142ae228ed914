"""A relationship of many objects, by SQLAlchemy's own ``selectin`` machinery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import strategies
from sqlalchemy.orm.context import QueryContext

from ...mirrors.door import SERIES

__all__ = ["LazyLoader", "attributes_asked", "load_related", "target_of"]

LazyLoader: Any = getattr(strategies, SERIES.name_of("_LazyLoader"))
"""SQLAlchemy's loader of a relationship that is read."""

_KEY = (("lazy", "ormolu_peers"),)


class _PeerLoader(getattr(strategies, SERIES.name_of("_SelectInLoader"))):  # type: ignore[misc]
    """Loads for as many at once as it is given; they are few enough already."""

    _chunksize = 1_000_000


class _Errand:
    """What the machinery asks of a query that more is to be loaded for.

    There is none here: the objects are there, and came by queries that are over.
    """

    populate_existing = False

    def __init__(self, session: Any, options: Any) -> None:
        self.session = session
        self.compile_state = self
        self.select_statement = self.user_passed_query = self
        self._with_options = options

    def _loader_strategy_options(self) -> Any:
        return self._with_options


def load_related(session: Any, states: Sequence[Any], lazy_loader: Any) -> None:
    """Load a relationship of objects that miss it.

    Args:
        session: the session that they are in.
        states: their states, all with the options of one query.
        lazy_loader: what would load it for each of them, when it is read.
    """
    first, relationship = states[0], lazy_loader.parent_property
    loader = relationship._strategies.get(_KEY)
    if loader is None:
        # kept where SQLAlchemy keeps its own, and as long
        loader = relationship._strategies[_KEY] = _PeerLoader(relationship, _KEY)
    path = first.load_path if first.load_options else first.mapper._path_registry
    load_options = QueryContext.default_load_options + {
        "_invoke_all_eagers": False,
        "_lazy_loaded_from": first,
    }
    loader._load_for_path(
        _Errand(session, first.load_options),
        path,
        [(state, False) for state in states],
        None,
        relationship.entity,
        None,
        None,
        {"_sa_orm_load_options": load_options},
    )


def target_of(session: Any, state: Any, lazy_loader: Any, passive: int) -> Any:
    """Return the identity key of what an object refers to; ``None`` if there is none.

    Args:
        session: its session.
        state: its state.
        lazy_loader: the loader of a relationship to one object, by its primary key.
        passive: whether the columns that say so may be loaded.
    """
    identity = lazy_loader._get_ident_for_use_get(session, state, passive)
    if any(value is None or type(value).__name__ == "LoaderCallableStatus" for value in identity):
        return None
    return lazy_loader.mapper.identity_key_from_primary_key(tuple(identity))


def attributes_asked(lazy_loader: Any) -> frozenset[str]:
    """Return the attributes of the object that a relationship is found by."""
    mapper = lazy_loader.parent
    columns = lazy_loader._bind_to_col.values()
    return frozenset(mapper.get_property_by_column(column).key for column in columns)
