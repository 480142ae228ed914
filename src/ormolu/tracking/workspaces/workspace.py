"""The unit of work: objects that are committed and rolled back together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakSet

from ...errors import WorkspaceError
from .. import verbs
from ..arguments import need_callback
from ..concluding import noted_on
from ..graph_changes.composing import merged, renamed
from ..graph_changes.object_change import ObjectChange
from ..listening.batches import batch
from ..members.backup import all_or_nothing, is_untouched, touched
from ..members.deletion import refuse_gone
from ..members.describing import is_dirty
from ..members.graph_checkpoint import GraphCheckpoint
from ..members.holding import Holding
from ..members.members import Member
from ..members.rolling_back import Point, go_back
from ..uncopied import Uncopied
from .callbacks import WithCallbacks
from .changeset import ChangeSet

if TYPE_CHECKING:
    from ..undo.timeline import Timeline

__all__ = ["Workspace"]


class Workspace(WithCallbacks, Holding, Uncopied):
    """Holds objects, knows what changed in them, and commits or rolls back all of them.

    It holds them strongly, and each by identity: :meth:`discard`, or the end of the
    workspace, lets them go.  An object is in one workspace at a time.

    As a context manager it commits at the end, or rolls back if there is an exception, and
    lets all objects go.  It is made for one thread.

    Args:
        key: what tells objects of one class apart, for whoever keeps them: the name of an
            attribute, or a function that is given the object.  An object whose key is
            ``None`` has none yet, and goes by a number.  Without it, all objects do.
        classes: classes whose objects a change set may make here, other than those of the
            objects that are or were here.
        cascade: whether what an object refers to comes into the workspace with it, and
            when it is referred to first.
        make: makes an object of a change set, given the class and the values of the fields
            by name; made without ``__init__`` otherwise.

    Raises:
        WorkspaceError: two of the classes have the same name.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import Workspace, tracked
        >>> @tracked
        ... @dataclass
        ... class Person:
        ...     id: int
        ...     name: str
        ...     friend: "Person | None" = None
        >>> ann = Person(1, "Ann")
        >>> work = Workspace(key="id")
        >>> work.attach(ann)
        >>> ann.friend = Person(2, "Bob")
        >>> print(work.commit())
        changed Person 1
            friend: None -> Ref('Person', 2)
        new Person 2
            id: 2
            name: 'Bob'
            friend: None
        >>> work.dirty, work.get(Person, 2).name
        ((), 'Bob')
    """

    _refusal = WorkspaceError
    _instead = "copy work.objects, and attach() the copies to another, for each can be in one only"

    def __init__(
        self,
        key: str | Callable[[Any], Any] | None = None,
        *,
        classes: Iterable[type] = (),
        cascade: bool = True,
        make: Callable[[type, dict[str, Any]], Any] | None = None,
    ) -> None:
        super().__init__(key, classes, cascade)
        if make is not None:
            need_callback(make, "the class", "the values of its fields")
        self._make = make
        self._have_none_called()
        self._settled: list[ChangeSet] | None = None  # None while no commit is running
        self._timelines: WeakSet[Timeline] = WeakSet()

    # -- changes ---------------------------------------------------------------------------

    def changes(self) -> ChangeSet:
        """Return what changed in all objects since the last commit.

        Raises:
            IdentityConflictError: two objects have the same name.
            ClaimedError: an object refers to one that another workspace has.
            WorkspaceError: an object refers to one that is not here and has no key.
        """
        self._reach()
        return self._described(self._members.unsettled())

    def commit(self, **about: Any) -> ChangeSet:
        """Take all objects as they are for unchanged from now on; return what had changed.

        New objects are known then, and deleted ones let go.  If nothing has changed,
        nothing is called.

        Args:
            about: what else is to be known of it, such as ``who`` and ``why``.

        Raises:
            Exception: whatever :meth:`before_commit` callbacks raise; nothing is committed
                then but what they have settled.  And what :meth:`after_commit` callbacks
                raise, an ``ExceptionGroup`` if it is more than one; all is committed then,
                and all were called.
            ListenerFailedError: listeners raised; all is committed nevertheless.
            WorkspaceError: one of the callbacks commits or rolls back itself; an object is
                related to one that is to be deleted; and all that :meth:`changes` raises.
        """
        settled: list[ChangeSet] = []
        with self._absorbed(), batch():  # listeners are told when all is done
            try:
                with self._alone("commit", settled):
                    done = self._commit(settled, about)
            except BaseException as error:
                for other in self._tell(self._with(about, _in_one(settled))):
                    error.add_note(f"after_commit, told of what was settled, raised {other!r}")
                raise
            _raise_all(self._tell(done))
        return done

    def _commit(self, settled: list[ChangeSet], about: dict[str, Any]) -> ChangeSet:
        changes = self.changes()
        if changes and self._before:
            with self._members.names_kept():
                try:
                    self._call_before(changes, settled, about)
                finally:
                    self._rename(settled)
            changes = self._with({}, _in_one([*settled, self.changes()]))
        # to commit a settled one again would be to forget what its previous changes were
        done = {change.ref_after for one in settled for change in one.values()}
        self._take(
            one
            for one in self._members.unsettled()
            if one.status != "known" or one.ref not in done or is_dirty(one.obj)
        )
        self._points.clear()
        self._standing.clear()
        return self._with(about, changes.values())

    def _call_before(
        self, changes: ChangeSet, settled: list[ChangeSet], about: dict[str, Any]
    ) -> None:
        """Call all that are to be called before a commit, each with what will be committed."""
        for callback in list(self._before):
            callback(self._with(about, changes.values()))
            self._rename(settled)
            changes = self._with({}, _in_one([*settled, self.changes()]))
            if not changes:
                return

    def _rename(self, settled: list[ChangeSet]) -> None:
        """Have objects have the keys that they have got, in what was settled before that."""
        names = self._members.new_names()
        settled[:] = [ChangeSet(renamed(one.values(), names)) for one in settled]

    def settle(self, *objects: Any) -> ChangeSet:
        """Commit some objects alone; the others keep their changes.

        For whoever keeps objects where there are no transactions: a callback of
        :meth:`before_commit` settles each object that it has written.  If it raises in the
        middle, these are committed, and the next commit goes on with the rest.

        A deleted object is gone; so is one whose name a new object has taken.  What a new or
        changed object refers to comes into the workspace with it.  Open checkpoints go on
        without these objects.  Callbacks of :meth:`before_commit` are not called; those of
        :meth:`after_commit` are: within a commit at its end, with all that was committed,
        also if the rest was not.

        Args:
            objects: the objects; those that have not changed are left alone.

        Returns:
            what had changed in them.

        Raises:
            NotInWorkspaceError: an object is not here.
            IdentityConflictError: another object has the name of one.
            ClaimedError: one refers to an object that another workspace has.
            WorkspaceError: one refers to an object that is not here and has no key.

        Example:
            >>> from dataclasses import dataclass
            >>> from ormolu import Workspace, tracked
            >>> @tracked
            ... @dataclass
            ... class Person:
            ...     id: int
            ...     name: str
            >>> ann, bob = Person(1, "Ann"), Person(2, "Bob")
            >>> work = Workspace(key="id")
            >>> work.attach(ann, bob)
            >>> ann.name, bob.name = "Anna", "Rob"
            >>> work.settle(ann)
            <ChangeSet changed Person 1>
            >>> work.dirty
            (Person(id=2, name='Rob'),)
        """
        if self._settled is not None:
            self._settled.append(self._settle(objects))
            return self._settled[-1]
        with self._absorbed():
            done = self._settle(objects)
            _raise_all(self._tell(done))
        return done

    def _settle(self, objects: tuple[Any, ...]) -> ChangeSet:
        members = self._members.with_forerunners(self._need(obj) for obj in objects)
        self._reach(among=members)
        done = self._described(members)
        for one in members:
            if one.status != "deleted":
                self._members.refuse_twin(self._members.ref_now(one), one.obj)
        self._take(members)
        for one in members:
            now = self._members.of(one.obj)
            self._standing.note(one.obj, gone=now is None)
            for point in self._points:
                point.pass_over(one.obj, now)
        return done

    def _take(self, taken: Iterable[Member]) -> None:
        """Have objects be known as they are, or gone, if they are to be."""
        members = self._members
        touched = [one for one in taken if one.status != "known" or not is_untouched(one.obj)]
        refuse_gone(members, touched)
        with members.all_or_none(), all_or_nothing([(one.obj, ()) for one in touched]):
            for one in touched:
                if one.status != "deleted":
                    members.put(one._replace(status="known", ref=members.ref_now(one)))
                    verbs.commit(one.obj)
            for one in touched:
                if one.status == "deleted":
                    members.leave(one, gone=True)

    def _described(self, members: Iterable[Member]) -> ChangeSet:
        return self._with({}, self._describing.changes(members))

    def _with(self, about: dict[str, Any], changes: Iterable[ObjectChange]) -> ChangeSet:
        """Return changes as a value that says that they are of this workspace."""
        return ChangeSet(changes, about)._of(self._members.origin)

    @contextmanager
    def _absorbed(self) -> Iterator[None]:
        """Have timelines know that what is done within is part of a commit."""
        members, timelines = self._members, list(self._timelines)
        new = [one.obj for one in members if timelines and one.status == "new"]

        def stored() -> list[Any]:
            there = [(obj, members.of(obj)) for obj in new]
            return [obj for obj, one in there if one is not None and one.status == "known"]

        with ExitStack() as stack:
            for timeline in timelines:
                stack.enter_context(timeline._commit(stored, members.keys.attribute))
            yield

    def _tell(self, done: ChangeSet) -> list[Exception]:
        """Have all be called that are to be after a commit; return what they raised."""
        errors = []
        for callback in self._after if done else ():
            try:
                callback(done)
            except Exception as error:
                errors.append(error)
        return errors

    def rollback(self) -> None:
        """Have all objects be as they were at the last commit, or all stay as they are.

        What was changed in place is changed back in place.  New objects are as they were
        when they were made, save that what was there has none of them, and let go; deleted
        ones are not to be deleted any more.

        Raises:
            WorkspaceError: a callback of a commit calls it.
            ListenerFailedError: listeners raised; all is rolled back nevertheless.
            Exception: whatever refuses to be changed back.
        """
        with batch(), self._alone("rollback", []):
            self._reach(strict=False)  # what cannot come in need not be rolled back
            # new ones may have been made with others that did not have them: those come last
            members = sorted(self._members, key=lambda member: member.status != "new")
            with (
                self._members.all_or_none(),
                all_or_nothing([touched(one.obj) for one in members]),
                self._standing.standing(self._members, as_committed=True),
            ):
                go_back([Point(member.obj) for member in members])
                for member in members:
                    if member.status == "new":
                        self._members.leave(member, gone=True)
                    elif member.status == "deleted":
                        self._members.put(member._replace(status="known"))
            self._points.clear()

    def checkpoint(self) -> GraphCheckpoint:
        """Remember how all objects are, to come back to it; checkpoints can be nested.

        Example:
            >>> from dataclasses import dataclass
            >>> from ormolu import Workspace, tracked
            >>> @tracked
            ... @dataclass
            ... class Account:
            ...     balance: int
            >>> one, other = Account(10), Account(0)
            >>> work = Workspace()
            >>> work.attach(one, other)
            >>> try:
            ...     with work.checkpoint():
            ...         one.balance -= 20
            ...         other.balance += 20
            ...         raise ValueError("overdrawn")
            ... except ValueError:
            ...     one.balance, other.balance
            (10, 0)
        """
        self._reach()
        return GraphCheckpoint(self._members, self._points)

    @contextmanager
    def _alone(self, what: str, settled: list[ChangeSet]) -> Iterator[None]:
        if self._settled is not None:
            raise WorkspaceError(
                f"{what}() was called by a callback of a commit that is running; change the "
                "objects, which are committed with the rest, or raise to have nothing committed"
            )
        self._settled = settled
        try:
            yield
        finally:
            self._settled = None

    # -- as a context manager --------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.commit()
        except BaseException:
            self.rollback()
            raise
        else:
            if error is not None:
                with noted_on(error):
                    self.rollback()
        finally:
            self.close()


def _in_one(changes: Iterable[ChangeSet]) -> list[ObjectChange]:
    return merged(one.values() for one in changes)


def _raise_all(errors: list[Exception]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ExceptionGroup("callbacks failed after all was committed", errors)
