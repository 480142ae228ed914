"""Columns of many objects, by one statement: as each of them is refreshed by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import context as orm_context

from sqlalchemy import select, tuple_

from ...mirrors.door import SERIES

__all__ = ["load_columns", "load_expired_columns", "wanted_of"]

_CompileState = getattr(orm_context, SERIES.name_of("_ORMCompileState"))


def wanted_of(state: Any) -> set[str]:
    """Return the expired columns that the next read of one of them loads."""
    manager, known = state.manager, state.mapper.attrs.keys()
    return {
        key
        for key in state.unmodified_intersection(state._expired_keys or ())
        if key in known
        and (impl := manager[key].impl).accepts_scalar_loader
        and impl.load_on_unexpire
    }


def load_expired_columns(session: Any, states: Sequence[Any], keys: Collection[str]) -> None:
    """Load expired attributes of objects, and what goes with them by way of the mapping.

    Args:
        session: see :func:`load_columns`.
        states: see there.
        keys: the columns.
    """
    known = states[0].mapper.attrs.keys()
    related = (states[0]._expired_keys or frozenset()).intersection(known)
    load_columns(session, states, related.union(keys))
    for state in states:
        if not wanted_of(state):
            # a relationship that is not there by now is loaded when it is read
            state._expired_keys = None


def load_columns(
    session: Any, states: Sequence[Any], keys: Collection[str], mapper: Any = None
) -> None:
    """Load attributes of objects that miss them; what they have is left as it is.

    Args:
        session: the session that they are in.
        states: their states, all with the options of one query.
        keys: the attributes.
        mapper: the one that has them, if the objects are of different ones.
    """
    first = states[0]
    mapper = mapper or first.mapper
    columns = mapper.primary_key
    column = columns[0] if len(columns) == 1 else tuple_(*columns)
    wanted = [state.key[1][0] if len(columns) == 1 else state.key[1] for state in states]
    statement = select(mapper).where(column.in_(wanted))
    needed = frozenset(keys).union(_named_by(mapper))
    options: dict[str, Any] = {"_for_refresh_state": True, "_only_load_props": needed}
    if first.load_options:
        options["_current_path"] = first.load_path.parent
        statement = statement.options(*first.load_options)
    statement._compile_options = _CompileState.default_compile_options + options
    session.scalars(statement, bind_arguments={"mapper": mapper}).unique().all()


def _named_by(mapper: Any) -> Collection[str]:
    """The attributes by which a row says whose it is, and of what class."""
    kind = mapper._columntoproperty.get(mapper.polymorphic_on)
    return {*mapper._primary_key_propkeys, *(() if kind is None else (kind.key,))}
