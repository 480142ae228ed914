"""Two attributes that are the two sides of one relationship.

A change of one side is carried to the other by listeners.  The token of the
chain of events says where it began; the side that it names has been told
already, which is where the chain ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .attributes import is_object
from .sentinels import PASSIVE_NO_FETCH

__all__ = ["backref_listeners"]


def backref_listeners(impl: Any, far_key: str, uselist: bool) -> dict[str, Callable[..., Any]]:
    """Return the listeners, by event, that keep the far side in step.

    Args:
        impl: the implementation of the near side.
        far_key: the name of the attribute at the far side.
        uselist: whether the near side is a collection.

    The listeners take raw states, return the value, and accept ``key``.
    """
    layer = impl.layer
    near_owner = impl.parent_token

    def put_in(state: Any, far: Any, initiator: Any) -> None:
        try:
            far_state = layer.state_of(far)
        except (AttributeError, KeyError) as missing:
            raise layer.faults.untracked_member(impl, far) from missing
        far_impl = far_state.manager[far_key].impl
        origin = initiator.parent_token
        if origin is not near_owner and origin is not far_impl.parent_token:
            raise layer.faults.backref_conflict(impl, state, initiator, far_impl)
        if initiator is far_impl._append_token:
            return
        if far_impl.collection and initiator is _bulk_token(far_impl):
            return
        far_dict = far.__dict__ if layer.plain else layer.dict_of(far)
        far_impl.append(far_state, far_dict, state.obj(), initiator, PASSIVE_NO_FETCH)

    def take_out(state: Any, far: Any, initiator: Any, told: Any, also_told: Any) -> None:
        if initiator is told or (also_told is not None and initiator is also_told):
            return
        far_state = layer.state_of(far)
        far_state.manager[far_key].impl.pop(
            far_state, layer.dict_of(far), state.obj(), initiator, passive=PASSIVE_NO_FETCH
        )

    def backref_on_set(state: Any, child: Any, oldchild: Any, initiator: Any) -> Any:
        if oldchild is child:
            return child
        if is_object(oldchild):
            old_impl = layer.state_of(oldchild).manager[far_key].impl
            single = not old_impl.collection and not old_impl.dynamic
            told = old_impl._replace_token if single else old_impl._remove_token
            # one-to-one: the chain began at the new owner, so the old one, whose
            # attribute has the same token, has not been told
            moved = single and child is not None and layer.follows_moves
            if initiator is not told or moved:
                take_out(state, oldchild, impl._append_token, None, None)
        if child is not None:
            put_in(state, child, initiator)
        return child

    def backref_on_append(state: Any, child: Any, initiator: Any, key: Any = None) -> Any:
        if child is not None:
            put_in(state, child, initiator)
        return child

    def backref_on_remove(state: Any, child: Any, initiator: Any, key: Any = None) -> None:
        if not is_object(child):
            return
        far_impl = layer.state_of(child).manager[far_key].impl
        if far_impl.collection or far_impl.dynamic:
            also_told = _bulk_token(far_impl)
        else:
            also_told = far_impl._replace_token
            # a member that is in the collection twice stays a member
            if uselist and not impl.dynamic and _is_there_twice(state, impl.key, child):
                return
        take_out(state, child, initiator, far_impl._remove_token, also_told)

    near = {"append": backref_on_append} if uselist else {"set": backref_on_set}
    return {**near, "remove": backref_on_remove}


def _bulk_token(impl: Any) -> Any:
    return getattr(impl, "_bulk_replace_token", None)


def _is_there_twice(state: Any, key: str, member: Any) -> bool:
    collection = state.dict.get(key)
    if collection is None:
        return False
    found = 0
    for present in collection._sa_adapter:
        if present is member:
            found += 1
            if found == 2:
                return True
    return False
