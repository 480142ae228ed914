"""New objects, by the names that they have now: nobody has committed one, so a name may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..graph_changes.refs import Ref
from .keys import Keys

if TYPE_CHECKING:
    from .members import Member

__all__ = ["NewObjects"]


class NewObjects:
    """The new objects of a workspace.

    Where one was found last is looked first.  For a name that is not there all keys have to be
    compared: they may have been assigned, rolled back or changed past everybody since.

    Args:
        keys: knows keys and names of classes.
    """

    __slots__ = ("_by_number", "_by_ref", "_keys", "_members", "_refs")

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.clear()

    def clear(self) -> None:
        """Forget all objects."""
        self._members: dict[int, Member] = {}
        self._by_number: dict[int, Member] = {}
        self._by_ref: dict[Ref, Member] = {}
        self._refs: dict[int, Ref] = {}

    def put(self, member: Member) -> None:
        """Have a new object be there, whatever its name is."""
        self._members[id(member.obj)] = self._by_number[member.number] = member

    def name(self, member: Member, ref: Ref) -> None:
        """Know that a new object has that name now."""
        self._forget_name(member)
        self._by_ref[ref] = member
        self._refs[id(member.obj)] = ref

    def drop(self, obj: Any) -> None:
        """Forget an object, which may not be there at all."""
        member = self._members.pop(id(obj), None)
        if member is not None:
            self._by_number.pop(member.number, None)
            self._forget_name(member)

    def _forget_name(self, member: Member) -> None:
        ref = self._refs.pop(id(member.obj), None)
        if ref is not None and self._by_ref.get(ref) is member:
            del self._by_ref[ref]

    def find(self, ref: Ref) -> Member | None:
        """Return the object that has a name now, or ``None``."""
        named = self._by_ref.get(ref)
        if ref.number is not None:
            named = self._by_number.get(ref.number)
        if named is not None and self._has(named, ref):
            return named
        for one in self._alike(ref) if ref.number is None else ():
            if self._has(one, ref):
                self.name(one, ref)
                return one
        return None

    def _alike(self, ref: Ref) -> list[Member]:
        """Return those of the class whose key may be that of a name."""
        name, key, attribute = ref.class_name, ref.key, self._keys.attribute
        found = [one for one in self._members.values() if type(one.obj).__name__ == name]
        if attribute is None:
            return found
        return [one for one in found if getattr(one.obj, attribute, None) == key]

    def _has(self, member: Member, ref: Ref) -> bool:
        return self._keys.ref_of(member.obj, member.number) == ref
