"""What ``copy.copy`` makes of a tracked instance.

Left to itself it would copy the reference to the state with the other values,
and a change of the copy would be recorded of the original.  So a registered
class that has no ``__copy__`` gets this one.  As with ``copy.deepcopy``, the
copy has the history and the identity of the original and is in no identity map;
as with any shallow copy, what it refers to is the same.  Nobody is told: the far
sides of its relationships do not know of it.
"""

from __future__ import annotations

from typing import Any

from .._kernel.pending import MemberSet, PendingCollection
from .layer import CORE

__all__ = ["copy_instance"]


def copy_instance(self: Any) -> Any:
    """Return a shallow copy that has a state and collections of its own."""
    reduced = self.__reduce_ex__(4)
    if isinstance(reduced, str):  # one of a kind, known by name
        return self
    twin = _rebuild(*reduced)
    state = vars(self).get(CORE.state_attr)
    if state is not None:
        _take_over(state, state.manager.setup_instance(twin), vars(twin))
    return twin


def _rebuild(
    make: Any, args: Any, values: Any = None, items: Any = None, pairs: Any = None, put: Any = None
) -> Any:
    """An object from what ``__reduce_ex__`` says of another, nothing copied."""
    twin = make(*args)
    if put is not None:
        put(twin, values)
    elif hasattr(twin, "__setstate__"):
        twin.__setstate__(values)
    elif values is not None:
        named, slots = values if isinstance(values, tuple) else (values, None)
        vars(twin).update(named or ())
        for name, value in (slots or {}).items():
            setattr(twin, name, value)
    for item in items or ():
        twin.append(item)
    for key, value in pairs or ():
        twin[key] = value
    return twin


def _take_over(state: Any, own: Any, values: dict[str, Any]) -> None:
    """Give the state of a copy what that of the original knows, but who holds it."""
    for key in own.manager._collection_impl_keys.intersection(values):
        _copy_collection(own, values, key)
    own.key, own.modified, own.expired = state.key, state.modified, state.expired
    own._committed = dict(state._committed) if state._committed else None
    own._expired_keys = set(state._expired_keys) if state._expired_keys else None
    own._callables = dict(state._callables) if state._callables else None
    if state._pending:
        own._pending = {key: _copy_pending(kept) for key, kept in state._pending.items()}


def _copy_collection(own: Any, values: dict[str, Any], key: str) -> None:
    """Exchange the collection of the original for one with the same members."""
    impl, original = own.manager[key].impl, values[key]
    if isinstance(original, (list, set, dict)):
        values[key] = original.__copy__()  # type: ignore[union-attr]
        own.layer.adapter_class(impl, own, values[key])
    else:
        # what a user's class keeps inside, only its own methods know
        impl.set_committed_value(own, values, list(iter(original._sa_adapter)))


def _copy_pending(kept: PendingCollection) -> PendingCollection:
    twin = type(kept)()
    twin.added_items = MemberSet(kept.added_items)
    twin.deleted_items = MemberSet(kept.deleted_items)
    return twin
