"""Change sets as JSON Patches (RFC 6902), and back; the format itself is jsonpatch's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import MissingExtraError, PatchError
from .codec import Codec
from .documents import Graph, before_and_after, key_text
from .json_form import loaded
from .object_change import ObjectChange
from .refs import Ref

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["read", "written"]


def written(
    changes: Mapping[Ref, ObjectChange], of: Ref | None, tests: bool, codec: Codec
) -> list[dict[str, Any]]:
    """Return changes as a patch; see :meth:`ormolu.ChangeSet.to_json_patch`."""
    before, after = before_and_after(changes, of, codec)
    made: list[dict[str, Any]] = _jsonpatch().make_patch(before, after).patch
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
    jsonpatch = _jsonpatch()
    graph = Graph(workspace, of, codec)
    try:
        document = jsonpatch.JsonPatch(loaded(patch)).apply(graph.document)
    except PatchError:
        raise
    except Exception as error:  # there are several, of two packages
        raise PatchError(f"the patch does not apply, and nothing was changed: {error}") from error
    return list(graph.changes_to(document))


def _jsonpatch() -> Any:
    try:
        import jsonpatch  # noqa: PLC0415 - for those who use the format
    except ImportError as error:
        raise MissingExtraError(
            "JSON Patches (RFC 6902) need the package jsonpatch: install ormolu[patches]"
        ) from error
    return jsonpatch
