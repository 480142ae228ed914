"""Telling the listeners of what comes in."""

from __future__ import annotations

from typing import Any

from .backrefs import Follower
from .hearing import Bystander
from .journal import Journal
from .sentinels import MISSING

__all__ = ["tell"]


def tell(
    told: tuple[Any, ...],
    journal: Journal | None,
    state: Any,
    value: Any,
    member: Any,
    old: Any,
    token: Any,
    key: Any,
) -> Any:
    """Tell the listeners of a new member or value; return the one that they leave.

    Args:
        told: who is to be told, as a ``Hearing`` says it.
        journal: of the operation that this is part of; ``None`` if only those listeners
            are told that need none.
        state: the state of the instance.
        value: the new member or value.
        member: the state of that, if it is at hand, or ``None``.
        old: the value that there was; ``MISSING`` for a member of a collection.
        token: of the chain of events.
        key: the index or key of a member.
    """
    for fn in told:
        if type(fn) is Bystander:
            if not state.session_id:
                continue
            fn = fn.fn  # noqa: PLW2901 - what stands for it is not to be called
        elif isinstance(fn, Follower):
            follower = fn
            value = follower.follow(journal, state, value, member, old, token)
            continue
        if journal is not None:
            journal.publish()
        if old is MISSING:
            value = fn(state, value, token, key=key)
        else:
            value = fn(state, value, old, token)
    return value
