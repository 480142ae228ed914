"""Change sets as JSON Patches (RFC 6902), and back; the format itself is jsonpatch's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...core.faults.wording import shown
from ...errors import PatchError
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from .codec import Codec
from .documents import before_and_after
from .graph_document import GraphDocument
from .json_form import loaded
from .object_keys import ObjectKeys, key_text
from .operations import carried_out, jsonpatch
from .own_keys import with_own_keys
from .pointers import parts_of, pointer_to

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["read", "written"]


def written(
    changes: Mapping[Ref, ObjectChange], of: Ref | None, tests: bool, codec: Codec
) -> list[dict[str, Any]]:
    """Return changes as a patch; see :meth:`ormolu.ChangeSet.to_json_patch`."""
    before, after = before_and_after(changes, of, codec)
    made: list[dict[str, Any]] = jsonpatch().make_patch(before, after).patch
    return [*_tests(changes, of, before, codec), *made] if tests else made


def _tests(
    changes: Mapping[Ref, ObjectChange], of: Ref | None, before: Any, codec: Codec
) -> Iterator[dict[str, Any]]:
    """Yield the operations that look whether all is there that is expected."""
    if of is not None:
        yield from _tests_of((), before)
        return
    for ref, one in changes.items():
        place = (ref.class_name, key_text(ref, codec))
        found = before[ref.class_name].get(place[1])
        if one.kind == "deleted":
            yield {"op": "test", "path": pointer_to(place), "value": found}
        elif one.kind == "changed":
            yield from _tests_of(place, found)


def _tests_of(place: tuple[str, ...], fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key, value in fields.items():
        yield {"op": "test", "path": pointer_to([*place, key]), "value": value}


def read(patch: Any, workspace: Workspace, of: Any, codec: Codec) -> list[ObjectChange]:
    """Return what a patch would change; see :meth:`ormolu.ChangeSet.from_json_patch`."""
    graph = GraphDocument(workspace, of, codec)
    patch = loaded(patch)
    if graph.above and isinstance(patch, list):
        patch = [_with_known_keys(one, graph.keys) for one in patch]
    document = carried_out(patch, graph.document)
    _refuse_without_key(patch, document, graph)
    return with_own_keys(list(graph.changes_to(document)), workspace)


def _with_known_keys(operation: Any, keys: ObjectKeys) -> Any:
    """Return an operation whose paths have the texts that objects go by in the document."""
    if not isinstance(operation, dict):
        return operation
    found = dict(operation)
    for name in ("path", "from"):
        parts = parts_of(operation.get(name))
        if len(parts) > 1:
            known = keys.known(parts[0], parts[1])
            if known != parts[1]:
                found[name] = pointer_to([parts[0], known, *parts[2:]])
    return found


def _refuse_without_key(patch: list[dict[str, Any]], document: Any, graph: GraphDocument) -> None:
    """Refuse to take away what tells an object from others.

    What is put in the place of an object may be without it, for its path tells the key.

    Args:
        patch: the operations.
        document: what there is after them.
        graph: knows which field is the key, and where.

    Raises:
        PatchError: one takes it away, and none puts one there.
    """
    attribute = graph.keys.attribute
    for operation in patch:
        name = {"remove": "path", "move": "from"}.get(operation["op"])
        parts = parts_of(operation[name]) if name is not None else ()
        if parts[graph.above :] == (attribute,):
            fields = document
            for part in parts[:-1]:
                fields = fields.get(part) if isinstance(fields, dict) else None
            if isinstance(fields, dict) and attribute not in fields:
                raise PatchError(
                    f"{shown(operation)} would take away the key {attribute!r}, which tells the "
                    "object from others; remove the object, or replace its key by another",
                    key=attribute,
                )
