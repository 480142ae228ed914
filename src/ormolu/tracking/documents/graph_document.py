"""The objects of a workspace as a document, and what has to change in them to be another one."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..declared.constructing import init_names
from ..graph_changes.making import manager_for
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import is_same, refs_in, rewritten
from ..instances.changes import Change, Changes
from ..members.checks import class_named, need_field
from ..members.describing import present_values
from ..members.holding import need_workspace
from .codec import Codec
from .completing import completed, made_of, need_all
from .documents import Document, is_equal
from .expected_type import ExpectedType
from .object_keys import ObjectKeys, ref_with
from .plain import PlainForm
from .telling_where import told_where
from .unwritable import Kept

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["GraphDocument"]


class GraphDocument:
    """The objects of a workspace as a document.

    Args:
        workspace: holds them.
        of: the object that is the document, if it is one alone.
        codec: writes and reads the values.
        absent: what a field becomes that a patch takes away.

    Attributes:
        document: what they are.
        keys: knows which texts stand for which of them.
        above: in how many levels there are names above those of fields.

    Raises:
        ArgumentError: it is no workspace.
        NotInWorkspaceError: the object is not in the workspace.
        PatchError: there are two keys with the same text.
    """

    def __init__(self, workspace: Workspace, of: Any, codec: Codec, absent: Any = MISSING) -> None:
        need_workspace(workspace)
        self._workspace = workspace
        self._absent = absent
        self._form = PlainForm(codec, absent, keeps=True)
        self._of = None if of is None else workspace.ref(of)
        self.above = 2 if of is None else 0
        self.keys = ObjectKeys(workspace._members.keys, self._form, codec)
        self.document = self._all() if self._of is None else self._object(of)

    def _all(self) -> Document:
        document: Document = {name: {} for name in self._workspace._members.keys.classes}
        for member in self._workspace._members:
            if member.status != "deleted":
                ref = self._workspace._members.ref(member)
                document[ref.class_name][self.keys.put(ref)] = self._object(member.obj)
        return document

    def _object(self, obj: Any) -> Document:
        """The fields of an object; those that cannot be written stand for themselves."""
        found = {}
        for key, value in self._named(obj).items():
            expected = self._form.expected(type(obj).__name__, key, value)
            try:
                found[key] = self._form.encode(value, expected)
            except PatchError as error:
                found[key] = Kept(value, error)
        return found

    def _named(self, obj: Any) -> dict[str, Any]:
        named = self._workspace._describing.named
        return {key: named(value) for key, value in present_values(obj).items()}

    # -- back ------------------------------------------------------------------------------

    def changes_to(
        self, document: Any, without_key: Container[Ref] = ()
    ) -> Iterator[ObjectChange]:
        """Yield what has to change in the objects to be what a document says.

        Args:
            document: the document that is to be.
            without_key: the objects that have no key any more if none is said in it; others
                keep theirs, which is said by their paths.

        Raises:
            PatchError: it is no such document, or names classes or fields that there are
                none of.
        """
        if self._of is not None:
            yield from self._changed(self._of, self.document, document, True)
            return
        for name, said in _members(document, "the document"):
            before = self.document.get(name, {})
            objects = self.keys.by_known(name, dict(_members(said, name)))
            for text, now in objects.items():
                if text not in before:
                    yield self._new(name, text, now)
                    continue
                ref = self.keys.ref(name, text)
                yield from self._changed(ref, before[text], now, ref in without_key)
            yield from map(self._deleted, self._gone(name, before, objects))
        for name in self.document.keys() - document.keys():
            yield from map(self._deleted, self._gone(name, self.document[name], {}))

    def _gone(self, name: str, before: Document, now: Document) -> list[Ref]:
        return [self.keys.ref(name, text) for text in before if text not in now]

    def _deleted(self, ref: Ref) -> ObjectChange:
        values = self._named(self._workspace.find(ref))
        fields = {key: Change(value, MISSING) for key, value in values.items()}
        return ObjectChange(ref, "deleted", Changes(fields))

    # -- new objects -----------------------------------------------------------------------

    def _new(self, name: str, text: str, now: Any) -> ObjectChange:
        class_ = class_named(self._workspace, name)
        manager = manager_for(class_)
        where = f"{name} {text}"
        now = dict(_members(now, where))
        for key in now:
            need_field(manager, key)
        expected_types = self._types_of_new(class_)
        values = {
            key: self._read(where, key, data, expected_types[key]) for key, data in now.items()
        }
        ref = self._new_ref(name, text, values, expected_types)
        with told_where(where):
            wanted = {key: expected_types[key] for key in self._needed(manager, values)}
            values = completed(class_, values, wanted, self._absent)
            values |= self._made_of_others(class_, values, wanted)
        fields = {key: Change(MISSING, values[key]) for key in manager if key in values}
        return ObjectChange(ref, "new", Changes(fields))

    def _types_of_new(self, class_: type) -> Mapping[str, ExpectedType]:
        """What is expected of a new object, that may have no key yet."""
        key = self.keys.attribute
        expected_types = dict.fromkeys(manager_for(class_), self._form.expected_types.unknown([]))
        expected_types |= self._form.expected_types.of(class_)
        if key in expected_types:
            expected_types[key] = expected_types[key].with_values([None])
        return expected_types

    def _made_of_others(
        self, class_: type, values: dict[str, Any], wanted: Iterable[str]
    ) -> dict[str, Any]:
        """The fields that only ``__init__`` knows how to make of the others."""
        lacking = [key for key in wanted if key not in values]
        names = init_names(class_) if lacking else None
        if names is None:
            if lacking:
                there = {*manager_for(class_)}.difference(lacking)
                need_all(
                    class_,
                    there,
                    f"say how {an(class_.__qualname__)} is made in Workspace(make=...)",
                )
            return {}
        # one that nobody holds, and that holds nobody, tells what the values are
        given = {key: value for key, value in values.items() if not refs_in(value)}
        made = made_of(class_, names, given)
        found = {key: getattr(made, key, MISSING) for key in lacking}
        return {key: value for key, value in found.items() if value is not MISSING}

    def _needed(self, manager: Any, values: Mapping[str, Any]) -> list[str]:
        """The fields that a new object has to get from somewhere, unless its maker knows."""
        if self._workspace._make is not None:
            return []
        return [key for key in manager if key not in values and not manager[key].relates]

    def _new_ref(
        self,
        name: str,
        text: str,
        values: dict[str, Any],
        expected_types: Mapping[str, ExpectedType],
    ) -> Ref:
        """The name of a new object; if its key is not among the values, it is put there."""
        attribute = self.keys.attribute
        if text[:1] == "#" and text[1:].isdecimal() and values.get(attribute) is None:
            if attribute in expected_types:
                values.setdefault(attribute, None)
            return Ref(name, number=int(text[1:]))
        if attribute not in expected_types:
            return Ref(name, text)
        with told_where(f"{name} {text}"):
            if values.get(attribute) is None:
                values[attribute] = self.keys.read(name, text)
            ref = ref_with(name, values[attribute], 0)
        if not self.keys.stands_for(text, ref):
            raise PatchError(
                f"the patch has {ref} at the path of {name} {text}; leave out {attribute!r}, or "
                f"have it at /{name}/{self.keys.text(ref)}",
                key=attribute,
            )
        return ref

    # -- objects that are there ------------------------------------------------------------

    def _changed(
        self, ref: Ref, before: Document, now: Any, may_lack_key: bool
    ) -> Iterator[ObjectChange]:
        obj = self._workspace.find(ref)
        manager = manager_for(type(obj))
        values = self._named(obj)
        expected_types = self._form.expected_types.of(type(obj))
        fields = {}
        now = dict(_members(now, str(ref)))
        for key in [*before, *(key for key in now if key not in before)]:
            need_field(manager, key)
            if key in now and key in before and is_equal(before[key], now[key]):
                continue
            old = values.get(key, MISSING)
            expected = expected_types.get(key) or self._form.expected_types.unknown([])
            expected = expected.with_values([] if old is MISSING else [old])
            if key not in now and key == self.keys.attribute and not may_lack_key:
                continue
            if key not in now:
                with told_where(str(ref)):
                    new = self._taken_away(manager[key], old, expected)
                if not is_same(old, new):
                    fields[key] = Change(old, new)
                continue
            fields[key] = Change(old, self._read(str(ref), key, now[key], expected))
        if fields:
            yield ObjectChange(ref, "changed", Changes(fields), self._becomes(ref, obj, fields))

    def _becomes(self, ref: Ref, obj: Any, fields: Mapping[str, Change]) -> Ref | None:
        """The name that an object gets with a key, or ``None``: it keeps the one it has."""
        change = fields.get(self.keys.attribute)
        if change is None or is_same(*change):
            return None
        key = change.new
        number = self._workspace._members.need(obj).number
        with told_where(str(ref)):
            now = ref_with(ref.class_name, None if key is MISSING else key, number)
        return None if now == ref else now

    def _taken_away(self, attribute: Any, old: Any, expected: ExpectedType) -> Any:
        if attribute.relates:
            return type(old)() if attribute.is_many else None
        if self._absent is None and expected.may_be_none:
            return None
        key = attribute.key
        found = completed(attribute.class_, {}, {key: expected.with_values([])})
        if key in found or self._absent is MISSING:
            return found.get(key, MISSING)
        raise PatchError(
            f"null cannot be what {key!r} is, and there is nothing that it is by default",
            class_=attribute.class_,
            key=key,
        )

    def _read(self, where: str, key: str, data: Any, expected: ExpectedType) -> Any:
        with told_where(f"{where}, {key}", key):
            return rewritten(self._form.decode(data, expected), self._meant)

    def _meant(self, part: Any) -> Any:
        return self.keys.meant(part) if isinstance(part, Ref) else MISSING


def _members(data: Any, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, dict):
        raise PatchError(f"with the patch {where} would be {shown(data)}, which has no members")
    for name in data:
        if not isinstance(name, str):
            raise PatchError(f"{where}: {shown(name)} is no name of a member: it is no text")
    return data.items()
