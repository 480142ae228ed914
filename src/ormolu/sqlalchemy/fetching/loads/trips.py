"""A read that misses something: is a trip made for all peers that miss it, and what by?"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import strategies

from .... import errors
from ...._kernel.sentinels import PASSIVE_NO_FETCH, PASSIVE_NO_RESULT, PASSIVE_OFF
from ...callers import application_frame, where
from ...mirrors.door import SERIES
from ..arrivals import arrivals_of, handing_on
from ..missing import is_loadable, missing_too
from ..settings import Fetching, chosen
from .columns import load_columns, load_expired_columns, wanted_of
from .related import LazyLoader, attributes_asked, load_related, target_of
from .together import group_of

__all__ = ["RefusedLoadError", "load_attribute", "load_expired", "wanted_of"]

_Load = Callable[[Any, Sequence[Any]], None]
_Misses = Callable[[Any], bool]

_DeferredLoader: Any = getattr(strategies, SERIES.name_of("_DeferredColumnLoader"))
_DeferredHere: Any = getattr(strategies, SERIES.name_of("_LoadDeferredColumns"))


class RefusedLoadError(errors.RefusedLoadError, InvalidRequestError):
    """A read would have loaded, one by one, what peers of the object miss as well."""


def load_expired(state: Any) -> None:
    """Load the expired attributes of an object, and of its peers; or do nothing."""
    wanted = wanted_of(state)
    if not wanted or not is_loadable(state):
        return
    # the read that is running is the one noted last
    key = next(reversed(state._loading or {}), None) or min(wanted)

    def misses(peer: Any) -> bool:
        expired = peer._expired_keys
        return bool(
            expired
            and peer.mapper is state.mapper
            and not wanted.isdisjoint(expired)
            and not wanted.isdisjoint(wanted_of(peer))
        )

    def load(session: Any, states: Sequence[Any]) -> None:
        load_expired_columns(session, states, wanted)

    _travel(state, key, misses, load, expired=True)


def load_attribute(impl: Any, loader: Any, state: Any) -> None:
    """Load an attribute of an object, and of its peers; or do nothing.

    Args:
        impl: the implementation of the attribute.
        loader: what would load it for this object alone.
        state: the state of the object.
    """
    if not is_loadable(state):
        return
    strategy = getattr(loader, "__self__", None)
    if isinstance(strategy, LazyLoader):
        _load_relationship(impl.key, strategy, state)
    elif isinstance(strategy, _DeferredLoader) or isinstance(loader, _DeferredHere):
        _load_deferred(impl.key, loader, state)


def _load_deferred(key: str, loader: Any, state: Any) -> None:
    if loader.raiseload if isinstance(loader, _DeferredHere) else loader.__self__.raiseload:
        return
    # one table has it for all subclasses
    mapper = state.mapper.attrs[key].parent
    keys = group_of(mapper, key)

    def misses(peer: Any) -> bool:
        own, found = peer.callables.get(key), peer.mapper.attrs.get(key)
        return (
            found is not None
            and found.parent is mapper
            and _is_missing(peer, key)
            and (own is None or (isinstance(own, _DeferredHere) and not own.raiseload))
        )

    def load(session: Any, states: Sequence[Any]) -> None:
        load_columns(session, states, keys, mapper)

    _travel(state, key, misses, load)


def _load_relationship(key: str, lazy_loader: Any, state: Any) -> None:
    if key in state.callables or lazy_loader._raise_always or lazy_loader._raise_on_sql:
        return
    found = state.session
    if found is None or found._flushing:
        return
    misses = _misses_target if lazy_loader.use_get else _misses_members

    def load(session: Any, states: Sequence[Any]) -> None:
        load_related(session, states, lazy_loader)

    def misses_too(peer: Any) -> bool:
        return (
            peer.mapper.isa(lazy_loader.parent)
            and key not in peer.callables
            and misses(found, key, lazy_loader, peer, PASSIVE_NO_FETCH)
        )

    if misses(found, key, lazy_loader, state, PASSIVE_OFF):
        width = len(lazy_loader.mapper.primary_key) if lazy_loader.use_get else 1
        _travel(state, key, misses_too, load, width=width)


def _misses_target(session: Any, key: str, lazy_loader: Any, state: Any, passive: int) -> bool:
    """Whether what an object refers to has to be loaded: in the session, it is just taken."""
    if not _is_missing(state, key):
        return False
    target = target_of(session, state, lazy_loader, passive)
    return target is not None and session.identity_map.fast_get_state(target) is None


def _misses_members(session: Any, key: str, lazy_loader: Any, state: Any, passive: int) -> bool:
    """Whether what refers to an object has to be loaded, by what the database has of it.

    An expired object is loaded for it, as it would be if it came alone.
    """
    changed, asked = state._committed, attributes_asked(lazy_loader)
    if not _is_missing(state, key) or (changed and not asked.isdisjoint(changed)):
        return False
    values, manager = state.dict, state.manager
    return all(
        name in values or manager[name].impl.get(state, values, passive) is not PASSIVE_NO_RESULT
        for name in asked
    )


def _is_missing(state: Any, key: str) -> bool:
    return key not in state.dict and key not in (state._committed or ())


def _travel(
    state: Any, key: str, misses: _Misses, load: _Load, expired: bool = False, width: int = 1
) -> None:
    """Load for an object and its peers, if it has any and they are to be fetched.

    What could not be loaded for all is left to be loaded for the object alone, which says
    why it cannot be.

    Args:
        state: the state of the object.
        key: the attribute that is read.
        misses: whether a peer misses it, by its state.
        load: loads it for the states that it is called with.
        expired: whether it is one of all that have expired.
        width: how many columns the keys have by which it is looked for.
    """
    session = state.session
    if session is None or session._flushing:
        return
    fetching = chosen(state, session, key)
    if fetching.mode == "off":
        return
    arrivals = arrivals_of(state)
    alone = set() if arrivals is None else arrivals.alone
    if (key, expired) in alone:
        return
    # a database takes only so many values in a statement
    width = max(width, len(state.mapper.primary_key))
    peers = missing_too(state, session, misses, max(0, fetching.most // width - 1))
    if not peers:
        return
    _object_to(state, key, len(peers), fetching)
    # what is read meanwhile, by a listener, is loaded for itself
    alone.add((key, expired))
    in_vain = False
    try:
        with handing_on(None if arrivals is None else arrivals.fetching):
            load(session, [state, *map(state.layer.state_of, peers)])
    except DBAPIError:
        # the transaction may be lost, and every other statement only say so
        raise
    except Exception:
        # one of them cannot be loaded: from now on each by itself says whether it is that one
        in_vain = True
    finally:
        if not in_vain:
            alone.discard((key, expired))


def _object_to(state: Any, key: str, count: int, fetching: Fetching) -> None:
    """Refuse, or warn of, a read that would have been one of many, if that is wanted."""
    if fetching.mode == "on" or fetching.allows(state.class_, key):
        return
    frame = application_frame()
    name = f"{state.class_.__qualname__}.{key}"
    line = "a read" if frame is None else f"the read at {where(frame)}"
    saying = (
        f"{line} loads {name}, which {count:,} other objects that came in with this one miss as "
        "well: a loop over them would send a statement for each; load it with the query that "
        f"they come by, or allow {name!r}"
    )
    if fetching.mode == "raise":
        raise RefusedLoadError(saying, class_=state.class_, key=key)
    if frame is not None:
        registry = frame.f_globals.setdefault("__warningregistry__", {})
        warnings.warn_explicit(
            f"{saying}; it was loaded for all of them",
            errors.OneByOneWarning,
            frame.f_code.co_filename,
            frame.f_lineno,
            registry=registry,
        )
