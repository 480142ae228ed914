"""Edits of many objects that can be taken back and done again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..._kernel.sentinels import MISSING
from ..fields.recording import look, record, state_for
from ..graph_changes.values import is_same
from ..instances.adoption import is_reference, manager_of
from ..relationships.collections import recorded
from ..values.leaves import are_others
from ..values.snapshots import Snapshot, take

__all__ = ["Edit", "Moment", "ObjectEdit", "moment_of"]


class Moment(NamedTuple):
    """What a field was at one time.

    Attributes:
        value: the object.
        snapshot: what it was made of, if it may be changed in place.
    """

    value: Any
    snapshot: Snapshot | None

    def is_now(self, value: Any) -> bool:
        """Return whether a field that has that value is as it was."""
        if are_others(self.value, value):
            return False
        if self.snapshot is not None:
            return value is not MISSING and self.snapshot.matches(value)
        return is_same(self.value, value)

    def thawed(self) -> Any:
        """Return what it was, whatever has been changed in it since."""
        return self.value if self.snapshot is None else self.snapshot.thaw()

    def come_back(self, attribute: Any, obj: Any) -> None:
        """Have a field be what it was, and have that be recorded as a change."""
        present = attribute.storage.get(obj)
        if present is not MISSING:
            look(attribute, obj, present)
        value = self.value if self.snapshot is None else self.snapshot.restore(self.value)
        if value is not present:
            manager = manager_of(obj)
            old = recorded(present) if attribute.relates and attribute.is_many else present
            record(manager, attribute, state_for(manager, obj), obj, old)
        if value is not present or self.snapshot is not None:
            attribute.storage.put(obj, value)  # also the same one: for what is new within it


def moment_of(value: Any) -> Moment:
    """Return what a field is that has that value."""
    return Moment(value, None if value is MISSING else take(value, is_reference))


class ObjectEdit:
    """How one object was and is.

    Attributes:
        obj: the object.
        fields: what fields were before, and after, by name.
        marks: which fields the object said were set before, and after.
        presence: whether the object was part of the graph before, and is.
    """

    __slots__ = ("fields", "marks", "obj", "presence")

    def __init__(
        self,
        obj: Any,
        fields: dict[str, tuple[Moment, Moment]],
        marks: tuple[Any, Any],
        presence: tuple[bool, bool],
    ) -> None:
        self.obj = obj
        self.fields = fields
        self.marks = marks
        self.presence = presence

    def __bool__(self) -> bool:
        return bool(self.fields) or self.presence[0] is not self.presence[1]

    def then(self, later: ObjectEdit) -> ObjectEdit:
        """Return the edit that does what two do one after the other."""
        fields = dict(self.fields)
        for key, (before, after) in later.fields.items():
            fields[key] = (fields[key][0] if key in fields else before, after)
        return ObjectEdit(
            self.obj,
            {key: both for key, both in fields.items() if not both[0].is_now(both[1].value)},
            (self.marks[0], later.marks[1]),
            (self.presence[0], later.presence[1]),
        )

    def tell(self, side: int) -> None:
        """Tell who listens that the fields are as before again, or as after."""
        manager = manager_of(self.obj)
        if manager.tell is not None and self.fields:
            were = {manager[key]: both[1 - side].thawed() for key, both in self.fields.items()}
            manager.tell(self.obj, were, "redone" if side else "undone")

    def put(self, side: int) -> None:
        """Have the fields be as before, or as after."""
        manager = manager_of(self.obj)
        for key, moments in self.fields.items():
            moments[side].come_back(manager[key], self.obj)
        manager.mark(self.obj, self.marks[side])


class Edit:
    """What was done to several objects.

    Args:
        objects: how each was and is.
    """

    __slots__ = ("objects",)

    def __init__(self, objects: list[ObjectEdit]) -> None:
        self.objects = {id(one.obj): one for one in objects if one}

    def __bool__(self) -> bool:
        return bool(self.objects)

    def places(self) -> set[tuple[int, str]]:
        """Return which fields of which objects were changed."""
        return {(id_, key) for id_, one in self.objects.items() for key in one.fields}

    def appearances(self, side: int) -> Iterator[tuple[Any, bool]]:
        """Yield objects that came or went, and whether they were there, or are."""
        for one in self.objects.values():
            if one.presence[0] is not one.presence[1]:
                yield one.obj, one.presence[side]

    def then(self, later: Edit) -> Edit:
        """Return the edit that does what two do one after the other."""
        objects = dict(self.objects)
        for id_, one in later.objects.items():
            objects[id_] = objects[id_].then(one) if id_ in objects else one
        return Edit(list(objects.values()))

    def touched(self) -> list[tuple[Any, Any]]:
        """Return the objects, each with the names of its fields that were changed."""
        return [(one.obj, one.fields) for one in self.objects.values()]

    def tell(self, side: int) -> None:
        """Tell who listens that all fields are as before (0), or as after (1)."""
        for one in self.objects.values():
            one.tell(side)

    def put(self, side: int) -> None:
        """Have all fields be as before (0), or as after (1)."""
        for one in self.objects.values():
            one.put(side)
