"""A graph as one JSON document, and what changed in it as a document.

The document has the objects by class and by key: ``{"Person": {"1": {"name": "Ann"}}}``.
Or the document is one object: ``{"name": "Ann"}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._kernel.sentinels import MISSING
from ...errors import PatchError
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from .codec import Codec
from .object_keys import KeyTexts
from .plain import PlainForm
from .telling_where import told_where
from .unwritable import Kept

__all__ = ["Document", "before_and_after", "is_equal"]

Document = dict[str, Any]


def before_and_after(
    changes: Mapping[Ref, ObjectChange], of: Ref | None, codec: Codec, omits: bool = False
) -> tuple[Document, Document]:
    """Return what changed as it was and as it is, in two documents.

    Args:
        changes: the changes, by the names of the objects.
        of: the object that is the document.
        codec: writes the values.
        omits: whether fields of records are left out that are ``None`` by default, and are.

    Raises:
        PatchError: there is a value that cannot be written, the object is not there, or two
            objects have keys that read the same.
    """
    form = PlainForm(codec, omits=omits)
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
        return _both(one, form)
    before: Document = {}
    after: Document = {}
    texts = KeyTexts(codec)
    for ref, one in changes.items():
        text = texts.put(ref)
        old, new = _both(one, form)
        for document, fields, is_there in (
            (before, old, one.kind != "new"),
            (after, new, one.kind != "deleted"),
        ):
            objects = document.setdefault(ref.class_name, {})
            if is_there:
                objects[text] = fields
    return before, after


def _both(one: ObjectChange, form: PlainForm) -> tuple[Document, Document]:
    """Return the fields of an object before a change, and after it."""
    before: Document = {}
    after: Document = {}
    for key, (old, new) in one.fields.items():
        expected = form.expected(one.ref.class_name, key, old)
        with told_where(f"{one.ref}, {key}", key):
            for document, value in ((before, old), (after, new)):
                if value is not MISSING:
                    document[key] = form.encode(value, expected)
    return before, after


def is_equal(one: Any, other: Any) -> bool:
    """Return whether data are the same, and not one ``1`` and the other ``true``."""
    return bool(one == other) and _written(one) == _written(other)


def _written(data: Any) -> str:
    return json.dumps(data, sort_keys=True, default=_number_of)


def _number_of(part: Any) -> int:
    """Tell what stands for itself from all others."""
    if isinstance(part, Kept):
        return id(part)
    raise TypeError(part)
