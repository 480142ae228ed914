"""What changed in a graph of objects, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ...errors import PatchError
from ..applying.carrying_out import apply
from ..arguments import need, several
from ..documents import json_form, json_patch, merge_patch
from ..documents.codec import Codec, codec_of
from ..graph_changes import composing
from ..graph_changes.conflicts import Conflict, OnConflict
from ..graph_changes.object_change import Kind, ObjectChange
from ..graph_changes.refs import Ref

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["ChangeSet"]

_T = TypeVar("_T")


class ChangeSet(Mapping[Ref, ObjectChange]):
    """What changed in several objects, by their names; a value that stays as it is.

    It holds copies of values, and names in the place of objects, so nothing that happens
    to the objects later changes it, and it can be pickled, written as JSON, turned round,
    merged with another, and applied to another copy of the objects.

    Two are equal that say the same of the same objects, whatever :attr:`about` says.

    Args:
        changes: those of the objects, each object once.
        about: what else is to be known of it, such as who made it and why.

    Raises:
        PatchError: there are two changes of one object.
        ArgumentError: what is given are no changes, or no dictionary.

    Attributes:
        about: what else is known of it.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import Workspace, tracked
        >>> @tracked
        ... @dataclass
        ... class Person:
        ...     id: int
        ...     name: str
        >>> ann, work = Person(1, "Ann"), Workspace(key="id")
        >>> work.attach(ann)
        >>> ann.name = "Anna"
        >>> work.add(Person(2, "Bob"))
        >>> changes = work.changes()
        >>> print(changes)
        changed Person 1
            name: 'Ann' -> 'Anna'
        new Person 2
            id: 2
            name: 'Bob'
        >>> changes["Person", 1].fields["name"].old
        'Ann'
        >>> print(changes.inverted())
        deleted Person 2
            id: 2
            name: 'Bob'
        changed Person 1
            name: 'Anna' -> 'Ann'
    """

    __slots__ = ("_changes", "_origin", "about")

    def __init__(
        self, changes: Iterable[ObjectChange] = (), about: Mapping[str, Any] | None = None
    ) -> None:
        need(about, (Mapping, type(None)), "about", "a dictionary")
        self._changes = _by_name(several(changes, ObjectChange, "changes", "changes of objects"))
        self._origin: str | None = None
        self.about: dict[str, Any] = dict(about or {})

    def _of(self, origin: str | None) -> ChangeSet:
        """Know which workspace has counted the objects that have no key."""
        self._origin = origin
        return self

    # -- as a mapping ----------------------------------------------------------------------

    def __getitem__(self, ref: Ref | tuple[str, Any]) -> ObjectChange:
        return self._changes[Ref(*ref) if isinstance(ref, tuple) else ref]

    if TYPE_CHECKING:
        # what Mapping does is right; what it says of itself knows of no pairs
        @overload
        def get(self, ref: Ref | tuple[str, Any], /) -> ObjectChange | None: ...

        @overload
        def get(self, ref: Ref | tuple[str, Any], /, default: ObjectChange) -> ObjectChange: ...

        @overload
        def get(self, ref: Ref | tuple[str, Any], /, default: _T) -> ObjectChange | _T: ...

        def get(self, ref: Any, /, default: Any = None) -> Any: ...

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __repr__(self) -> str:
        told = ", ".join(f"{one.kind} {one.ref}" for one in self.values())
        return f"<{type(self).__name__} {told}>" if told else f"<{type(self).__name__}: none>"

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))

    @property
    def new(self) -> tuple[ObjectChange, ...]:
        """The objects that are new."""
        return self._of_kind("new")

    @property
    def changed(self) -> tuple[ObjectChange, ...]:
        """The objects that were there, and have changed."""
        return self._of_kind("changed")

    @property
    def deleted(self) -> tuple[ObjectChange, ...]:
        """The objects that were deleted."""
        return self._of_kind("deleted")

    def _of_kind(self, kind: Kind) -> tuple[ObjectChange, ...]:
        return tuple(one for one in self.values() if one.kind == kind)

    # -- others made of it -----------------------------------------------------------------

    def inverted(self) -> ChangeSet:
        """Return the change set that takes this one back.

        Raises:
            PatchError: an object has taken the name of one that was deleted.
        """
        return ChangeSet(composing.inverted(self.values()))._of(self._origin)

    def merged(self, *later: ChangeSet) -> ChangeSet:
        """Return the change set that does what this one does, and then others.

        What is new in one and deleted in a later one is not in it.  ``a | b`` is the same as
        ``a.merged(b)``; to merge many, give all of them at once.

        Args:
            later: the others, in the order in which they were made.

        Raises:
            ConflictError: one does not begin where the one before it ends.
            PatchError: an object has the name that another one had before.
            ArgumentError: one is no change set.
        """
        about, origins = dict(self.about), {self._origin}
        for one in later:
            need(one, ChangeSet, "each of later", "a ChangeSet")
            about |= one.about
            origins.add(one._origin)
        changes = composing.merged([self.values(), *(one.values() for one in later)])
        return ChangeSet(changes, about)._of(self._origin if len(origins) == 1 else None)

    def __or__(self, later: object) -> ChangeSet:
        return self.merged(later) if isinstance(later, ChangeSet) else NotImplemented

    def apply(
        self, workspace: Workspace, on_conflict: OnConflict = "raise"
    ) -> tuple[Conflict, ...]:
        """Do the same to another copy of the objects: all of it, or nothing.

        What is expected and what is there are compared by value.  A dictionary or a set in
        which something else has changed meanwhile is no conflict, unless both changed the
        same key or member.  Fields are assigned as the class assigns them, so validators
        are asked, and both sides of a relationship follow.

        Args:
            workspace: holds the copy.  What is applied counts as changed there, until it
                is committed.
            on_conflict: ``"raise"``; ``"ours"`` to leave what is there; ``"theirs"`` to
                have what the change set says; or a function that is given a
                :class:`ormolu.Conflict` and returns one of these.

        Returns:
            the conflicts that were decided so.

        Raises:
            ArgumentError: it is no workspace.
            ConflictError: there are conflicts; its ``conflicts`` are all of them.
            PatchError: it names classes or fields that there are none of, or an object
                cannot be made or refuses to change.
            Exception: whatever a validator raises.
        """
        return apply(self.values(), self._origin, workspace, on_conflict)

    # -- other forms -----------------------------------------------------------------------

    def to_json(self, codec: Codec | None = None) -> dict[str, Any]:
        """Return the change set as plain data that ``json.dumps`` takes.

        The form is that of docs/change_sets.md; it has a version.

        Args:
            codec: writes values that JSON has no form for.

        Raises:
            PatchError: there is a value that it cannot write.

        Example:
            >>> from ormolu import Change, Changes
            >>> named = Changes({"name": Change("Ann", "Anna")})
            >>> one, = ChangeSet([ObjectChange(Ref("Person", 1), "changed", named)]).to_json()[
            ...     "changes"
            ... ]
            >>> one["class"], one["key"], one["kind"]
            ('Person', 1, 'changed')
            >>> one["fields"]
            {'name': {'old': 'Ann', 'new': 'Anna'}}
        """
        return json_form.written(self.values(), self.about, self._origin, codec_of(codec))

    @classmethod
    def from_json(cls, data: Any, codec: Codec | None = None) -> ChangeSet:
        """Return the change set that was written as JSON.

        Args:
            data: what :meth:`to_json` returned, or the text of it.
            codec: reads values that JSON has no form for.

        Raises:
            PatchError: it is not of the form, of a later version, or has a value that the
                codec cannot read; the message says where.
        """
        changes, about, origin = json_form.read(data, codec_of(codec))
        return cls(changes, about)._of(origin)

    def to_json_patch(
        self, of: Ref | None = None, *, tests: bool = True, codec: Codec | None = None
    ) -> list[dict[str, Any]]:
        """Return the change set as a JSON Patch (RFC 6902).

        The document that it is for has the objects by class and key, so a path reads
        ``/Person/1/name``; or it is one of them, and a path reads ``/name``.

        Args:
            of: the object whose fields are the document.
            tests: have the patch test what it replaces and removes before it does.
            codec: writes values that JSON has no form for.

        Raises:
            PatchError: there is a value that it cannot write, or the object is not one
                that has changed.
            MissingExtraError: jsonpatch is not installed.
        """
        _need_ref(of)
        return json_patch.written(self, of, tests, codec_of(codec))

    @classmethod
    def from_json_patch(
        cls,
        patch: Any,
        workspace: Workspace,
        of: Any = None,
        *,
        codec: Codec | None = None,
    ) -> ChangeSet:
        """Return the change set that does what a JSON Patch (RFC 6902) would do.

        Nothing is changed by that; :meth:`apply` does.

        Args:
            patch: a list of operations, or the text of it.
            workspace: holds the objects that it is for.
            of: the object whose fields are the document, if it is for one alone.
            codec: reads values that JSON has no form for.

        Raises:
            PatchError: it is no patch, does not apply, removes the key of an object, or
                names classes or fields that there are none of.
            MissingExtraError: jsonpatch is not installed.
        """
        changes = json_patch.read(patch, workspace, of, codec_of(codec))
        return cls(changes)._of(workspace._members.origin)

    def to_merge_patch(self, of: Ref | None = None, *, codec: Codec | None = None) -> Any:
        """Return the change set as a JSON Merge Patch (RFC 7396).

        The document is that of :meth:`to_json_patch`.  To this format ``null`` means that
        something is not there, so a field that is ``None`` is written as one that is not
        there.  Within a dictionary ``None`` cannot be written at all.

        Args:
            of: the object whose fields are the document.
            codec: writes values that JSON has no form for.

        Raises:
            PatchError: there is a value that it cannot write, or the object is not one
                that has changed.
        """
        _need_ref(of)
        return merge_patch.written(self, of, codec_of(codec))

    @classmethod
    def from_merge_patch(
        cls,
        patch: Any,
        workspace: Workspace,
        of: Any = None,
        *,
        codec: Codec | None = None,
    ) -> ChangeSet:
        """Return the change set that does what a JSON Merge Patch (RFC 7396) would do.

        Nothing is changed by that; :meth:`apply` does.  A field that is ``null`` in the
        patch becomes ``None``.

        Args:
            patch: the patch, or the text of it.
            workspace: holds the objects that it is for.
            of: the object whose fields are the document, if it is for one alone.
            codec: reads values that JSON has no form for.

        Raises:
            PatchError: it names classes or fields that there are none of.
        """
        changes = merge_patch.read(patch, workspace, of, codec_of(codec))
        return cls(changes)._of(workspace._members.origin)


def _need_ref(of: object) -> None:
    need(of, (Ref, type(None)), "of", "the name of an object, as work.ref(obj) returns it")


def _by_name(changes: Iterable[ObjectChange]) -> dict[Ref, ObjectChange]:
    found: dict[Ref, ObjectChange] = {}
    for one in changes:
        if found.setdefault(one.ref, one) is not one:
            raise PatchError(
                f"there are two changes of {one.ref}; a change set has one for each object, "
                "and two change sets are put together with merged()"
            )
    return found
