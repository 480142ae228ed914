"""The objects that a workspace holds: who is there, who comes and who goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from ...errors import OrmoluError
from .. import verbs
from ..arguments import need
from ..graph_changes.refs import Ref
from ..listening.batches import batch
from .backup import all_or_nothing, is_untouched
from .cascade import brought, reached
from .deletion import let_go
from .describing import Describing, is_dirty, original_values
from .graph_checkpoint import GraphCheckpoint
from .keys import Keys
from .members import Member, Members
from .settled import Settled

__all__ = ["Holding"]

_T = TypeVar("_T")


class Holding:
    """Holds objects by identity, and knows them by name; a part of :class:`Workspace`."""

    def __init__(
        self,
        key: str | Callable[[Any], Any] | None,
        classes: Iterable[type],
        cascade: bool,
    ) -> None:
        self._members = Members(Keys(key, classes))
        self._describing = Describing(self._members)
        self._cascade = cascade
        self._points: list[GraphCheckpoint] = []
        self._standing = Settled()

    # -- who is there ----------------------------------------------------------------------

    def __contains__(self, obj: object) -> bool:
        if self._members.of(obj) is None:
            self._reach(strict=False)
        return self._members.of(obj) is not None

    def __len__(self) -> int:
        self._reach(strict=False)
        return len(self._members.all)

    def __iter__(self) -> Iterator[Any]:
        self._reach(strict=False)
        return (member.obj for member in self._members)

    def __repr__(self) -> str:
        # whoever looks does not make objects come in
        counts = Counter(_kind(one) for one in self._members)
        told = [f"{counts[name]} {name}" for name in ("new", "dirty", "deleted") if counts[name]]
        objects = f"{type(self).__name__} of {len(self._members.all)} object(s)"
        return f"<{', '.join([objects, *told])}>"

    @property
    def objects(self) -> tuple[Any, ...]:
        """All objects, in the order in which they came; those to be deleted are there yet."""
        return tuple(self)

    @property
    def new(self) -> tuple[Any, ...]:
        """The objects that will be there after the next commit, and were not before."""
        return self._of("new")

    @property
    def dirty(self) -> tuple[Any, ...]:
        """The objects that were there at the last commit, and have changed."""
        self._members.need_tracked()
        self._reach(strict=False)
        changed = [one.obj for one in self._members.unsettled() if one.status == "known"]
        return tuple(obj for obj in changed if is_dirty(obj))

    @property
    def deleted(self) -> tuple[Any, ...]:
        """The objects that will be gone after the next commit."""
        return self._of("deleted")

    def _of(self, status: str) -> tuple[Any, ...]:
        self._reach(strict=False)
        return tuple(member.obj for member in self._members if member.status == status)

    def get(self, class_: type[_T], key: Any) -> _T | None:
        """Return the object of a class and a key, or ``None``.

        Args:
            class_: the class itself, not a base.
            key: the key, as it was committed last.

        Raises:
            ArgumentError: it is no class, or such a key cannot be.
        """
        need(class_, type, "class_", "the class of the object")
        need(key, Hashable, "key", "hashable")
        found: _T | None = self.find(Ref(class_.__name__, key))
        return found if type(found) is class_ else None

    def find(self, ref: Ref) -> Any:
        """Return the object of a name that a change set gives it, or ``None``.

        In a callback of :meth:`before_commit` the names of its change set go on being good,
        also when an object has got its key.

        Raises:
            ArgumentError: it is no name, or one with a key that cannot be.
        """
        need(ref, Ref, "ref", "a Ref, as change sets have them")
        need(ref.key, Hashable, "key", "hashable")
        member = self._members.find(ref)
        if member is None:
            # what those refer to of which nothing is recorded came in with them
            self._reach(strict=False, among=self._members.touched())
            member = self._members.find(ref)
        return None if member is None else member.obj

    def ref(self, obj: Any) -> Ref:
        """Return the name of an object: as it was committed, or, of a new one, as it is.

        Raises:
            NotInWorkspaceError: it is not here.
        """
        return self._members.ref(self._need(obj))

    # -- coming and going ------------------------------------------------------------------

    def add(self, *objects: Any) -> None:
        """Hold objects as new ones, which whoever keeps them does not have yet.

        One that was to be deleted, or was let go, is what it was before that.  One that is
        here already is left alone.

        Raises:
            UntrackedInstanceError: an object is not tracked.
            ClaimedError: another workspace has it.
            IdentityConflictError: another object has been committed under its name.
            WorkspaceError: another class has the name of its class, or its key is none.
        """
        members = self._members
        with members.all_or_none():
            came = [members.enter(obj, "new") for obj in objects if members.of(obj) is None]
            self._take_into_points(came)
            for obj in objects:
                member = members.need(obj)
                if member.status == "deleted":
                    members.put(member._replace(status="known"))
            self._reach(among=[members.need(obj) for obj in objects])

    def attach(self, *objects: Any, keep_changes: bool = False) -> None:
        """Hold objects as they are known to whoever keeps them, such as loaded ones.

        They count as unchanged from now on.  One that is here already is left alone.

        Args:
            objects: the objects.
            keep_changes: whether what is recorded of changes in them stays instead, so that
                they may be dirty from the start.

        Raises:
            UntrackedInstanceError: an object is not tracked.
            ClaimedError: another workspace has it.
            IdentityConflictError: another object has been committed under its name.
            WorkspaceError: another class has the name of its class, or its key is none.
        """
        members = self._members
        with members.all_or_none():
            came = [members.enter(obj, "known") for obj in objects if members.of(obj) is None]
            if self._cascade:
                values = _originals if keep_changes else None
                came += brought(members, [one.obj for one in came], values)
            self._take_into_points(came)
            if not keep_changes:
                changed = [one.obj for one in came if not is_untouched(one.obj)]
                with all_or_nothing([(obj, ()) for obj in changed]):
                    for obj in changed:
                        verbs.commit(obj)

    def delete(self, *objects: Any) -> None:
        """Have objects be gone after the next commit; a new one is let go at once.

        Where :func:`ormolu.related` fields hold them, both sides let go, at once, so that it
        is among the changes.  To :meth:`add` a deleted one again does not bring that back, as
        a rollback does.  Other fields are left as they are: what refers to the objects there
        is for the application to know.

        Raises:
            NotInWorkspaceError: an object is not here.
            ListenerFailedError: listeners raised; all is deleted nevertheless.
        """
        found = [self._need(obj) for obj in objects]
        with batch():  # listeners are told when all is done
            let_go(self._members, [one.obj for one in found])
            self._have_gone(found)

    def _have_gone(self, members: Iterable[Member]) -> None:
        """Have objects be gone after the next commit, whoever holds them."""
        for member in members:
            if member.status == "new":
                self._members.leave(member, gone=True)
                self._members.stay_away(member.obj)
            else:
                self._members.put(member._replace(status="deleted"))

    def discard(self, *objects: Any) -> None:
        """Let go of objects; they stay as they are, with what is recorded of them.

        In change sets they keep their names.  A new one to which another object refers
        comes back.

        Raises:
            NotInWorkspaceError: an object is not here.
        """
        for member in [self._need(obj) for obj in objects]:
            self._members.leave(member, gone=member.status == "new")

    def close(self) -> None:
        """Let all objects go; they stay as they are."""
        for member in self._members:
            self._members.leave(member, gone=True)
        self._points.clear()
        self._standing.clear()

    def _need(self, obj: Any) -> Member:
        if self._members.of(obj) is None:
            self._reach()
        return self._members.need(obj)

    def _reach(self, *, strict: bool = True, among: Iterable[Member] | None = None) -> None:
        """Take in what new and changed objects refer to.

        Args:
            strict: whether one that cannot come in is an error.
            among: the objects that are looked at; all, if it is not given.
        """
        if strict:
            self._members.need_tracked()
        if self._cascade:
            self._take_into_points(reached(self._members, strict, among))

    def _take_into_points(self, came: Iterable[Member]) -> None:
        for member in came:
            for point in self._points:
                point.take_in(member.obj)


def _originals(obj: Any) -> Iterable[Any]:
    return original_values(obj).values()


def _kind(member: Member) -> str:
    if member.status != "known":
        return member.status
    with suppress(OrmoluError):  # others tell of what is wrong with an object
        return "dirty" if is_dirty(member.obj) else "clean"
    return "clean"


def need_workspace(given: object) -> None:
    """Refuse what is no workspace.

    Raises:
        ArgumentError: it is something else.
    """
    need(given, Holding, "workspace", "a Workspace, which holds the objects")
