"""Which objects a workspace holds, and as what."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from ...core.faults.wording import an
from ...errors import ClaimedError, IdentityConflictError, NotInWorkspaceError
from ..graph_changes.refs import Ref
from ..instances import held
from ..instances.adoption import is_tracked
from ..targets import need_manager
from .journal import Journal
from .keys import Keys
from .new_objects import NewObjects

__all__ = ["Member", "Members", "Status", "is_claimed"]

Status = Literal["new", "known", "deleted"]
"""What an object is to whatever keeps it: not there yet, there, or to be gone."""

_claims: weakref.WeakValueDictionary[int, Members] = weakref.WeakValueDictionary()
"""Who holds which object, by its ``id``: those who hold an object keep it alive."""


def is_claimed(obj: Any) -> bool:
    """Return whether some workspace holds an object."""
    claimed = _claims.get(id(obj))
    return claimed is not None and claimed.of(obj) is not None


class Member(NamedTuple):
    """An object of a workspace.

    Attributes:
        obj: the object.
        status: what it is.
        number: which it is, counted as they came.
        ref: the name that it was committed under; ``None`` if it is new.
    """

    obj: Any
    status: Status
    number: int
    ref: Ref | None


class Members:
    """The objects of one workspace, by identity and by name.

    Args:
        keys: knows keys and names of classes.

    Attributes:
        all: all objects, by their ``id``.
        origin: tells whose numbers the names of objects without a key have.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.all: dict[int, Member] = {}
        self._by_ref: dict[Ref, Member] = {}
        self._new = NewObjects(keys)
        self._journals: list[Journal] = []
        self._numbers = 0
        self.origin = uuid4().hex
        # who had which name when a commit began
        self._earlier: dict[Ref, Member] = {}
        # objects that were deleted here, and somebody may still refer to
        self._gone: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        # objects that were let go, and may still be referred to by name
        self._let_go: dict[int, tuple[weakref.ref[Any], Member]] = {}

    def __iter__(self) -> Iterator[Member]:
        return iter(list(self.all.values()))

    def of(self, obj: Any) -> Member | None:
        """Return what an object is here, or ``None``."""
        return self.all.get(id(obj))

    def need(self, obj: Any) -> Member:
        """Return what an object is here.

        Raises:
            NotInWorkspaceError: it is nothing.
        """
        member = self.of(obj)
        if member is None:
            raise NotInWorkspaceError(
                f"this {type(obj).__qualname__} is not in the workspace; add() it if it is "
                "new, attach() it if it is kept somewhere already",
                class_=type(obj),
            )
        return member

    def need_tracked(self) -> None:
        """Refuse to go on with objects whose class is tracked no more.

        Raises:
            UntrackedClassError: there is one.
        """
        if not all(map(is_tracked, self.keys.classes.values())):
            for member in self:
                need_manager(member.obj)

    def touched(self) -> list[Member]:
        """Return the objects of which anything is recorded."""
        found = [self.all[number] for number in held.among(self.all)]
        return [member for member in found if _is_touched(member.obj)]

    def unsettled(self) -> list[Member]:
        """Return the objects that a commit may be about, in the order in which they came."""
        recorded = set(held.among(self.all))
        return [
            member
            for number, member in self.all.items()
            if member.status != "known" or (number in recorded and _is_touched(member.obj))
        ]

    def known_as(self, ref: Ref) -> Member | None:
        """Return the object that was committed under a name, or ``None``."""
        return self._by_ref.get(ref)

    # -- coming and going ------------------------------------------------------------------

    def enter(self, obj: Any, status: Status) -> Member:
        """Take in an object that is not there.

        Raises:
            UntrackedInstanceError: it is not tracked.
            ClaimedError: another workspace has it.
            IdentityConflictError: another object has its name.
        """
        need_manager(obj)
        self.keys.learn(type(obj))
        if not self._may_claim(obj):
            raise ClaimedError(
                f"this {type(obj).__qualname__} is in another workspace already, and can be in "
                "one at a time; let that one discard() it, or close() that one, or work on a copy",
                class_=type(obj),
            )
        left = self.let_go_of(obj)
        if left is not None:
            member = left._replace(obj=obj, status="known")
        else:
            self._numbers += 1
            member = Member(obj, status, self._numbers, None)
            if status == "known":
                member = member._replace(ref=self.ref_now(member))
        ref = self.ref(member)
        self.refuse_twin(ref, obj)
        self._let_go.pop(id(obj), None)
        self._gone.pop(id(obj), None)
        self.put(member)
        if member.ref is None:
            self._new.name(member, ref)
        _claims[id(obj)] = self
        return member

    def _may_claim(self, obj: Any) -> bool:
        """Return whether no other workspace has an object."""
        if _claims.get(id(obj), self) is self:
            return True
        gc.collect()  # that one may be of no use to anybody, and its callbacks refer to it
        return _claims.get(id(obj), self) is self

    def put(self, member: Member) -> None:
        """Have an object be what a member says, in place of what it was."""
        self._note(id(member.obj))
        self._drop(self.all.get(id(member.obj)))
        self.all[id(member.obj)] = member
        self._index(member)

    def _index(self, member: Member) -> None:
        if member.ref is None:
            self._new.put(member)
        else:
            self._by_ref[member.ref] = member

    def leave(self, member: Member, *, gone: bool) -> None:
        """Let go of an object.

        Args:
            member: what it is.
            gone: whether there is no such object any more, and not just here.
        """
        self._note(id(member.obj), goes=True)
        self._drop(self.all.pop(id(member.obj), None))
        if gone and member.status == "deleted":
            self.stay_away(member.obj)
        _claims.pop(id(member.obj), None)
        if member.ref is not None and not gone:
            self._remember(member)

    def _remember(self, member: Member) -> None:
        number, table = id(member.obj), self._let_go
        there = weakref.ref(member.obj, lambda _: table.pop(number, None))
        table[number] = (there, member._replace(obj=None))

    def _drop(self, member: Member | None) -> None:
        if member is None:
            return
        self._new.drop(member.obj)
        if member.ref is not None and self._by_ref.get(member.ref) is member:
            del self._by_ref[member.ref]

    def stay_away(self, obj: Any) -> None:
        """Have an object that was deleted not come back because somebody refers to it."""
        self._gone[id(obj)] = obj

    def is_to_come(self, obj: Any) -> bool:
        """Return whether an object that others refer to has yet to be taken in.

        What was let go is known elsewhere, and what was deleted does not come back unasked.
        """
        is_out = self.of(obj) is None and self.let_go_of(obj) is None
        return is_out and self._gone.get(id(obj)) is not obj

    def let_go_of(self, obj: Any) -> Member | None:
        """Return what an object was that was let go, or ``None``."""
        there, member = self._let_go.get(id(obj), (None, None))
        return member if there is not None and there() is obj else None

    def refuse_twin(self, ref: Ref, obj: Any) -> None:
        """Refuse to have an object go by a name that another one has been committed under.

        Raises:
            IdentityConflictError: another one has, and is not to be deleted.
        """
        twin = self._by_ref.get(ref)
        if twin is not None and twin.obj is not obj and twin.status != "deleted":
            raise IdentityConflictError(
                f"there is another {ref} in the workspace; get() it and change that one, or "
                "give this one another key",
                class_=type(obj),
            )

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Have all that comes and goes within stay or go together."""
        journal = Journal()
        self._journals.append(journal)
        try:
            yield
        except BaseException:
            self._journals.remove(journal)
            self.restore(journal.undone(self.all))
            raise
        self._journals.remove(journal)
        if self._journals:
            self._journals[-1].follow(journal)

    def _note(self, number: int, *, goes: bool = False) -> None:
        """Note what an object is, before it is something else."""
        if self._journals:
            self._journals[-1].note(self.all, number, goes=goes)

    def kept(self) -> dict[int, Member]:
        """Return who is there now, to be restored."""
        return self.all.copy()

    def restore(self, kept: dict[int, Member]) -> None:
        """Have those be there that were, as what they were.

        Raises:
            ClaimedError: another workspace has one of them by now.
        """
        for number, member in kept.items():
            if _claims.get(number, self) is not self:
                raise ClaimedError(
                    f"{an(type(member.obj).__qualname__)} that was in the workspace is in "
                    "another one by now; let that one discard() it",
                    class_=type(member.obj),
                )
        for number in self.all.keys() - kept.keys():
            self._note(number, goes=True)
            _claims.pop(number, None)
        for number in kept:
            self._note(number)
            _claims[number] = self
            self._let_go.pop(number, None)
            self._gone.pop(number, None)
        self.all = dict(kept)
        self._by_ref = {}
        self._new.clear()
        for member in kept.values():
            self._index(member)

    def with_forerunners(self, members: Iterable[Member]) -> list[Member]:
        """Return each object once, after the one to be deleted whose name it has taken."""
        found: dict[int, Member] = {}
        for one in members:
            before = None if one.status == "deleted" else self._by_ref.get(self.ref_now(one))
            if before is not None and before.status == "deleted":
                found[id(before.obj)] = before
            found[id(one.obj)] = one
        return list(found.values())

    # -- names -----------------------------------------------------------------------------

    def ref_now(self, member: Member) -> Ref:
        """Return the name of an object by the key that it has now."""
        return self.keys.ref_of(member.obj, member.number)

    def ref(self, member: Member) -> Ref:
        """Return the name of an object: of a new one as it is, of others as it was."""
        return self.ref_now(member) if member.ref is None else member.ref

    def find(self, ref: Ref) -> Member | None:
        """Return the object of a name, or ``None``; one that is to be gone comes last."""
        known = self._by_ref.get(ref)
        if known is not None and known.status != "deleted":
            return known
        earlier = self._earlier_of(ref)
        if earlier is not None and self.ref(earlier) == ref:
            return earlier
        return self._new.find(ref) or earlier or known

    def _earlier_of(self, ref: Ref) -> Member | None:
        earlier = self._earlier.get(ref)
        return None if earlier is None else self.of(earlier.obj)

    @contextmanager
    def names_kept(self) -> Iterator[None]:
        """Have objects be found within by the names that they have now, whatever they get."""
        there = sorted(self.unsettled(), key=lambda one: one.status != "deleted")
        self._earlier = {self.ref(one): one for one in there}
        try:
            yield
        finally:
            self._earlier = {}

    def new_names(self) -> dict[Ref, Ref]:
        """Return what objects are named now that were new when names began to be kept."""
        found = {}
        for ref, earlier in self._earlier.items():
            member = self.of(earlier.obj) if earlier.ref is None else None
            if member is not None and self.ref(member) != ref:
                found[ref] = self.ref(member)
        return found


def _is_touched(obj: Any) -> bool:
    state = held.find(obj)
    return state is not None and state is not held.BEING_MADE and not state.tells_nothing()
