"""Instances that came in together: what one of them misses is loaded for all of them."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .layer import CORE

__all__ = ["Peers", "begin", "make_peers", "note_members", "peers_of"]

_wanted: list[bool] = []
"""Holds something once there is a loader for many."""


class Peers:
    """Instances that came in together, none of which is held.

    Attributes:
        later: those that one of them came in with later; they are peers, too.
        alone: the loaders that could not load for all of them, and load one by one.
    """

    __slots__ = ("__weakref__", "_members", "alone", "later")

    def __init__(self, instances: Iterable[Any]) -> None:
        self._members = [weakref.ref(instance) for instance in instances]
        self.later: Callable[[], Peers | None] = _none
        self.alone: set[Any] = set()

    def living(self) -> Iterator[Any]:
        """Yield the instances that are still there."""
        later = self.later()
        for reference in (*self._members, *(() if later is None else later._members)):
            instance = reference()
            if instance is not None:
                yield instance


def _none() -> None:
    return None


def begin() -> None:
    """Take note, from now on, of the members of collections that are loaded."""
    if not _wanted:
        _wanted.append(True)


def note_members(members: Iterable[Any]) -> None:
    """Have the members of a collection that was just loaded be peers, if that is of use."""
    if _wanted:
        make_peers(member for member in members if member is not None)


def make_peers(instances: Iterable[Any]) -> None:
    """Say that instances came in together, as the rows of one query do.

    When one of them misses an attribute whose loader is for many, it is loaded for all that
    miss it.  The members of a collection that was loaded are peers without being told so.

    Args:
        instances: instances of registered classes; they are held weakly.

    Raises:
        UntrackedInstanceError: one of them has no state.

    Example:
        >>> from ormolu.attributes import for_many, register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> from ormolu.state import make_peers
        >>> class Star: pass
        >>> manager = register_class(Star)
        >>> @for_many
        ... def measure(states, passive):
        ...     print(f"{len(states)} stars in one trip")
        ...     return {state: 5 for state in states}
        >>> attribute = register_attribute(Star, "light", callable_=measure)
        >>> stars = [Star() for _ in range(3)]
        >>> make_peers(stars)
        >>> [star.light for star in stars]
        3 stars in one trip
        [5, 5, 5]
    """
    members = list(instances)
    states = list(map(_state_of, members))
    if len(members) < 2:
        return
    together = Peers(members)
    for state in states:
        if state._peers is None:
            state._peers = together
        else:
            state._peers.later = weakref.ref(together)


def _state_of(instance: Any) -> Any:
    try:
        return CORE.state_of(instance)
    except (AttributeError, KeyError) as missing:
        raise CORE.faults.untracked_instance(instance) from missing


def peers_of(state: Any) -> list[Any]:
    """Return the instances that came in with one; those after it first, and not itself."""
    if state._peers is None:
        return []
    itself = state.obj()
    found = list({id(one): one for one in state._peers.living()}.values())
    at = next((at for at, one in enumerate(found) if one is itself), -1)
    return found[at + 1 :] + found[: max(at, 0)]
