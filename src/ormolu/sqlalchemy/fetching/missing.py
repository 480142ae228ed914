"""Which peers of an object miss what it misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .arrivals import arrivals_of

__all__ = ["is_loadable", "missing_too"]


def missing_too(state: Any, session: Any, misses: Callable[[Any], bool], most: int) -> list[Any]:
    """Return the objects whose states miss the same, in the order in which they came in.

    Those after the one that is read come first: a loop will read them next.

    Args:
        state: the state of the object that is read.
        session: its session.
        misses: whether a state misses what is to be loaded.
        most: how many at most.
    """
    found = islice(
        (
            obj
            for peer in _peers_of(state, session.identity_map)
            if is_loadable(peer) and misses(peer) and (obj := peer.obj()) is not None
        ),
        most,
    )
    return list(found)


def is_loadable(state: Any) -> bool:
    """Return whether an object can be loaded together with others of its class.

    One of a shard is loaded from there, and one that was deleted is not there to be loaded.
    """
    return state.key is not None and state.identity_token is None and not state._deleted


def _peers_of(state: Any, identity_map: Any) -> Iterator[Any]:
    """Yield the states of the peers that are still in the session."""
    for peer in _in_order(state, identity_map):
        if peer is not None and peer is not state and peer.load_options == state.load_options:
            yield peer


def _in_order(state: Any, identity_map: Any) -> Iterator[Any]:
    arrivals = arrivals_of(state)
    class_ = state.key[0]
    if arrivals is None:
        # it was not loaded but made here: so were its peers
        made = (one for one in identity_map.all_states() if one.key[0] is class_)
        return _from_on([one for one in made if arrivals_of(one) is None], state)
    keys = list(dict.fromkeys(arrivals.keys_of(class_, identity_map)))
    return map(identity_map.fast_get_state, _from_on(keys, state.key))


def _from_on(values: list[Any], first: Any) -> Iterator[Any]:
    """Yield what comes after the first, then what comes before it."""
    at = values.index(first) if first in values else 0
    yield from values[at:]
    yield from values[:at]
