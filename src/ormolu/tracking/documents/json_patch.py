"""Change sets as JSON Patches (RFC 6902), and back; the format itself is jsonpatch's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from .codec import Codec
from .documents import before_and_after, key_text
from .graph_document import GraphDocument
from .json_form import loaded
from .operations import carried_out, jsonpatch
from .own_keys import with_own_keys

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
        yield from _tests_of("", before)
        return
    for ref, one in changes.items():
        path = f"/{_escaped(ref.class_name)}/{_escaped(key_text(ref, codec))}"
        found = before[ref.class_name].get(key_text(ref, codec))
        if one.kind == "deleted":
            yield {"op": "test", "path": path, "value": found}
        elif one.kind == "changed":
            yield from _tests_of(path, found)


def _tests_of(path: str, fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key, value in fields.items():
        yield {"op": "test", "path": f"{path}/{_escaped(key)}", "value": value}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def read(patch: Any, workspace: Workspace, of: Any, codec: Codec) -> list[ObjectChange]:
    """Return what a patch would change; see :meth:`ormolu.ChangeSet.from_json_patch`."""
    graph = GraphDocument(workspace, of, codec)
    document = carried_out(loaded(patch), graph.document)
    return with_own_keys(list(graph.changes_to(document)), workspace)
