"""New objects, by the names that they have now: nobody has committed one, so a name may change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..graph_changes.refs import Ref
from ..instances import held
from ..instances.adoption import manager_of
from .keys import Keys

if TYPE_CHECKING:
    from .members import Member

__all__ = ["NewObjects"]


class NewObjects:
    """The new objects of a workspace, each found by its name without looking at all of them.

    The name that an object had when it came is kept.  It has that still, unless its key was
    assigned since: only those of which something is recorded are looked at one by one, and
    those whose key is no field, so that nothing is recorded of it.

    Args:
        keys: knows keys and names of classes.
    """

    __slots__ = ("_by_ref", "_keys", "_members", "_refs", "_unsure")

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.clear()

    def clear(self) -> None:
        """Forget all objects."""
        self._members: dict[int, Member] = {}
        self._by_ref: dict[Ref, Member] = {}
        self._refs: dict[int, Ref] = {}
        self._unsure: dict[int, Member] = {}

    def put(self, member: Member) -> None:
        """Have a new object be there, whatever its name is."""
        self._members[id(member.obj)] = self._unsure[id(member.obj)] = member

    def name(self, member: Member, ref: Ref) -> None:
        """Know that a new object has that name now."""
        named = self._by_ref.get(ref)
        is_free = named is None or not self._has(named, ref)
        if is_free and self._keys.attribute in manager_of(member.obj):
            self._by_ref[ref] = member
            self._refs[id(member.obj)] = ref
            self._unsure.pop(id(member.obj), None)

    def drop(self, obj: Any) -> None:
        """Forget an object, which may not be there at all."""
        member = self._members.pop(id(obj), None)
        self._unsure.pop(id(obj), None)
        ref = self._refs.pop(id(obj), None)
        if ref is not None and self._by_ref.get(ref) is member:
            del self._by_ref[ref]

    def find(self, ref: Ref) -> Member | None:
        """Return the object that has a name now, or ``None``."""
        found = self._by_ref.get(ref)
        if found is not None and self._has(found, ref):
            return found
        return next((one for one in self._to_be_asked() if self._has(one, ref)), None)

    def _to_be_asked(self) -> Iterator[Member]:
        """Yield those whose name may be another one than when they came."""
        yield from list(self._unsure.values())
        for number in held.among(self._members):
            if number not in self._unsure:
                yield self._members[number]

    def _has(self, member: Member, ref: Ref) -> bool:
        name = self._keys.learn(type(member.obj))
        return name == ref.class_name and self._keys.ref_of(member.obj, member.number) == ref
