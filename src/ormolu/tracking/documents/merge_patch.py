"""Change sets as JSON Merge Patches (RFC 7396), and back.

The format is one rule long: what is in the patch replaces what is there, ``null`` removes
it, and objects are merged.  The packages that there are for it write patches in which
``null`` values are lost without a word, so it is done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import shown
from ...errors import PatchError
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from .codec import Codec, is_tagged
from .documents import before_and_after, is_equal
from .graph_document import GraphDocument
from .json_form import loaded
from .own_keys import with_own_keys
from .telling_where import told_where
from .unwritable import Kept

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["merged", "patch_between", "read", "written"]


def merged(target: Any, patch: Any, named: int = 0) -> Any:
    """Return a document with a patch applied; the document stays as it is.

    What has a tag is one value, and replaces what is there.

    Args:
        target: the document.
        patch: the patch.
        named: in how many levels there are but names, of classes, objects and fields, so that
            nothing is a tag however it begins.

    Example:
        >>> merged({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}, "e": [None]})
        {'b': {'c': 4, 'd': 3}, 'e': [None]}
    """
    if not _has_names(patch, named):
        return patch
    found = _parts_of(target, named)
    for name, part in patch.items():
        if part is None:
            found.pop(name, None)
        else:
            with told_where(name):
                found[name] = merged(found.get(name), part, named - 1)
    return found


def _parts_of(target: Any, named: int) -> dict[str, Any]:
    """Return the members of what is there, to be patched; of what has none, none.

    Raises:
        PatchError: it has some that are not there by their names.
    """
    if isinstance(target, Kept):
        raise PatchError(
            f"what is there cannot be written, so a patch cannot be of a part of it: {target.why}"
        )
    if not isinstance(target, dict):
        return {}
    if _has_names(target, named):
        return dict(target)
    [tag] = target
    if tag in _WITH_PARTS:
        raise PatchError(
            f"what is there is {shown(target)}, of which a patch cannot be of a part; replace "
            f'it by another value with a tag, as in {{"{tag}": [...]}}'
        )
    return {}


_WITH_PARTS = frozenset({"$dict", "$ordereddict", "$object"})
"""The tags of values that have parts with names, or keys."""


def patch_between(before: Any, after: Any, path: str = "", named: int = 0) -> Any:
    """Return the patch that makes one document of another.

    Args:
        before: the one.
        after: the other.
        path: where they are in the whole, for messages.
        named: in how many levels there are but names; see :func:`merged`.

    Raises:
        PatchError: it would have to put ``null`` somewhere.

    Example:
        >>> patch_between({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 4, "d": 3}})
        {'a': None, 'b': {'c': 4}}
    """
    if not _has_names(after, named):
        return _not_null(after, path)
    known = before if _has_names(before, named) else {}
    patch: dict[str, Any] = {name: None for name in known if name not in after}
    for name, value in after.items():
        if name not in known or not is_equal(known[name], value):
            patch[name] = patch_between(known.get(name), value, f"{path}/{name}", named - 1)
    return patch


def _has_names(data: Any, named: int) -> bool:
    """Return whether data have members with names, and are not one value with a tag."""
    return isinstance(data, dict) and (named > 0 or not is_tagged(data))


def _not_null(value: Any, path: str) -> Any:
    if value is None:
        raise PatchError(
            f"a merge patch cannot say that {path or 'a value'} is null, for that means that it "
            "is not there; use to_json_patch() or to_json()"
        )
    return value


def written(changes: Mapping[Ref, ObjectChange], of: Ref | None, codec: Codec) -> Any:
    """Return changes as a patch; see :meth:`ormolu.ChangeSet.to_merge_patch`."""
    before, after = before_and_after(changes, of, codec, omits=True)
    if of is not None:
        return patch_between(before, _without_none(after), named=1)
    patch: dict[str, Any] = {}
    for name, objects in after.items():
        known = {key: fields for key, fields in objects.items() if key in before[name]}
        plain = {key: _without_none(fields) for key, fields in known.items()}
        patch[name] = patch_between(before[name], plain, f"/{name}", named=2)
        patch[name] |= {
            key: _new(fields, f"/{name}/{key}")
            for key, fields in objects.items()
            if key not in known
        }
    return patch


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _new(fields: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Write a new object: what is ``null`` in it, is not there, nor to be as by default."""
    return {
        key: None if value is None else patch_between(None, value, f"{path}/{key}")
        for key, value in fields.items()
    }


def read(patch: Any, workspace: Workspace, of: Any, codec: Codec) -> list[ObjectChange]:
    """Return what a patch would change; see :meth:`ormolu.ChangeSet.from_merge_patch`."""
    graph = GraphDocument(workspace, of, codec, absent=None)
    patch = loaded(patch)
    if not (graph.above and isinstance(patch, dict)):
        document = merged(graph.document, patch, graph.above + 1)
        return with_own_keys(list(graph.changes_to(document)), workspace)
    patch = {
        name: graph.keys.by_known(name, said) if isinstance(said, dict) else said
        for name, said in patch.items()
    }
    document = merged(graph.document, patch, graph.above + 1)
    without_key = set()
    for name, text, fields in _objects(patch):
        if text not in graph.document.get(name, {}):
            document[name][text] = _with_none(fields)
        elif fields.get(graph.keys.attribute, MISSING) is None:
            without_key.add(graph.keys.ref(name, text))
    return with_own_keys(list(graph.changes_to(document, without_key)), workspace)


def _objects(patch: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what a patch says of objects: class, text of the key, and fields."""
    for name, objects in patch.items():
        for text, fields in objects.items() if isinstance(objects, dict) else ():
            if isinstance(fields, dict):
                yield name, text, fields


def _with_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new object as it is in a patch: ``null`` is ``None`` there."""
    return {key: None if part is None else merged(None, part) for key, part in fields.items()}
