"""Columns of many objects, by one statement: as each of them is refreshed by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import context as orm_context

from sqlalchemy import select, tuple_

from ...mirrors.door import SERIES

__all__ = ["load_columns", "wanted_of"]

_CompileState = getattr(orm_context, SERIES.name_of("_ORMCompileState"))


def wanted_of(state: Any) -> set[str]:
    """Return the expired attributes that the next read of one of them loads."""
    manager, known = state.manager, state.mapper.attrs.keys()
    return {
        key
        for key in state.unmodified_intersection(state._expired_keys or ())
        if key in known and manager[key].impl.load_on_unexpire
    }


def load_columns(session: Any, states: Sequence[Any], keys: Collection[str]) -> None:
    """Load attributes of objects that miss them; what they have is left as it is.

    Args:
        session: the session that they are in.
        states: their states, all of one mapper and with the options of one query.
        keys: the attributes.
    """
    first = states[0]
    columns = first.mapper.primary_key
    column = columns[0] if len(columns) == 1 else tuple_(*columns)
    wanted = [state.key[1][0] if len(columns) == 1 else state.key[1] for state in states]
    statement = select(first.mapper).where(column.in_(wanted))
    # each row has to say whose it is
    needed = frozenset(keys).union(first.mapper._primary_key_propkeys)
    options: dict[str, Any] = {"_for_refresh_state": True, "_only_load_props": needed}
    if first.load_options:
        options["_current_path"] = first.load_path.parent
        statement = statement.options(*first.load_options)
    statement._compile_options = _CompileState.default_compile_options + options
    session.scalars(statement, bind_arguments={"mapper": first.mapper}).unique().all()
