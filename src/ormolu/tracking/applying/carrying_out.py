"""Doing to a graph what a change set says: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...containers.belonging import given_out
from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..graph_changes.conflicts import Conflict, OnConflict
from ..graph_changes.making import Assignment, allocate, assign_all, fill, relate
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import is_same, refs_in, rewritten
from ..instances.adoption import manager_of
from ..listening.batches import batch, leave_out
from ..members.holding import need_workspace
from .plan import Plan

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["apply"]


def apply(
    changes: Iterable[ObjectChange],
    origin: str | None,
    workspace: Workspace,
    on_conflict: OnConflict,
) -> tuple[Conflict, ...]:
    """Do to the objects of a workspace what changes say; see :meth:`ChangeSet.apply`."""
    need_workspace(workspace)
    workspace._reach(strict=False)  # as who made the changes did
    plan = Plan(workspace, on_conflict)
    plan.make(changes, origin)
    with batch():  # listeners are told when all is done
        try:
            with workspace.checkpoint():
                _carry_out(plan, workspace)
                if any(key == workspace._members.keys.attribute for _, key, _ in plan.assignments):
                    workspace._describing.refuse_twins(workspace._members.unsettled())
        except BaseException:
            leave_out(plan.made)  # nobody has ever heard of them
            raise
    return tuple(plan.decided)


def _carry_out(plan: Plan, workspace: Workspace) -> None:
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
    plan: Plan, workspace: Workspace, objects: dict[Ref, Any], resolved: Any
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
