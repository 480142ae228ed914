"""Loads beneath an ``AsyncSession``: in one greenlet, with as few statements as can be."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError

from .._kernel.sentinels import PASSIVE_NO_FETCH
from ..errors import LifeCycleError
from ..sqlalchemy.fetching.loads.columns import wanted_of
from ..sqlalchemy.fetching.loads.together import load_missing
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
            load_missing(session, key, states)
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
    groups: dict[tuple[Any, ...], dict[Any, None]] = {}
    for request in requests:
        state = request.state
        for key in request.missing:
            # what refuses to be loaded by a read was asked for here
            if refuses(state, key) or (_is_usual(state, key) and not _is_at_hand(state, key)):
                kind = (state.mapper, key, state.load_options, key in wanted_of(state))
                groups.setdefault(kind, {})[state] = None
    for (_, key, *_), states in groups.items():
        waiting = list(states)
        if len(waiting) > 1 or refuses(waiting[0], key):
            for at in range(0, len(waiting), _MOST):
                yield key, waiting[at : at + _MOST]


def _is_usual(state: Any, key: str) -> bool:
    """Whether an object is loaded as others of its class are.

    Changes that wait for a collection are put into it by the load of that object.
    """
    has_own_way = key in state.callables or key in (state._pending or ())
    return state.key is not None and state.identity_token is None and not has_own_way


def _is_at_hand(state: Any, key: str) -> bool:
    """Whether what is referred to is in the session; then it is set, and nothing is loaded."""
    impl = state.manager[key].impl
    if not impl.uses_objects or impl.collection or state.expired:
        return False
    impl.get(state, state.dict, PASSIVE_NO_FETCH)
    return key in state.dict
