"""Instances of a program, in one of the situations that an operation may meet."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from .application import COLLECTIONS, PLAIN, Program, Value

__all__ = ["SITUATIONS", "World"]


class World:
    """Some instances, tied to each other.

    Args:
        program: whose classes they are of.
        situation: one of ``SITUATIONS``.

    Attributes:
        things: the instances; the last one is of the class that guards its accesses.
        identities: an identity map with all of them but the last two.
        present: the plain values that the first of them has then, loaded or ``None``.
        pickled: some of them, as they were before anything was done.
    """

    def __init__(self, program: Program, situation: str) -> None:
        self.program, self.door = program, program.door
        attributes = self.door.attributes
        self.things = [program.Thing(number) for number in range(5)]
        self.things.append(program.Guarded(5))
        self.p, self.q, self.a, self.b, self.c, self.g = self.things
        self.state_of: Callable[[Any], Any] = attributes.instance_state
        program.loads.update(late=Value(7), friend=self.q, lazy=[self.a, self.b])
        self.identities = self.door.identity_map()
        self._populate()
        SITUATIONS[situation](self)
        self.present = {key: vars(self.p).get(key) for key in PLAIN}
        self.pickled = pickle.dumps([self.p, self.a])

    def _populate(self) -> None:
        for owner in (self.p, self.g):
            owner.heard, owner.quiet, owner.active = Value(1), Value(2), 3
            owner.stored, owner.measured = Value(4), Value(5)
        self.p.children = [self.a, self.b]
        self.p.tags = {self.a, self.b}
        self.p.held = {2: self.a, 3: self.b}
        for thing in (self.a, self.b):
            self.p.shelf.put(thing)
        self.p.mate = self.a
        self.g.children.append(self.c)

    def persistent(self) -> None:
        """Commit everything, and put most of it into an identity map."""
        for thing in self.things:
            state = self.state_of(thing)
            state._commit_all(state.dict)
        for thing in self.things[:4]:
            state = self.state_of(thing)
            state.key = (type(thing), (thing.number,), None)
            self.identities.add(state)

    def expired(self) -> None:
        """Expire all that can be."""
        self.persistent()
        for thing in self.things:
            state = self.state_of(thing)
            state._expire(state.dict, set())
        for thing in (self.p, self.q):
            for key in COLLECTIONS:
                self.door.attributes.set_committed_value(thing, key, [])

    def changed(self) -> None:
        """Change most of what there is, and was committed."""
        self.persistent()
        for key in PLAIN:
            setattr(self.p, key, Value(9))
        self.q.children = [self.a]
        self.p.tags.add(self.c)
        self.p.held[4] = self.c
        self.p.shelf.put(self.c)
        self.a.mate = self.b

    def pending(self) -> None:
        """Change collections that are not loaded."""
        self.persistent()
        for owner in (self.p, self.q):
            state = self.state_of(owner)
            passive = self.door.attributes.PASSIVE_NO_FETCH
            impl = state.manager["lazy"].impl
            impl.append(state, state.dict, self.c, None, passive=passive)
            impl.remove(state, state.dict, self.a, None, passive=passive)


SITUATIONS: dict[str, Callable[[World], object]] = {
    "new": lambda world: None,
    "persistent": World.persistent,
    "changed": World.changed,
    "expired": World.expired,
    "pending": World.pending,
}
