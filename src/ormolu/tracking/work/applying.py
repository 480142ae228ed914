"""Doing to a graph what a change set says: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...containers.belonging import given_out
from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..adoption import is_reference, manager_of
from ..changes import Change
from ..listening.batches import batch, leave_out
from .checks import class_named, need_field, need_names
from .conflicts import Conflict, OnConflict, refuse
from .holding import need_workspace
from .making import Assignment, allocate, assign_all, fill, manager_for, relate
from .merging import three_way
from .object_change import ObjectChange
from .refs import Ref
from .renaming import as_committed
from .siding import kept_as_here
from .values import is_same, refs_in, rewritten

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["apply"]


def apply(
    changes: Iterable[ObjectChange], workspace: Workspace, on_conflict: OnConflict
) -> tuple[Conflict, ...]:
    """Do to the objects of a workspace what changes say; see :meth:`ChangeSet.apply`."""
    need_workspace(workspace)
    workspace._reach(strict=False)  # as who made the changes did
    plan = _Plan(workspace, on_conflict)
    plan.make(changes)
    with batch():  # listeners are told when all is done
        try:
            with workspace.checkpoint():
                _carry_out(plan, workspace)
                if any(key == workspace._members.keys.attribute for _, key, _ in plan.assignments):
                    workspace._describing.refuse_twins(workspace._members)
        except BaseException:
            leave_out(plan.made)  # nobody has ever heard of them
            raise
    return tuple(plan.decided)


class _Plan:
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
        self._on_conflict = on_conflict
        self._open: list[Conflict] = []
        self.new: dict[Ref, tuple[type, dict[str, Any]]] = {}
        self.assignments: list[tuple[Any, str, Any]] = []
        self.deleted: list[Any] = []
        self.revived: list[Any] = []
        self.made: list[Any] = []
        self._kept: set[tuple[Ref, str]] = set()
        self.objects: dict[Ref, Any] = {}
        self.decided: list[Conflict] = []

    def make(self, changes: Iterable[ObjectChange]) -> None:
        """Decide what is to be done.

        Raises:
            ConflictError: there are conflicts in which no side was taken.
            PatchError: there is no class or no field of a name.
        """
        changes = as_committed(changes, self._workspace._members)
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
        value = three_way(change.old, present, change.new, decide)
        lacking = self._lacking(ref, key, value)
        for conflict in lacking:
            self._miss(conflict)
        if not lacking and not is_same(value, present):
            self.assignments.append((obj, key, value))

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
        choice = on(conflict) if callable(on) else on
        if choice not in ("raise", "ours", "theirs"):
            raise PatchError(
                f'on_conflict has to be "raise", "ours" or "theirs", not {shown(choice)}'
            )
        return choice

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


def _carry_out(plan: _Plan, workspace: Workspace) -> None:
    objects = {ref: obj for ref, obj in plan.objects.items() if obj is not None}

    def resolved(value: Any) -> Any:
        return rewritten(value, lambda part: objects[part] if isinstance(part, Ref) else MISSING)

    workspace.add(*plan.revived)
    later = _make_new(plan, workspace, objects, resolved)
    workspace.add(*(objects[ref] for ref in plan.new))
    assignments: list[Assignment] = [
        (obj, key, partial(resolved, value)) for obj, key, value in plan.assignments
    ]
    assign_all([*later, *assignments])
    # the other side of a relationship may have changed one since, or its order
    related: list[Assignment] = [
        (objects[ref], key, partial(resolved, value))
        for ref, (_, values) in plan.new.items()
        for key, value in values.items()
        if manager_of(objects[ref])[key].relates
    ]
    for group in related, assignments:
        assign_all([one for one in group if not _is_done(*one)])
    workspace.delete(*plan.deleted)


def _is_done(obj: Any, key: str, value: Any) -> bool:
    return is_same(given_out(manager_of(obj)[key].storage.get(obj)), value())


def _make_new(
    plan: _Plan, workspace: Workspace, objects: dict[Ref, Any], resolved: Any
) -> list[Assignment]:
    """Make new objects; return what has yet to be assigned, as it refers to later ones."""
    make = workspace._make
    if make is None:
        for ref, (class_, _) in plan.new.items():
            objects[ref] = allocate(class_)
            plan.made.append(objects[ref])
        for ref, (_, values) in plan.new.items():
            fill(objects[ref], _resolved(objects[ref], values, resolved, related=False))
        for ref, (_, values) in plan.new.items():
            relate(objects[ref], _resolved(objects[ref], values, resolved, related=True))
        return []
    later: list[Assignment] = []
    for ref, (class_, values) in plan.new.items():
        now = {key: value for key, value in values.items() if _has_all(value, objects)}
        objects[ref] = obj = make(class_, {key: resolved(value) for key, value in now.items()})
        plan.made.append(obj)
        if type(obj) is not class_:
            name = an(class_.__qualname__)
            raise PatchError(
                f"Workspace(make=...) was to make {name}, and made {shown(obj)}",
                class_=class_,
            )
        later += [
            (obj, key, partial(resolved, value)) for key, value in values.items() if key not in now
        ]
    return later


def _resolved(obj: Any, values: dict[str, Any], resolved: Any, *, related: bool) -> dict[str, Any]:
    """The values of the related fields of an object, or of the others, with what they name."""
    manager = manager_of(obj)
    return {
        key: resolved(value)
        for key, value in values.items()
        if bool(manager[key].relates) is related
    }


def _has_all(value: Any, objects: dict[Ref, Any]) -> bool:
    return all(ref in objects for ref in refs_in(value))
