"""What is to be done to a graph so that it is as a change set says, decided before anything is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import shown
from ...errors import PatchError
from ..graph_changes.conflicts import Conflict, OnConflict, refuse
from ..graph_changes.making import manager_for
from ..graph_changes.merging import lists_merged, three_way
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import is_same, refs_in, rewritten
from ..instances.adoption import is_reference, manager_of
from ..instances.changes import Change
from ..members.checks import class_named, need_field, need_names
from .names import as_committed, as_of_elsewhere
from .taking_sides import kept_as_here

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["Plan"]


class Plan:
    """What is to be done, decided before anything is.

    Attributes:
        new: the classes and values of the objects to be made, by name.
        assignments: the fields to be assigned, with names in the place of objects.
        deleted: the objects to be deleted.
        revived: the objects that are not to be deleted any more.
        made: the new objects, as far as they were made.
        objects: the objects that are there, by name.
        decided: the conflicts in which a side was taken.
    """

    def __init__(self, workspace: Workspace, on_conflict: OnConflict) -> None:
        self._workspace = workspace
        self._on_conflict = on_conflict if callable(on_conflict) else _need_side(on_conflict)
        self._open: list[Conflict] = []
        self.new: dict[Ref, tuple[type, dict[str, Any]]] = {}
        self.assignments: list[tuple[Any, str, Any]] = []
        self.deleted: list[Any] = []
        self.revived: list[Any] = []
        self.made: list[Any] = []
        self._kept: set[tuple[Ref, str]] = set()
        # what related fields are to hold, as the change set says of them themselves
        self._told: dict[tuple[Ref, str], Any] = {}
        self.objects: dict[Ref, Any] = {}
        self.decided: list[Conflict] = []

    def make(self, changes: Iterable[ObjectChange], origin: str | None) -> None:
        """Decide what is to be done.

        Args:
            changes: what is to be the case afterwards.
            origin: tells the workspace that has counted their objects; ``None`` if that is not
                known.

        Raises:
            ConflictError: there are conflicts in which no side was taken.
            PatchError: there is no class or no field of a name.
        """
        members = self._workspace._members
        if origin is not None and origin != members.origin:
            changes = as_of_elsewhere(changes, members)
        changes = as_committed(changes, members)
        back: list[ObjectChange] = []
        others: list[ObjectChange] = []
        for one in changes:  # all that come back, before any may refer to them
            (back if one.kind == "new" and self._comes_back(one) else others).append(one)
        for one in back:
            self._plan_revived(one)
        there = [one for one in others if one.kind != "new" or not self._is_to_be_made(one)]
        for one in there:
            {"new": self._new, "changed": self._changed, "deleted": self._deleted}[one.kind](one)
        for ref, (_, values) in self.new.items():
            self._open += [one for key in values for one in self._lacking(ref, key, values[key])]
        self._hold_as_told()
        self._take_sides()
        if self._open:
            raise refuse(
                "the change set was not applied, and nothing was changed",
                self._open,
                'take a side with on_conflict="ours" or "theirs", or a function that decides; '
                "what refers to an object that is not there needs that object first",
            )

    def _comes_back(self, one: ObjectChange) -> bool:
        """Return whether an object is there still that was to be deleted."""
        member = self._workspace._members.find(one.ref)
        if member is None or member.status != "deleted":
            return False
        self.revived.append(member.obj)
        self.objects[one.ref] = member.obj
        return True

    def _plan_revived(self, one: ObjectChange) -> None:
        obj = self.objects[one.ref]
        manager = manager_of(obj)
        for key, value in one.new_values.items():
            need_field(manager, key)
            need_names(one.ref, manager[key], value)
            for conflict in self._lacking(one.ref, key, value):
                self._miss(conflict)
            if not is_same(value, self._named(obj, key)):
                self.assignments.append((obj, key, value))

    def _is_to_be_made(self, one: ObjectChange) -> bool:
        class_ = class_named(self._workspace, one.ref.class_name)
        manager = manager_for(class_)
        for key, change in one.fields.items():
            need_field(manager, key)
            need_names(one.ref, manager[key], change.new)
        # a number is that of another object in another workspace
        if one.ref.number is not None or self._find(one.ref) is None:
            self.new[one.ref] = class_, one.new_values
        return one.ref in self.new

    def _new(self, one: ObjectChange) -> None:
        if self._choose(Conflict(one.ref, why="it is new, and is there already")):
            there = self._find(one.ref)
            for key, value in one.new_values.items():
                self._plan_field(one.ref, there, key, Change(self._named(there, key), value))

    def _changed(self, one: ObjectChange) -> None:
        there = self._find(one.ref)
        if there is None:
            self._miss(Conflict(one.ref, why="it is changed, and is not there"))
            return
        manager = manager_of(there)
        for key, change in one.fields.items():
            need_field(manager, key)
            need_names(one.ref, manager[key], change.new)
            self._plan_field(one.ref, there, key, change)

    def _plan_field(self, ref: Ref, obj: Any, key: str, change: Change) -> None:
        def decide(path: str, expected: Any, found: Any, wanted: Any) -> Any:
            conflict = Conflict(ref, key, path, expected, found, wanted)
            if self._choose(conflict):
                return wanted
            self._kept.add((ref, key))
            return found

        present = self._named(obj, key)
        value = _both_hold(manager_of(obj)[key], change, present)
        if value is None:
            value = three_way(change.old, present, change.new, decide)
        lacking = self._lacking(ref, key, value)
        for conflict in lacking:
            self._miss(conflict)
        if manager_of(obj)[key].relates:
            self._told[ref, key] = value
        if not lacking and not is_same(value, present):
            self.assignments.append((obj, key, value))

    def _hold_as_told(self) -> None:
        """Have collections not hold an object that is told to be held by another, or nobody."""
        for at, (obj, key, value) in enumerate(self.assignments):
            attribute = manager_of(obj)[key]
            if attribute.relates and isinstance(value, (list, set)):
                own = self._workspace._describing.ref_of(obj)
                far = attribute.declared.back_populates
                left = [one for one in value if own in _owners(self._told.get((one, far), own))]
                self.assignments[at] = obj, key, type(value)(left)

    def _take_sides(self) -> None:
        """Have others hold an object as they do where its own field stays as it is."""
        if not self._kept:
            return
        for at, (obj, key, value) in enumerate(self.assignments):
            present = self._named(obj, key)
            self.assignments[at] = obj, key, kept_as_here(obj, key, value, present, self._kept)
        for class_, values in self.new.values():
            for key in values:
                values[key] = kept_as_here(class_, key, values[key], None, self._kept)

    def _deleted(self, one: ObjectChange) -> None:
        there = self._find(one.ref)
        if there is None:
            self._choose(Conflict(one.ref, why="it is deleted, and is not there"))
            return
        manager, stays = manager_of(there), False
        for key, (old, _) in one.fields.items():
            need_field(manager, key)
            found = self._named(there, key)
            if not is_same(old, found):
                stays |= not self._choose(Conflict(one.ref, key, "", old, found))
        if not stays:
            self.deleted.append(there)

    def _lacking(self, ref: Ref, key: str, value: Any) -> list[Conflict]:
        """Return a conflict for each object that a value refers to and that is not there."""
        return [
            Conflict(ref, key, why=f"it is to refer to {other}, which is not there")
            for other in refs_in(value)
            if other not in self.new and self._find(other) is None
        ]

    # -- conflicts -------------------------------------------------------------------------

    def _choose(self, conflict: Conflict) -> bool:
        """Return whether the change set is to have its way."""
        choice = self._choice(conflict)
        (self._open if choice == "raise" else self.decided).append(conflict)
        return choice == "theirs"

    def _miss(self, conflict: Conflict) -> None:
        """Note a conflict in which the change set cannot have its way."""
        choice = self._choice(conflict)
        (self.decided if choice == "ours" else self._open).append(conflict)

    def _choice(self, conflict: Conflict) -> str:
        on = self._on_conflict
        return _need_side(on(conflict)) if callable(on) else on

    # -- objects and their names -----------------------------------------------------------

    def _find(self, ref: Ref) -> Any:
        if ref not in self.objects:
            member = self._workspace._members.find(ref)
            there = member is not None and member.status != "deleted"
            self.objects[ref] = member.obj if member is not None and there else None
        return self.objects[ref]

    def _named(self, obj: Any, key: str) -> Any:
        """Return the value of a field with names in the place of objects, noting these."""
        describing = self._workspace._describing

        def name(part: Any) -> Any:
            if not is_reference(part):
                return MISSING
            ref = describing.ref_of(part)
            self.objects[ref] = part
            return ref

        return rewritten(manager_of(obj)[key].storage.get(obj), name)


def _owners(value: Any) -> Any:
    """Return who is held by a related field, that holds one or several."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, set)) else (value,)


def _both_hold(attribute: Any, change: Change, present: Any) -> list[Any] | None:
    """Return what a list holds whose members know it, and that both sides have changed.

    That one has added a member, and the other another, is no more of a conflict than it is at
    the members, each of which has got another owner.
    """
    knows = attribute.relates and attribute.declared.back_populates is not None
    sides = (change.old, present, change.new)
    if not knows or not all(type(side) is list for side in sides):
        return None
    return lists_merged(*sides)


def _need_side(choice: object) -> str:
    """Return the side that is to be taken of a conflict, if it is one.

    Raises:
        PatchError: it is none.
    """
    if choice not in ("raise", "ours", "theirs"):
        raise PatchError(f'on_conflict has to be "raise", "ours" or "theirs", not {shown(choice)}')
    return str(choice)
