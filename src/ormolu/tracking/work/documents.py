"""A graph as one JSON document, and what changed in it as a document.

The document has the objects by class and by key: ``{"Person": {"1": {"name": "Ann"}}}``.
Keys are texts there: those that are none are written as JSON, and a number that an object
goes by as ``#3``.  Or the document is one object: ``{"name": "Ann"}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...errors import PatchError
from ..changes import Change, Changes
from .applying import class_named, need_field
from .codec import Codec
from .describing import present_values
from .holding import need_workspace
from .making import manager_for
from .object_change import ObjectChange
from .refs import Ref

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["Graph", "before_and_after", "is_equal", "key_text"]

Document = dict[str, Any]


def before_and_after(
    changes: Mapping[Ref, ObjectChange], of: Ref | None, codec: Codec
) -> tuple[Document, Document]:
    """Return what changed as it was and as it is, in two documents.

    Args:
        changes: the changes, by the names of the objects.
        of: the object that is the document.
        codec: writes the values.

    Raises:
        PatchError: there is a value that cannot be written, the object is not there, or two
            objects have keys that read the same.
    """
    if of is not None:
        one = changes.get(of)
        if one is None:
            raise PatchError(f"{of} has not changed, so there is no patch of it")
        if one.kind != "changed":
            where = "new_values" if one.kind == "new" else "old_values"
            raise PatchError(
                f"{of} is {one.kind}, and a patch of it is for one that was there and stays; "
                f"all of it is in {where} of its change"
            )
        return _written(one, one.old_values, codec), _written(one, one.new_values, codec)
    before: Document = {}
    after: Document = {}
    texts: dict[tuple[str, str], Ref] = {}
    for ref, one in changes.items():
        present = texts.setdefault((ref.class_name, key_text(ref, codec)), ref)
        if present is not ref:
            raise PatchError(
                f"{present} and {ref} would have one path in a patch; write it of one alone, with "
                "of=, or use to_json()"
            )
        for document, values in ((before, one.old_values), (after, one.new_values)):
            objects = document.setdefault(ref.class_name, {})
            if one.kind == "changed" or values:
                objects[key_text(ref, codec)] = _written(one, values, codec)
    return before, after


def _written(one: ObjectChange, values: Mapping[str, Any], codec: Codec) -> Document:
    found = {}
    for key, value in values.items():
        try:
            found[key] = codec.encode(value)
        except PatchError as error:
            raise PatchError(f"{one.ref}, {key}: {error}", class_=error.class_, key=key) from error
    return found


def key_text(ref: Ref, codec: Codec) -> str:
    """Return the text that stands for the key of an object in paths."""
    if ref.number is not None:
        return f"#{ref.number}"
    return ref.key if type(ref.key) is str else json.dumps(codec.encode(ref.key))


class Graph:
    """The objects of a workspace as a document.

    Args:
        workspace: holds them.
        of: the object that is the document, if it is one alone.
        codec: writes and reads the values.

    Attributes:
        document: what they are.

    Raises:
        ArgumentError: it is no workspace.
        NotInWorkspaceError: the object is not in the workspace.
        PatchError: there are two keys with the same text.
    """

    def __init__(self, workspace: Workspace, of: Any, codec: Codec) -> None:
        need_workspace(workspace)
        self._workspace = workspace
        self._codec = codec
        self._of = None if of is None else workspace.ref(of)
        self._refs: dict[tuple[str, str], Ref] = {}
        self.document = self._all() if self._of is None else self._object(of)

    def _all(self) -> Document:
        document: Document = {name: {} for name in self._workspace._members.keys.classes}
        for member in self._workspace._members:
            if member.status != "deleted":
                ref = self._workspace._members.ref(member)
                text = key_text(ref, self._codec)
                if self._refs.setdefault((ref.class_name, text), ref) is not ref:
                    raise PatchError(
                        f"two objects of class {ref.class_name} have keys that read {text}, so a "
                        "path cannot tell them apart; use a patch for one of them, with of="
                    )
                document[ref.class_name][text] = self._object(member.obj)
        return document

    def _object(self, obj: Any) -> Document:
        """The fields of an object; those that cannot be written are not there."""
        found = {}
        for key, value in self._named(obj).items():
            with suppress(PatchError):
                found[key] = self._codec.encode(value)
        return found

    def _named(self, obj: Any) -> dict[str, Any]:
        named = self._workspace._describing.named
        return {key: named(value) for key, value in present_values(obj).items()}

    # -- back ------------------------------------------------------------------------------

    def changes_to(self, document: Any, absent: Any = MISSING) -> Iterator[ObjectChange]:
        """Yield what has to change in the objects to be what a document says.

        Args:
            document: the document that is to be.
            absent: what a field becomes that is not there any more.

        Raises:
            PatchError: it is no such document, or names classes or fields that there are
                none of.
        """
        if self._of is not None:
            yield from self._changed(self._of, self.document, document, absent)
            return
        for name, objects in _members(document, "the document"):
            before = self.document.get(name, {})
            for text, now in _members(objects, name):
                if text not in before:
                    yield self._new(name, text, now, absent)
                else:
                    ref = self._refs[name, text]
                    yield from self._changed(ref, before[text], now, absent)
            yield from map(self._deleted, self._gone(name, before, objects))
        for name in self.document.keys() - document.keys():
            yield from map(self._deleted, self._gone(name, self.document[name], {}))

    def _gone(self, name: str, before: Document, now: Document) -> list[Ref]:
        return [self._refs[name, text] for text in before if text not in now]

    def _deleted(self, ref: Ref) -> ObjectChange:
        values = self._named(self._workspace.find(ref))
        fields = {key: Change(value, MISSING) for key, value in values.items()}
        return ObjectChange(ref, "deleted", Changes(fields))

    def _new(self, name: str, text: str, now: Any, absent: Any) -> ObjectChange:
        manager = manager_for(class_named(self._workspace, name))
        fields = {} if absent is MISSING else {key: Change(MISSING, absent) for key in manager}
        for key, data in _members(now, f"{name} {text}"):
            need_field(manager, key)
            fields[key] = Change(MISSING, self._codec.decode(data))
        return ObjectChange(self._new_ref(name, text, fields), "new", Changes(fields))

    def _new_ref(self, name: str, text: str, fields: Mapping[str, Change]) -> Ref:
        change = fields.get(self._workspace._members.keys.attribute or "")
        if change is not None and change.new is not None:
            return Ref(name, change.new)
        if text[:1] == "#" and text[1:].isdecimal():
            return Ref(name, number=int(text[1:]))
        return Ref(name, text)

    def _changed(
        self, ref: Ref, before: Document, now: Any, absent: Any
    ) -> Iterator[ObjectChange]:
        obj = self._workspace.find(ref)
        manager = manager_for(type(obj))
        values = self._named(obj)
        fields = {}
        now = dict(_members(now, str(ref)))
        for key in [*before, *(key for key in now if key not in before)]:
            need_field(manager, key)
            if key not in now or key not in before or not is_equal(before[key], now[key]):
                new = self._codec.decode(now[key]) if key in now else absent
                fields[key] = Change(values.get(key, MISSING), new)
        if fields:
            yield ObjectChange(ref, "changed", Changes(fields))


def _members(data: Any, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, dict):
        raise PatchError(f"with the patch {where} would be {data!r}, which has no members")
    return data.items()


def is_equal(one: Any, other: Any) -> bool:
    """Return whether data are the same, and not one ``1`` and the other ``true``."""
    return bool(one == other) and (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )
