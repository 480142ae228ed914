"""Loads beneath an ``AsyncSession``: in one greenlet, with as few statements as can be."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ColumnProperty, Load, lazyload, load_only, selectinload, undefer

from sqlalchemy import inspect, select, tuple_

from .._kernel.sentinels import PASSIVE_NO_FETCH
from ..errors import LifeCycleError
from ..sqlalchemy.mirrors.unawaited import refuses
from .requests import Request
from .trips import Carrier, finish

__all__ = ["carrier_of"]

_MOST = 500
"""So many objects are asked for by one statement, as SQLAlchemy's own loaders do."""


def carrier_of(state: Any, key: str) -> tuple[Any, Carrier]:
    """Return what loads an attribute of a mapped object, and the session that it goes with.

    Args:
        state: the state of the object.
        key: the attribute.

    Raises:
        LifeCycleError: the object is in no session, or in one that cannot be awaited.
    """
    session = state.session
    if session is None:
        raise _lost(state, key)
    awaited = state.async_session
    if awaited is None:
        raise LifeCycleError(
            f"{state.class_.__qualname__}.{key} cannot be awaited: the object is in a Session, "
            "which loads it when it is read; read it, or use an AsyncSession",
            class_=state.class_,
            key=key,
        )

    async def carry(requests: Sequence[Request]) -> None:
        # a session is one conversation with the database
        async with _turns.setdefault(session, asyncio.Lock()):
            await awaited.run_sync(_load_all, requests)

    return session, carry


_turns: weakref.WeakKeyDictionary[Any, asyncio.Lock] = weakref.WeakKeyDictionary()


def _lost(state: Any, key: str) -> LifeCycleError:
    return LifeCycleError(
        f"{state.class_.__qualname__}.{key} cannot be loaded: the object is in no session (any "
        "more); add it to one, or load the attribute before the session is closed",
        class_=state.class_,
        key=key,
    )


def _load_all(session: Any, requests: Sequence[Request]) -> None:
    """Load what is asked for, together where that can be, and have each request done."""
    here = []
    for request in requests:
        if request.state.session is session:
            here.append(request)
        else:
            finish(request, _lost(request.state, request.keys[0]))
    for key, states in _alike(here):
        try:
            _load_together(session, key, states)
        except DBAPIError:
            # the transaction may be lost, and every other statement only say so
            raise
        except Exception:
            # one of them cannot be read; by itself each says whether it is that one
            continue
    for request in here:
        try:
            for key in request.missing:
                request.state.manager[key].impl.get(request.state, request.state.dict)
        except Exception as error:
            finish(request, error)
        else:
            finish(request)


def _alike(requests: Sequence[Request]) -> Iterator[tuple[str, list[Any]]]:
    """Yield attributes, each with objects of one class that can be loaded by one statement."""
    groups: dict[tuple[Any, str, Any], dict[Any, None]] = {}
    for request in requests:
        state = request.state
        for key in request.missing:
            # what refuses to be loaded by a read was asked for here
            if refuses(state, key) or (_is_usual(state, key) and not _is_at_hand(state, key)):
                groups.setdefault((state.mapper, key, state.load_options), {})[state] = None
    for (_, key, _), states in groups.items():
        waiting = list(states)
        if len(waiting) > 1 or refuses(waiting[0], key):
            for at in range(0, len(waiting), _MOST):
                yield key, waiting[at : at + _MOST]


def _is_usual(state: Any, key: str) -> bool:
    """Whether an object is loaded as others of its class are.

    Options of the query that it came by go on to what is loaded later, and changes that wait
    for a collection are put into it by the load of that object.
    """
    has_own_way = state.load_options or key in state.callables or key in (state._pending or ())
    return state.key is not None and state.identity_token is None and not has_own_way


def _is_at_hand(state: Any, key: str) -> bool:
    """Whether what is referred to is in the session; then it is set, and nothing is loaded."""
    impl = state.manager[key].impl
    if not impl.uses_objects or impl.collection or state.expired:
        return False
    impl.get(state, state.dict, PASSIVE_NO_FETCH)
    return key in state.dict


def _load_together(session: Any, key: str, states: Sequence[Any]) -> None:
    mapper = states[0].mapper
    columns = mapper.primary_key
    column = columns[0] if len(columns) == 1 else tuple_(*columns)
    wanted = [state.key[1][0] if len(columns) == 1 else state.key[1] for state in states]
    statement = select(mapper.entity).where(column.in_(wanted))
    statement = statement.options(*_options(mapper, key, states))
    # they fill the objects that are in the session, which are held by whoever asked
    session.scalars(statement).unique().all()


def _options(mapper: Any, key: str, states: Sequence[Any]) -> Iterator[Any]:
    attribute = getattr(mapper.entity, key)
    yield lazyload("*")
    # how the rest was loaded is no matter here, but criteria are
    yield from (option for option in states[0].load_options if not isinstance(option, Load))
    is_column = isinstance(inspect(attribute).property, ColumnProperty)
    yield undefer(attribute) if is_column else selectinload(attribute)
    if not any(state._expired_keys for state in states):
        # the rest is there, and need not come again
        names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        yield load_only(*(getattr(mapper.entity, name) for name in names))
