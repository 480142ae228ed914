"""The identity map of ormolu's own layer, and the life of an instance in it."""

from __future__ import annotations

from typing import Any, ClassVar

from .._kernel.identity import WeakIdentityMap
from .layer import CORE, Layer

__all__ = ["IdentityMap"]


class IdentityMap(WeakIdentityMap):
    """The instances of one unit of work, one for each identity.

    An instance is *transient* until it is enrolled, *pending* until it gets an
    identity, *persistent* from then on, *deleted* between being deleted and the
    commit of that, and *detached* when it has left the map.

    The map holds instances weakly. It keeps alive those that are pending or
    deleted, and those that have changes, until these are committed.

    Example:
        >>> from ormolu.attributes import instance_state
        >>> from ormolu.instrumentation import register_class
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> identities, point = IdentityMap(), Point()
        >>> identities.enroll(point)
        >>> instance_state(point).pending
        True
        >>> identities.make_persistent(point, (Point, 1))
        >>> identities[Point, 1] is point
        True
    """

    layer: ClassVar[Layer] = CORE

    def __init__(self) -> None:
        super().__init__()
        self._new: dict[Any, Any] = {}
        self._removed: dict[Any, Any] = {}

    @property
    def new(self) -> list[Any]:
        """The pending instances, in the order of their coming."""
        return list(self._new.values())

    @property
    def deleted(self) -> list[Any]:
        """The deleted instances, in the order of their deletion."""
        return list(self._removed.values())

    @property
    def dirty(self) -> list[Any]:
        """The persistent instances with changes."""
        return [obj for state in self._modified if (obj := state.obj()) is not None]

    def enroll(self, instance: Any) -> None:
        """Take a transient instance in; it is pending then.

        Raises:
            LifeCycleError: it is not transient.
        """
        state = self._state(instance, "transient", "enrolled")
        state.session_id = self._wr
        self._new[state] = instance

    def make_persistent(self, instance: Any, key: Any) -> None:
        """Give an instance its identity; it is persistent then.

        Args:
            instance: a transient, pending or detached instance.
            key: its identity, any hashable value.

        Raises:
            IdentityConflictError: another living instance here has that identity.
            LifeCycleError: it is persistent or deleted already.
        """
        state = self._state(instance, "transient, pending or detached", "made persistent")
        before, state.key = state.key, key
        try:
            self.add(state)
        except BaseException:
            state.key = before
            raise
        self._new.pop(state, None)
        state.session_id = self._wr
        state._deleted = False
        if state.modified:
            state._strong_obj = instance

    def delete(self, instance: Any) -> None:
        """Delete a persistent instance.

        Raises:
            LifeCycleError: it is not persistent.
        """
        state = self._state(instance, "persistent", "deleted")
        self.safe_discard(state)
        state._deleted = True
        self._removed[state] = instance

    def restore(self, instance: Any) -> None:
        """Take a deletion back; the instance is persistent again.

        Raises:
            LifeCycleError: it is not deleted.
        """
        state = self._state(instance, "deleted", "restored")
        self.add(state)
        state._deleted = False
        self._removed.pop(state, None)

    def expunge(self, instance: Any) -> None:
        """Let an instance go: transient if it was pending, else detached.

        Raises:
            LifeCycleError: it belongs to no identity map.
        """
        state = self._state(instance, "pending, persistent or deleted", "expunged")
        self._let_go(state)

    def commit(self) -> None:
        """Take all present values as the committed ones; deleted instances leave.

        Pending instances stay so: only what writes them knows their identity.
        """
        for state in list(self._removed):
            self._let_go(state)
        for state in list(self._modified):
            state._commit_all(state.dict, self)

    def _let_go(self, state: Any) -> None:
        self.safe_discard(state)
        self._new.pop(state, None)
        self._removed.pop(state, None)
        state.session_id = state._strong_obj = None

    def _state(self, instance: Any, needed: str, done: str) -> Any:
        try:
            state = self.layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise self.layer.faults.untracked_instance(instance) from missing
        mine = state.session_id is None or state.identity_map in (self, None)
        if state.life_cycle not in needed or not mine:
            raise self.layer.faults.life_cycle(state, needed, done)
        return state
