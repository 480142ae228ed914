"""Random transactions: instances made, changed, moved and deleted, and what that comes to."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from sqlalchemy.orm import Session

from sqlalchemy import select

from .model import TAGS, Base, Box, Item, Ledger, Tag
from .truth import Contents, changes_between

__all__ = ["Draft"]

_ENOUGH = 40

Step = Callable[["Draft"], None]
_STEPS: list[Step] = []


def _step(function: Step) -> Step:
    _STEPS.append(function)
    return function


class Draft:
    """One transaction: what it does to instances, and to a plain copy of the contents.

    Args:
        key: its id, for the ledger.
        session: where it is done.
        contents: what the database holds before.
        chance: chooses.

    Attributes:
        before: what it held when this began.
        after: what the database has to hold if it is committed.
        made: the instances that were made.
        deleted: the instances that were deleted.
    """

    def __init__(
        self, key: str, session: Session, contents: Contents, chance: random.Random
    ) -> None:
        self.key = key
        self.session = session
        self.chance = chance
        self.before = deepcopy(contents)
        self.after = deepcopy(contents)
        self.made: list[Base] = []
        self.deleted: list[Base] = []
        self._count = 0

    def work(self) -> None:
        """Do some random steps, and leave the last of them to be flushed by the commit."""
        self.make(Ledger, id=self.key)
        for step in self.chance.choices(_STEPS, k=self.chance.randrange(1, 7)):
            step(self)
            if self.chance.random() < 0.2:
                self.session.flush()

    def changes(self) -> Contents:
        """Return what will be different in the database."""
        return changes_between(self.before, self.after)

    def find(self, class_: Any, label: str) -> Any:
        """Load an instance; what is pending is flushed before."""
        return self.session.scalars(select(class_).filter_by(label=label)).one()

    def make(self, class_: Any, **values: Any) -> Any:
        """Make an instance."""
        made = class_(**values)
        self.session.add(made)
        self.made.append(made)
        return made

    def delete(self, instance: Base) -> None:
        """Delete an instance."""
        self.session.delete(instance)
        self.deleted.append(instance)

    def label(self, table: str) -> str | None:
        """Choose a row, if there is one."""
        labels = sorted(self.after[table])
        return self.chance.choice(labels) if labels else None

    def new_label(self) -> str:
        """Return a label that no other row has."""
        self._count += 1
        return f"{self.key}.{self._count}"


@_step
def add_box(draft: Draft) -> None:
    """Make a box, perhaps with an item that was elsewhere."""
    if len(draft.after["box"]) > _ENOUGH / 4:
        return delete_box(draft)
    label, size = draft.new_label(), draft.chance.randrange(100)
    box = draft.make(Box, label=label, size=size)
    draft.after["box"][label] = size
    moved = draft.label("item")
    if moved:
        box.items.append(draft.find(Item, moved))
        draft.after["item"][moved][1] = label
    return None


@_step
def add_item(draft: Draft) -> None:
    """Make an item, perhaps by appending it to a box."""
    if len(draft.after["item"]) > _ENOUGH:
        return delete_item(draft)
    label, weight, box = draft.new_label(), draft.chance.randrange(100), draft.label("box")
    draft.after["item"][label] = [weight, box, []]
    holder = draft.find(Box, box) if box else None
    draft.make(Item, label=label, weight=weight, box=holder)
    return None


@_step
def resize_box(draft: Draft) -> None:
    """Change a plain value."""
    label = draft.label("box")
    if label:
        draft.find(Box, label).size += 1
        draft.after["box"][label] += 1


@_step
def change_item(draft: Draft) -> None:
    """Change a value of a row with a version."""
    label = draft.label("item")
    if label:
        weight = draft.chance.randrange(100)
        draft.find(Item, label).weight = weight
        draft.after["item"][label][0] = weight


@_step
def move_item(draft: Draft) -> None:
    """Move an item by its own side of the relationship."""
    label, box = draft.label("item"), draft.label("box")
    if label:
        item = draft.find(Item, label)
        item.box = draft.find(Box, box) if box else None
        draft.after["item"][label][1] = box


@_step
def take_out(draft: Draft) -> None:
    """Empty a box by the other side of the relationship."""
    label = draft.label("box")
    if label:
        box = draft.find(Box, label)
        for item in list(box.items):
            box.items.remove(item)
            draft.after["item"][item.label][1] = None


@_step
def retag(draft: Draft) -> None:
    """Put a tag on an item, or take it off, on either side of many-to-many."""
    label, tag = draft.label("item"), draft.chance.choice(TAGS)
    if not label:
        return
    item, found = draft.find(Item, label), draft.find(Tag, tag)
    tags = draft.after["item"][label][2]
    if tag in tags:
        item.tags.remove(found)
        tags.remove(tag)
    else:
        found.items.add(item)
        tags.append(tag)
        tags.sort()


@_step
def delete_item(draft: Draft) -> None:
    """Delete an item, with its tags."""
    label = draft.label("item")
    if label:
        item = draft.find(Item, label)
        item.box = None  # a collection that is loaded would keep it
        draft.delete(item)
        del draft.after["item"][label]
        draft.session.flush()


def delete_box(draft: Draft) -> None:
    """Delete a box; its items stay, in none."""
    label = draft.label("box")
    if label:
        box = draft.find(Box, label)
        for item in box.items:
            draft.after["item"][item.label][1] = None
        draft.delete(box)
        del draft.after["box"][label]
        draft.session.flush()
