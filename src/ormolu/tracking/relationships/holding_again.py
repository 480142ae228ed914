"""Having a collection hold again what it held: the same members, where each of them was."""

from __future__ import annotations

from typing import Any

from ..._kernel.journal import atomically
from ...core.keyed_dicts import KeyFuncDict
from .collections import members_of, rearrange

__all__ = ["hold_again", "put_in_order"]


def hold_again(collection: Any, wanted: Any) -> None:
    """Have a collection hold some members and no others; other sides follow.

    Args:
        collection: a collection of tracked objects.
        wanted: a plain one like it; of a dictionary, also the keys come back, whatever the
            keys of the members are by now.
    """
    atomically(_hold_again, collection, wanted)


def put_in_order(collection: Any, wanted: Any) -> None:
    """Have the members of a collection be where they were, if they are those that were there."""
    if not _more(collection, wanted) and not _more(wanted, collection):
        atomically(_arrange, collection, wanted)


def _hold_again(collection: Any, wanted: Any) -> None:
    adapter = collection._sa_adapter
    coming = _more(wanted, collection)
    for member in _more(collection, wanted):
        adapter.remove_with_event(member)
    if isinstance(collection, dict):
        _put_under(collection, wanted, set(map(id, coming)))
    else:
        for member in coming:
            adapter.append_with_event(member)
    _arrange(collection, wanted)


def _put_under(collection: Any, wanted: dict[Any, Any], coming: set[int]) -> None:
    """Have members come under keys that were theirs; none of those that stay is in the way."""
    _arrange(collection, {key: one for key, one in wanted.items() if id(one) not in coming})
    for key, member in wanted.items():
        if id(member) in coming:
            KeyFuncDict.__setitem__(collection, key, member)


def _arrange(collection: Any, wanted: Any) -> None:
    """Have members that are there be at other places."""
    if not _is_in_order(collection, wanted):
        rearrange(collection, wanted)


def _is_in_order(collection: Any, wanted: Any) -> bool:
    if isinstance(collection, set):
        return True  # it has none
    same_keys = not isinstance(collection, dict) or list(collection) == list(wanted)
    return same_keys and [*map(id, members_of(collection))] == [*map(id, members_of(wanted))]


def _more(one: Any, other: Any) -> list[Any]:
    """Return the members of a collection as often as they are more often there."""
    left: dict[int, int] = {}
    for member in members_of(other):
        left[id(member)] = left.get(id(member), 0) + 1
    found = []
    for member in members_of(one):
        if left.get(id(member), 0):
            left[id(member)] -= 1
        else:
            found.append(member)
    return found
