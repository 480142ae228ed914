"""What the threads share: classes with attributes, listeners and loaders, and one object."""

from __future__ import annotations

import threading
from typing import Any

from ormolu import events
from ormolu.attributes import register_attribute, set_committed_value
from ormolu.instrumentation import manager_of_class, register_class

__all__ = ["Member", "Owner", "World"]


class _Owner:
    """Has members, and remembers who is told of it."""


class _Member:
    """Belongs to an owner."""


# what is registered for them later is nothing that a type checker sees
Owner: Any = _Owner
Member: Any = _Member

BOTH: dict[str, Any] = {"useobject": True, "trackparent": True}


def _load(state: Any, keys: set[str], passive: Any) -> None:
    for key in keys & {"name", "size"}:
        set_committed_value(state.obj(), key, "loaded")


class World:
    """Classes that all threads use.

    Attributes:
        shared: the one object that all threads write to.
        told: what the steady listener heard, one list for each thread.
        subclasses: those that stay registered, with the keys that each inherits at least.
    """

    def __init__(self) -> None:
        self.told = threading.local()
        self.subclasses: list[tuple[type, frozenset[str]]] = []
        for class_ in (Owner, Member):
            register_class(class_, expired_attribute_loader=_load)
            register_attribute(class_, "name")
            register_attribute(class_, "size")
        register_attribute(Owner, "members", uselist=True, backref="owner", **BOTH)
        register_attribute(Member, "owner", backref="members", **BOTH)
        register_attribute(Owner, "friends", uselist=True, useobject=True, typecallable=set)
        events.listen(Owner.size, "set", self._hear, propagate=True)
        events.listen(Owner, "init", self._hear_init, propagate=True)
        self.shared: Any = Owner()

    def _hear(self, target: Any, value: Any, old: Any, initiator: Any) -> None:
        # what another thread does to the shared object is told that thread alone
        self.told.__dict__.setdefault("sizes", []).append(value)

    def _hear_init(self, target: Any, args: Any, kwargs: Any) -> None:
        self.told.__dict__["inits"] = self.told.__dict__.get("inits", 0) + 1

    def sizes(self) -> list[Any]:
        """Return what this thread was told since it asked last, and forget it."""
        found: list[Any] = self.told.__dict__.pop("sizes", [])
        return found

    def inits(self) -> int:
        """Return how many instances this thread has made since it asked last."""
        found: int = self.told.__dict__.pop("inits", 0)
        return found

    def check(self) -> None:
        """See that of what has been registered meanwhile nothing is lost.

        Raises:
            AssertionError: something is.
        """
        of_base = set(manager_of_class(Owner))
        for class_, keys in self.subclasses:
            manager = manager_of_class(class_)
            missing = (keys | of_base) - set(manager)
            assert not missing, f"{class_} has lost {missing}"
            assert manager._all_key_set == set(manager), "what is derived is stale"
            self.sizes(), self.inits()
            instance: Any = class_()
            instance.size = 5
            assert (self.sizes(), self.inits()) == ([5], 1), f"{class_} has lost its listeners"
        for attribute, event in ((Owner.size, "set"), (Owner.name, "set"), (Owner, "init")):
            dispatch = getattr(attribute, "dispatch", None) or manager_of_class(Owner).dispatch
            left = len(getattr(dispatch, event)) - (attribute is not Owner.name)
            assert left == 0, f"{left} listeners to {attribute} are left"
