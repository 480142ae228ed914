"""Change sets turned round, and two of them made one.

Within a change set an object has one name: the one it had before.  So where a key changes,
names are other ones in what comes after, and in what leads back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..._kernel.sentinels import MISSING
from ...errors import PatchError
from ..instances.changes import Change, Changes
from .conflicts import Conflict, refuse
from .object_change import Kind, ObjectChange
from .refs import Ref
from .values import is_same, rewritten

__all__ = ["inverted", "merged", "renamed", "renamed_in", "together"]

Names = Mapping[Ref, Ref]

_TURNED: dict[Kind, Kind] = {"new": "deleted", "changed": "changed", "deleted": "new"}
_TOGETHER: dict[tuple[Kind, Kind], Kind | None] = {
    ("new", "changed"): "new",
    ("new", "deleted"): None,
    ("changed", "changed"): "changed",
    ("changed", "deleted"): "deleted",
    ("deleted", "new"): "changed",
}


def inverted(changes: Iterable[ObjectChange]) -> list[ObjectChange]:
    """Return the changes that take changes back, the last first.

    Raises:
        PatchError: an object has taken the name of one that was deleted, which would have to
            come back while that is still there.
    """
    changes = list(changes)
    gone = {one.ref for one in changes if one.kind == "deleted"}
    for one in changes:
        if one.becomes in gone:
            raise PatchError(
                f"the change set cannot be inverted, for {one.ref} has become {one.becomes}, "
                "which was deleted; invert what was done in two change sets, the later first"
            )
    names = {one.ref: one.becomes for one in changes if one.becomes is not None}
    return [_turned(one, names) for one in reversed(changes)]


def _turned(one: ObjectChange, names: Names) -> ObjectChange:
    fields = {key: Change(new, old) for key, (old, new) in one.fields.items()}
    becomes = None if one.becomes is None else one.ref
    return ObjectChange(one.ref_after, _TURNED[one.kind], renamed_in(fields, names), becomes)


def merged(change_sets: Iterable[Iterable[ObjectChange]]) -> list[ObjectChange]:
    """Return the changes that do what several do one after the other.

    Raises:
        ConflictError: one of them does not begin where the ones before it end.
        PatchError: a new object has the name that another one had before.
    """
    found: dict[Ref, ObjectChange | None] = {}
    names: dict[Ref, Ref] = {}
    for changes in change_sets:
        done = [_as_before(one, names) for one in changes]
        _refuse_conflicts(found, done)
        for later in done:
            earlier = found.get(later.ref)
            found[later.ref] = now = later if earlier is None else together(earlier, later)
            _rename(names, earlier, now)
    settled = _settled([one for one in found.values() if one is not None])
    _refuse_twins(settled)
    return settled


def _refuse_conflicts(found: Mapping[Ref, ObjectChange | None], done: list[ObjectChange]) -> None:
    conflicts: list[Conflict] = []
    for later in done:
        earlier = found.get(later.ref)
        if earlier is not None:
            conflicts += _conflicts(earlier, later)
    if conflicts:
        raise refuse(
            "the change sets were not merged",
            conflicts,
            "each has to begin where the one before ends: merge in the order in which they were "
            "made, with none left out; where one object has taken the name of another, apply "
            "them one after the other",
        )


def _refuse_twins(changes: list[ObjectChange]) -> None:
    seen: set[Ref] = set()
    for one in changes:
        if one.ref in seen:
            raise PatchError(
                f"the change sets cannot be one, for {one.ref} is one object before and another "
                "one afterwards; apply them one after the other"
            )
        seen.add(one.ref)


def _rename(names: dict[Ref, Ref], earlier: ObjectChange | None, now: ObjectChange | None) -> None:
    """Have an object be known by the name that it has now, in place of the one it had."""
    if earlier is not None and names.get(earlier.ref_after) == earlier.ref:
        del names[earlier.ref_after]  # another object may have taken it since
    if now is not None and now.becomes is not None:
        names[now.becomes] = now.ref


def _as_before(one: ObjectChange, names: Names) -> ObjectChange:
    """Return a change under the name that its object had before an earlier change set."""
    ref = names.get(one.ref, one.ref)
    becomes = None if one.ref_after == ref or one.kind == "new" else one.ref_after
    return ObjectChange(ref, one.kind, renamed_in(one.fields, names), becomes)


def _settled(changes: list[ObjectChange]) -> list[ObjectChange]:
    """Give new objects whose keys have changed since the names that they have now."""
    names = {one.ref: one.becomes for one in changes if one.kind == "new" and one.becomes}
    return renamed(changes, names) if names else changes


def renamed(changes: Iterable[ObjectChange], names: Names) -> list[ObjectChange]:
    """Return changes in which new objects have other names."""
    return [
        ObjectChange(
            names.get(one.ref, one.ref),
            one.kind,
            renamed_in(one.fields, names),
            None if one.ref in names else one.becomes,
        )
        for one in changes
    ]


def renamed_in(fields: Mapping[str, Change], names: Names) -> Changes:
    """Return changes of fields in whose values objects have other names.

    Args:
        fields: the changes, by the names of the fields.
        names: the other names, by those that objects have there.
    """

    def replace(part: Any) -> Any:
        return names.get(part, part) if isinstance(part, Ref) else MISSING

    if not names:
        return Changes(fields)
    return Changes(
        {
            key: Change(rewritten(old, replace), rewritten(new, replace))
            for key, (old, new) in fields.items()
        }
    )


def _conflicts(earlier: ObjectChange, later: ObjectChange) -> list[Conflict]:
    """Return where a change does not begin as the one before it ends."""
    ref = later.ref
    if (earlier.kind, later.kind) not in _TOGETHER:
        return [Conflict(ref, why=f"it is {later.kind} after it was {earlier.kind}")]
    return [
        Conflict(ref, key, expected=old, found=earlier.fields[key].new, wanted=new)
        for key, (old, new) in later.fields.items()
        if key in earlier.fields and not is_same(earlier.fields[key].new, old)
    ]


def together(earlier: ObjectChange, later: ObjectChange) -> ObjectChange | None:
    """Return the change that does what two changes of one object do, or ``None``."""
    kind = _TOGETHER.get((earlier.kind, later.kind))
    fields = dict(earlier.fields)
    for key, (old, new) in later.fields.items():
        fields[key] = Change(fields[key].old if key in fields else old, new)
    changed = {key: change for key, change in fields.items() if not is_same(*change)}
    if kind is None or (kind == "changed" and not changed):
        return None
    becomes = later.ref_after if kind != "deleted" and later.ref_after != earlier.ref else None
    return ObjectChange(earlier.ref, kind, Changes(changed), becomes)
