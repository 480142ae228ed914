"""Who holds an instance, by the attribute that it is held through.

Nearly every instance is held through one attribute: then ``_parents`` of its state is a
pair of that and the holder.  It becomes a dictionary with the second, or when somebody
asks for one.
"""

from __future__ import annotations

from typing import Any

from .journal import put_back
from .sentinels import MISSING

__all__ = ["holder_of", "holders", "set_holder"]


def holders(state: Any) -> dict[int, Any]:
    """Return the holders by the identity of the attribute, in a dictionary to change."""
    known = state._parents
    if type(known) is dict:
        return known
    made = {} if known is None else {known[0]: known[1]}
    state._parents = made
    return made


def holder_of(state: Any, token: int, default: Any) -> Any:
    """Return who holds an instance through an attribute, or a default.

    Args:
        state: the state of the instance.
        token: the identity of the attribute.
        default: the answer where nothing is recorded.
    """
    known = state._parents
    if known is None:
        return default
    if type(known) is tuple:
        return known[1] if known[0] == token else default
    return known.get(token, default)


def set_holder(state: Any, journal: Any, token: int, holder: Any) -> None:
    """Record who holds an instance through an attribute.

    Args:
        state: the state of the instance.
        journal: of the operation that this is part of, if it can still fail.
        token: the identity of the attribute.
        holder: the holder's state, or ``False`` once it has let go.
    """
    known = state._parents
    if known is None or (type(known) is tuple and known[0] == token):
        if journal is not None:
            journal.note_step((_put_back_pair, state, token, known))
        state._parents = (token, holder)
        return
    known = holders(state)
    if journal is not None:
        journal.note_step((put_back, known, token, known.get(token, MISSING)))
    known[token] = holder


def _put_back_pair(state: Any, token: int, known: Any) -> None:
    if type(state._parents) is dict:
        # somebody has asked for one since
        put_back(state._parents, token, MISSING if known is None else known[1])
    else:
        state._parents = known
