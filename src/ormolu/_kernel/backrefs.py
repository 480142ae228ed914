"""Two attributes that are the two sides of one relationship.

A change of one side is carried to the other by listeners.  The token of the
chain of events says where it began; the side that it names has been told
already, which is where the chain ends.
"""

from __future__ import annotations

from typing import Any

from . import attributes, lookups, referring, running, tokens
from .hearing import Known
from .journal import Journal
from .sentinels import PASSIVE_NO_FETCH

__all__ = ["Follower", "backref_listeners", "left_of", "surplus"]


class Follower(Known):
    """A listener of one side that keeps the other in step.

    It takes raw states, returns the value, and accepts ``key``.

    Args:
        impl: the implementation of the near side.
        far_key: the name of the attribute at the far side.
    """

    __slots__ = ("__weakref__", "far_key", "impl")

    def __init__(self, impl: Any, far_key: str) -> None:
        self.impl: Any = impl
        self.far_key: str = far_key

    def __call__(self, state: Any, value: Any, *rest: Any, key: Any = None) -> Any:
        """Follow, called as any other listener is.

        Args:
            state: the state of the instance at the near side.
            value: the member that comes or goes, or the new value.
            rest: the token of the chain of events; before it the value that there was,
                where there is room for one only.
            key: the index or key of a member.
        """
        old = rest[0] if len(rest) == 2 else None
        return self.follow_as_listener(state, value, old, rest[-1])

    def follow(
        self,
        journal: Journal | None,
        state: Any,
        value: Any,
        member: Any,
        old: Any,
        initiator: Any,
    ) -> Any:
        """Carry a change to the far side; return the value.

        Args:
            journal: of the operation that this is part of; ``None`` if all that can
                fail of it is what happens here.
            state: the state of the instance at the near side.
            value: the member that comes or goes, or the new value.
            member: the state of that, if it is at hand, or ``None``.
            old: the value before, where there is room for one only.
            initiator: the token of the chain of events.
        """
        raise NotImplementedError

    def follow_as_listener(self, state: Any, value: Any, old: Any, initiator: Any) -> Any:
        """Do the same where somebody else calls, who has no journal to give."""
        journal = running.current()
        if journal is not None:
            return self.follow(journal, state, value, None, old, initiator)
        journal = Journal()
        try:
            return self.follow(journal, state, value, None, old, initiator)
        except BaseException:
            journal.undo(0)
            raise
        finally:
            journal.close()

    def put_in(
        self, journal: Journal | None, state: Any, far: Any, member: Any, initiator: Any
    ) -> None:
        """Have the far side hold the instance at the near side."""
        near = self.impl
        far_state = lookups.state_of_member(near, far) if member is None else member
        far_impl = lookups.impl_at(far_state, self.far_key)
        origin = tokens.parent_token_of(initiator)
        if origin is not near.parent_token and origin is not far_impl.parent_token:
            raise near.layer.faults.backref_conflict(near, state, initiator, far_impl)
        if tokens.is_told(far_impl, initiator):
            return
        far_dict = lookups.values_of(near._places, far)
        far_impl.put(journal, far_state, far_dict, referring.instance_of(state), initiator)

    def take_out(
        self,
        journal: Journal | None,
        state: Any,
        far: Any,
        initiator: Any,
        told: Any,
        also_told: Any,
        left: int,
    ) -> None:
        """Have the far side let go of the instance at the near side.

        Args:
            journal: of the operation.
            state: the state of the instance at the near side.
            far: the instance at the far side.
            initiator: the token of the chain of events.
            told: a token that says that the far side has been told.
            also_told: another one, or ``None``.
            left: how many times the near side still has the far one.
        """
        if initiator is told or (also_told is not None and initiator is also_told):
            return
        layer = self.impl.layer
        far_state = layer.state_of(far)
        far_impl = lookups.impl_at(far_state, self.far_key)
        if journal is not None:
            journal.publish()
        values, owner = layer.dict_of(far), state.obj()
        times = 1 if not layer.follows_moves else surplus(far_impl, values, owner, left)
        while times > 0:
            far_impl.pop(far_state, values, owner, initiator, passive=PASSIVE_NO_FETCH)
            times -= 1

    def _far_impl_of(self, far: Any) -> Any:
        """Return the implementation there, or ``None`` if that class is tracked no more."""
        try:
            return lookups.impl_at(lookups.state_of(self.impl._places, far), self.far_key)
        except Exception:
            layer = self.impl.layer
            if layer.follows_moves and not hasattr(type(far), layer.manager_attr):
                return None
            raise


class AppendFollower(Follower):
    """Listens for new members of a collection."""

    __slots__ = ()

    def follow(
        self,
        journal: Journal | None,
        state: Any,
        value: Any,
        member: Any,
        old: Any,
        initiator: Any,
    ) -> Any:
        if value is not None:
            self.put_in(journal, state, value, member, initiator)
        return value


class RemoveFollower(Follower):
    """Listens for what goes, from a collection or from where there is room for one only."""

    __slots__ = ()

    def follow(
        self,
        journal: Journal | None,
        state: Any,
        value: Any,
        member: Any,
        old: Any,
        initiator: Any,
    ) -> Any:
        if not attributes.is_object(value):
            return value
        near = self.impl
        far_impl = self._far_impl_of(value)
        if far_impl is None:
            return value
        left = 0
        if far_impl.collection or far_impl.dynamic:
            also_told = tokens.bulk_token_of(far_impl)
            if near.collection and near.layer.follows_moves:
                left = left_of(near, state, value, initiator)
        else:
            also_told = far_impl._replace_token
            # a member that is in the collection twice stays a member
            if near.collection and not near.dynamic and _stays(near, state, value, initiator):
                return value
        self.take_out(journal, state, value, initiator, far_impl._remove_token, also_told, left)
        return value


class SetFollower(Follower):
    """Listens for a new value where there is room for one only."""

    __slots__ = ()

    def follow(
        self,
        journal: Journal | None,
        state: Any,
        value: Any,
        member: Any,
        old: Any,
        initiator: Any,
    ) -> Any:
        if old is value:
            return value
        if attributes.is_object(old):
            self._leave(journal, state, value, old, initiator)
        if value is not None:
            self.put_in(journal, state, value, member, initiator)
        return value

    def _leave(
        self, journal: Journal | None, state: Any, value: Any, old: Any, initiator: Any
    ) -> None:
        near = self.impl
        old_impl = self._far_impl_of(old)
        if old_impl is None:
            return
        single = not old_impl.collection and not old_impl.dynamic
        told = old_impl._replace_token if single else old_impl._remove_token
        # one-to-one: the chain began at the new owner, so the old one, whose
        # attribute has the same token, has not been told
        moved = single and value is not None and near.layer.follows_moves
        if value is None and not single and initiator is tokens.bulk_token_of(old_impl):
            # let go by the old owner, whose new collection has it only if its key was taken
            moved = _is_there(near, old_impl, old, referring.instance_of(state))
            told = initiator
        if initiator is not told or moved:
            self.take_out(journal, state, old, near._append_token, None, None, 0)


def backref_listeners(impl: Any, far_key: str, uselist: bool) -> dict[str, Follower]:
    """Return the listeners, by event, that keep the far side in step.

    Args:
        impl: the implementation of the near side.
        far_key: the name of the attribute at the far side.
        uselist: whether the near side is a collection.
    """
    comes = AppendFollower(impl, far_key) if uselist else SetFollower(impl, far_key)
    return {"append" if uselist else "set": comes, "remove": RemoveFollower(impl, far_key)}


def surplus(far_impl: Any, values: Any, owner: Any, left: int) -> int:
    """Return how many times the far side has the near one more than that has it."""
    collection = values.get(far_impl.key) if far_impl.collection else None
    if collection is None:
        return 1 if left <= 0 else 0
    return _times_in(collection, owner) - max(left, 0)


def left_of(near: Any, state: Any, member: Any, initiator: Any) -> int:
    """Return how many times the near side has a member when the one has gone that is told of.

    Args:
        near: the implementation of the near side.
        state: the state of the instance there.
        member: the member.
        initiator: the token of the chain of events.
    """
    collection = state.dict.get(near.key)
    if collection is None or isinstance(collection, (set, dict)):
        return 0
    return _times_in(collection, member) - _yet_to_go(near, initiator)


def _yet_to_go(near: Any, initiator: Any) -> int:
    """Return how many that are told to go are there: a new collection has them no more."""
    is_new = near.layer.follows_moves and initiator is tokens.bulk_token_of(near)
    return 0 if is_new else 1


def _times_in(collection: Any, member: Any) -> int:
    """Return how many times a collection has a member, itself and no equal one."""
    if isinstance(collection, (set, dict)):
        return 1  # or it is not there, which makes no difference
    times = 0
    for present in collection._sa_adapter:
        if present is member:
            times += 1
    return times


def _stays(near: Any, state: Any, member: Any, initiator: Any) -> bool:
    """Return whether a collection has a member still when the one has gone that is told of."""
    collection = state.dict.get(near.key)
    if collection is None or isinstance(collection, set):
        return False
    return _occurs(collection, member, 1 + _yet_to_go(near, initiator))


def _is_there(near: Any, far_impl: Any, owner: Any, member: Any) -> bool:
    collection = lookups.values_of(near._places, owner).get(far_impl.key)
    if collection is None:
        return False
    # a set finds it without asking the others
    return isinstance(collection, set) or _occurs(collection, member, 1)


def _occurs(collection: Any, member: Any, times: int) -> bool:
    """Return whether a collection has a member, itself and no equal one, so many times."""
    for present in collection._sa_adapter:
        if present is member:
            times -= 1
            if not times:
                return True
    return False
