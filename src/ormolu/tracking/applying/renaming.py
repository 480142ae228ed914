"""Objects that have got another name since they were committed, in the changes to apply."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from ..._kernel.sentinels import MISSING
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import rewritten
from ..instances.changes import Change, Changes
from ..members.members import Members

__all__ = ["as_committed"]


def as_committed(changes: Iterable[ObjectChange], members: Members) -> list[ObjectChange]:
    """Return changes with the names by which objects were committed.

    The inverse of changes that are not committed yet has the names of now.  One that another
    object was committed by is left alone: it may mean either.

    Args:
        changes: the changes.
        members: the objects.
    """
    renamed = dict(_renamed(members))
    return [_renamed_in(one, renamed) if renamed else one for one in changes]


def _renamed(members: Members) -> Iterable[tuple[Ref, Ref]]:
    """Yield the name of now and the one before of each object that has another."""
    for one in members.touched():
        if one.status == "known" and one.ref is not None:
            now = members.ref_now(one)
            if now != one.ref and members.find(now) is None:
                yield now, one.ref


def _renamed_in(change: ObjectChange, renamed: dict[Ref, Ref]) -> ObjectChange:
    if change.kind == "new":
        return change

    def name(part: Any) -> Any:
        return renamed.get(part, MISSING) if isinstance(part, Ref) else MISSING

    fields = {
        key: Change(rewritten(old, name), rewritten(new, name))
        for key, (old, new) in change.fields.items()
    }
    ref = renamed.get(change.ref, change.ref)
    return dataclasses.replace(change, ref=ref, fields=Changes(fields))
