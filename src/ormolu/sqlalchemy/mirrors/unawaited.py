"""A read, beneath an ``AsyncSession``, of what only ``await`` can load.

SQLAlchemy notices when a driver is to wait, deep in a statement, and says so.  Here it is
noticed before anything is begun, and the error names the attribute, why it is not loaded,
and what to do.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import exc as sa_exc

from ... import errors
from ..._kernel.sentinels import PASSIVE_NO_RESULT, SQL_OK
from ..expiring import where_expired
from .door import SQLALCHEMY

__all__ = ["UnawaitedReadError", "load_at_hand", "must_wait", "refuses"]

# what SQLAlchemy says of it, for those who look for that
_USUAL = "greenlet_spawn has not been called"
_REFUSING = ("raise", "raise_on_sql")


class UnawaitedReadError(errors.UnawaitedLoadError, sa_exc.MissingGreenlet):
    """An attribute was read beneath an ``AsyncSession`` that only ``await`` can load."""


def must_wait(state: Any) -> bool:
    """Return whether what is loaded for an instance has to be awaited, and nobody does."""
    if SQLALCHEMY.state_module._async_provider is None or state.async_session is None:
        return False
    greenlet = sys.modules.get("greenlet")
    current = None if greenlet is None else greenlet.getcurrent()
    return not getattr(current, "__sqlalchemy_greenlet_provider__", False)


def load_at_hand(impl: Any, loader: Any, state: Any, passive: int) -> Any:
    """Return what a loader has without asking the database.

    Args:
        impl: the implementation of the attribute.
        loader: the loader.
        state: the state of the instance.
        passive: how far it may go, but for the database.

    Returns:
        the value, or what answers for one; ``PASSIVE_NO_RESULT`` if the loader is one that
        refuses to load, and is to say so itself.

    Raises:
        UnawaitedReadError: the database has to be asked.
    """
    answer = loader(state, passive & ~SQL_OK)
    if answer is PASSIVE_NO_RESULT and not refuses(state, impl.key):
        raise _unawaited(impl, state)
    return answer


def refuses(state: Any, key: str) -> bool:
    """Return whether a mapping or an option says that an attribute is not loaded by a read."""
    # what an option of the query has set for the instance comes before the mapping
    asked = state.callables.get(key) or state.mapper.attrs.get(key)
    ways = dict(getattr(asked, "strategy_key", ()))
    return ways.get("lazy") in _REFUSING or bool(getattr(asked, "raiseload", False))


def _unawaited(impl: Any, state: Any) -> UnawaitedReadError:
    name = f"{state.class_.__qualname__}.{impl.key}"
    why, instead = _cause(impl, state, name)
    return UnawaitedReadError(
        f"{name} was read outside of await, and is not loaded: {why}; "
        f"await ormolu.asyncio.load(obj, {name}), or {instead} ({_USUAL})",
        class_=state.class_,
        key=impl.key,
    )


def _cause(impl: Any, state: Any, name: str) -> tuple[str, str]:
    """Why an attribute is not loaded, and how it would be."""
    if state.expired or impl.key in (state._expired_keys or ()):
        where = where_expired(state.session) or "by a commit, a rollback or expire()"
        return f"it was expired {where}", "make the session with expire_on_commit=False"
    if impl.uses_objects or impl.collection:
        return "it was never loaded", f"query with .options(selectinload({name}))"
    return "it is deferred", f"query with .options(undefer({name}))"
