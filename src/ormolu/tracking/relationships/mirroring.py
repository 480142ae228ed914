"""A relationship that is its own other side: friends of friends, neighbours, spouses.

What comes at one object comes at the other too, in the field of the same name.  The tokens
of the two sides are the same then, so the chain of events ends by tokens of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..._kernel.backrefs import left_of, surplus
from ..._kernel.sentinels import OP_APPEND, OP_REMOVE
from ..._kernel.tokens import AttributeEventToken
from ..instances.adoption import is_reference, manager_of
from ..layer import TRACKED

__all__ = ["mirrored"]

Listener = Callable[..., Any]


def mirrored(attribute: Any, followers: Mapping[str, Listener]) -> dict[str, Listener]:
    """Return the listeners of a field that names its own name as the other side.

    Args:
        attribute: the field.
        followers: those that keep two fields in step: classes may have fields of one name.
    """
    mirror = _Mirror(attribute)
    acts: dict[str, Listener] = {
        "append": mirror.append,
        "set": mirror.set,
        "remove": mirror.remove,
    }
    return {event: _either(mirror, acts[event], follower) for event, follower in followers.items()}


def _either(mirror: _Mirror, act: Listener, follower: Listener) -> Listener:
    def follow(state: Any, value: Any, *rest: Any, key: Any = None) -> Any:
        others = [one for one in (value, *rest[:-1]) if is_reference(one)]
        if all(map(mirror.is_of, others)):
            act(state, value, *rest)
            return value
        return follower(state, value, *rest, key=key)

    return follow


class _Mirror:
    """Keeps the fields of one name of two objects in step.

    Args:
        attribute: the field.
    """

    def __init__(self, attribute: Any) -> None:
        self._origin = attribute.declared.origin
        self._key = attribute.key
        # of what has begun at another object, and of what that lets go
        self._comes = AttributeEventToken(attribute.impl, OP_APPEND)
        self._goes = AttributeEventToken(attribute.impl, OP_REMOVE)

    def is_of(self, value: Any) -> bool:
        """Return whether the field of an object is this one, perhaps inherited."""
        other = manager_of(value).get(self._key)
        return other is not None and other.relates and other.declared.origin is self._origin

    def append(self, state: Any, value: Any, initiator: Any) -> None:
        """Have a new member hold the object that it came to."""
        if initiator is not self._comes and value is not state.obj():
            self._impl(value).append(
                TRACKED.state_of(value), TRACKED.dict_of(value), state.obj(), self._comes
            )

    def remove(self, state: Any, value: Any, initiator: Any) -> None:
        """Have what goes let go of the object that it was with."""
        if initiator is not self._goes and is_reference(value) and value is not state.obj():
            near = state.manager[self._key].impl
            self._let_go(value, state.obj(), left_of(near, state, value, initiator))

    def set(self, state: Any, value: Any, old: Any, initiator: Any) -> None:
        """The same where there is room for one."""
        owner = state.obj()
        if initiator is self._goes or old is value:
            return
        if is_reference(old) and old is not owner:
            self._let_go(old, owner, 0)
        if initiator is not self._comes and value is not None and value is not owner:
            self._impl(value).set(
                TRACKED.state_of(value), TRACKED.dict_of(value), owner, self._comes
            )

    def _let_go(self, far: Any, owner: Any, left: int) -> None:
        impl, values = self._impl(far), TRACKED.dict_of(far)
        for _ in range(surplus(impl, values, owner, left)):
            impl.pop(TRACKED.state_of(far), values, owner, self._goes)

    def _impl(self, value: Any) -> Any:
        return manager_of(value)[self._key].impl
