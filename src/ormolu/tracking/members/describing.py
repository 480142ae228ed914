"""What changed in the objects of a workspace, in names and copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an
from ...errors import IdentityConflictError, WorkspaceError
from ..graph_changes.composing import together
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import is_same, rewritten
from ..instances import held
from ..instances.adoption import is_reference
from ..instances.changes import Change, Changes, change_of, changes_of
from ..targets import need_manager
from .backup import is_untouched
from .members import Member, Members

__all__ = ["Describing", "changed_fields", "is_dirty", "original_values", "present_values"]


def changed_fields(obj: Any) -> Changes:
    """Return the changes of an object, as they are recorded."""
    return Changes() if is_untouched(obj) else changes_of(held.find(obj), obj)


def is_dirty(obj: Any) -> bool:
    """Return whether an object has changed."""
    if is_untouched(obj):
        return False
    state = held.find(obj)
    return any(change_of(state, obj, key) is not None for key in state.recorded())


def present_values(obj: Any) -> dict[str, Any]:
    """Return the values of the fields of an object, by name."""
    values = {key: one.storage.get(obj) for key, one in need_manager(obj).items()}
    return {key: value for key, value in values.items() if value is not MISSING}


def original_values(obj: Any) -> dict[str, Any]:
    """Return what the values were when the object was made or committed last."""
    values = present_values(obj)
    if is_untouched(obj):
        return values
    state = held.find(obj)
    for key in state.recorded():
        values[key] = state.manager[key].old(state, obj, 0)
    return {key: value for key, value in values.items() if value is not MISSING}


class Describing:
    """Makes descriptions of changes: copies, with names in the place of objects.

    Args:
        members: the objects, and their names.
    """

    __slots__ = ("_members",)

    def __init__(self, members: Members) -> None:
        self._members = members

    def changes(self, members: Iterable[Member]) -> Iterator[ObjectChange]:
        """Yield what changed in each of some objects, in their order.

        Raises:
            IdentityConflictError: two objects have the same name.
        """
        members = list(members)
        self.refuse_twins(members)
        found: dict[Ref, ObjectChange] = {}
        for member in members:
            change = self._change(member)
            if change is not None:
                # one may be deleted, and another be there under its name
                before = found.pop(change.ref, None)
                both = change if before is None else _in_turn(before, change)
                if both is not None:
                    found[change.ref] = both
        yield from found.values()

    def refuse_twins(self, members: Iterable[Member]) -> None:
        """Refuse to have one of several objects go by a name that another goes by now.

        Args:
            members: the objects whose names may be other ones than they were.

        Raises:
            IdentityConflictError: there are two.
        """
        taken: dict[Ref, Any] = {}
        for member in members:
            if member.status != "deleted":
                ref = self._members.ref_now(member)
                twin = taken.setdefault(ref, member.obj)
                self._refuse_twin(ref, member, is_there=twin is not member.obj)

    def _refuse_twin(self, ref: Ref, member: Member, *, is_there: bool) -> None:
        known = self._members.known_as(ref)
        if known is not None and known.status == "known" and known.obj is not member.obj:
            now = self._members.ref_now(known)
            is_there |= now == ref
            if now != ref and member.status == "new":
                raise IdentityConflictError(
                    f"a new object has taken the key of one that is {ref} until the next commit, "
                    f"and then {now}; commit or settle() that one first",
                    class_=type(member.obj),
                )
        if is_there:
            raise IdentityConflictError(
                f"two objects of the workspace are {ref}; give one another key, or discard() it",
                class_=type(member.obj),
            )

    def _change(self, member: Member) -> ObjectChange | None:
        obj, ref = member.obj, self._members.ref(member)
        if member.status == "new":
            return ObjectChange(ref, "new", self._all(ref, MISSING, present_values(obj)))
        if member.status == "deleted":
            return ObjectChange(ref, "deleted", self._all(ref, original_values(obj), MISSING))
        fields = changed_fields(obj)
        if not fields:
            return None
        now = self._members.ref_now(member)
        named = {key: Change(*self._named_all(ref, key, change)) for key, change in fields.items()}
        # another object may have taken the place of one, and its name
        other = {key: change for key, change in named.items() if not is_same(*change)}
        if not other and now == ref:
            return None
        return ObjectChange(ref, "changed", Changes(other), None if now == ref else now)

    def _all(self, ref: Ref, old: Any, new: Any) -> Changes:
        keys = new if old is MISSING else old
        found = {}
        for key in keys:
            sides = [side if side is MISSING else side[key] for side in (old, new)]
            found[key] = Change(*self._named_all(ref, key, sides))
        return Changes(found)

    def _named_all(self, ref: Ref, key: str, values: Any) -> list[Any]:
        try:
            return [self.named(value) for value in values]
        except WorkspaceError as error:
            raise type(error)(f"{ref}, {key}: {error}", class_=error.class_, key=key) from error

    def named(self, value: Any) -> Any:
        """Return a copy of a value with names in the place of objects.

        Raises:
            WorkspaceError: it refers to an object that has no name here.
        """
        return rewritten(value, self._name)

    def _name(self, part: Any) -> Any:
        return self.ref_of(part) if is_reference(part) else MISSING

    def ref_of(self, obj: Any) -> Ref:
        """Return the name of an object that need not be held, if only it has a key.

        Raises:
            WorkspaceError: it has none.
        """
        member = self._members.of(obj) or self._members.let_go_of(obj)
        if member is not None:
            return member.ref or self._members.ref_now(member)
        keys = self._members.keys
        key = keys.key_of(obj)
        if key is None:
            raise WorkspaceError(
                f"it refers to {an(type(obj).__qualname__)} that is not in the workspace and has "
                "no key; add() that as well, or attach() it if it is kept somewhere already",
                class_=type(obj),
            )
        return Ref(keys.learn(type(obj)), key)


def _in_turn(one: ObjectChange, other: ObjectChange) -> ObjectChange | None:
    deleted, new = (one, other) if one.kind == "deleted" else (other, one)
    return together(deleted, new)
