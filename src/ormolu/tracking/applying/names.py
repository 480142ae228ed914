"""The names of objects in changes that are to be applied, as the workspace knows the objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from ..graph_changes.composing import renamed_in
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import refs_in
from ..instances.changes import Change
from ..members.members import Member, Members

__all__ = ["as_committed", "as_of_elsewhere"]

Names = Mapping[Ref, Ref]


def as_of_elsewhere(changes: Iterable[ObjectChange], members: Members) -> list[ObjectChange]:
    """Return changes that another workspace has counted the objects of, with names of their own.

    An object without a key is named by its number, and so is another one here.  A new one gets
    a number that none has here; so does one that is changed or deleted, which nothing tells
    from others.  Where objects have no keys at all, numbers are all there is: they say which
    object is meant, if all were attached in the same order.

    Args:
        changes: the changes.
        members: the objects that are here.
    """
    changes = list(changes)
    named = [one.ref for one in changes if one.kind == "new" or members.keys.are_there]
    if members.keys.are_there:
        named += [
            ref for one in changes for change in one.fields.values() for ref in _refs(change)
        ]
    names = {
        ref: Ref(ref.class_name, number=-ref.number) for ref in named if ref.number is not None
    }
    return [_renamed(one, names, names.get(one.ref, one.ref)) for one in changes]


def _refs(change: Change) -> Iterable[Ref]:
    return (*refs_in(change.old), *refs_in(change.new))


def as_committed(changes: Iterable[ObjectChange], members: Members) -> list[ObjectChange]:
    """Return changes with the names by which objects were committed.

    The inverse of changes that are not committed yet has the names of now.

    Args:
        changes: the changes.
        members: the objects.
    """
    changes = list(changes)
    others = {
        members.ref_now(one): one
        for one in members.touched()
        if one.status == "known" and one.ref != members.ref_now(one)
    }
    # a name that another object was committed by means that one, unless the key says otherwise
    taken = {now for now in others if members.find(now) is not None}
    if taken and not any(_means_now(one, others, members) for one in changes):
        others = {now: one for now, one in others.items() if now not in taken}
    names = {now: one.ref for now, one in others.items() if one.ref is not None}
    return [
        _renamed(one, names, one.ref if one.kind == "new" else names.get(one.ref, one.ref))
        for one in changes
    ]


def _means_now(change: ObjectChange, others: Mapping[Ref, Member], members: Members) -> bool:
    """Return whether a change takes from an object the key that it has now, and no other has."""
    key = members.keys.attribute
    there = members.find(change.ref)
    if change.ref not in others or there is None or key is None or key not in change.fields:
        return False
    expected = change.fields[key].old
    return bool(
        members.keys.key_of(others[change.ref].obj) == expected
        and members.keys.key_of(there.obj) != expected
    )


def _renamed(change: ObjectChange, names: Names, ref: Ref) -> ObjectChange:
    """Return a change of an object of that name, in whose values objects have other names."""
    return dataclasses.replace(change, ref=ref, fields=renamed_in(change.fields, names))
