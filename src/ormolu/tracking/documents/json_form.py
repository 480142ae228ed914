"""Change sets as plain JSON data: the form that docs/change_sets.md describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn, get_args

from ..._kernel.sentinels import MISSING
from ...errors import PatchError
from ..graph_changes.object_change import Kind, ObjectChange
from ..graph_changes.refs import Ref
from ..graph_changes.values import refs_in
from ..instances.changes import Change, Changes
from .codec import Codec
from .telling_where import told_where

__all__ = ["FORM", "VERSION", "loaded", "read", "written"]

FORM: Final = "changes"
VERSION: Final = 1

_KINDS: Final = get_args(Kind)
_NEEDED: Final[dict[Kind, str]] = {"new": "new", "deleted": "old"}
"""What is said of each field of an object that was not there, or is not any more."""


def loaded(data: Any) -> Any:
    """Return JSON data, parsed if it is a text.

    Raises:
        PatchError: it cannot be.
    """
    if not isinstance(data, (str, bytes, bytearray)):
        return data
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PatchError(f"this is no JSON: {error}") from error


# -- writing -------------------------------------------------------------------------------


def written(
    changes: Iterable[ObjectChange],
    about: Mapping[str, Any],
    origin: str | None,
    codec: Codec,
) -> dict[str, Any]:
    """Return changes as plain data.

    Args:
        changes: the changes.
        about: what else is known of them.
        origin: tells the workspace that has counted the objects without a key.
        codec: writes values that JSON has no form for.

    Raises:
        PatchError: there is a value that the codec cannot write.
    """
    form: dict[str, Any] = {"ormolu": FORM, "version": VERSION}
    if about:
        form["about"] = codec.encode(dict(about))
    changes = list(changes)
    if origin is not None and any(map(_counts, changes)):
        form["origin"] = origin
    form["changes"] = [_object(one, codec) for one in changes]
    return form


def _counts(one: ObjectChange) -> bool:
    """Return whether an object without a key occurs in a change."""
    values = [value for change in one.fields.values() for value in change]
    return any(ref.number is not None for ref in (one.ref, one.ref_after, *refs_in(values)))


def _object(one: ObjectChange, codec: Codec) -> dict[str, Any]:
    data: dict[str, Any] = {"class": one.ref.class_name, **_name(one.ref, codec)}
    data["kind"] = one.kind
    if one.becomes is not None:
        data["becomes"] = _name(one.becomes, codec)
    data["fields"] = {
        key: _change(one.ref, key, change, codec) for key, change in one.fields.items()
    }
    return data


def _name(ref: Ref, codec: Codec) -> dict[str, Any]:
    if ref.number is None:
        return {"key": codec.encode(ref.key)}
    return {"number": ref.number}


def _change(ref: Ref, key: str, change: Change, codec: Codec) -> dict[str, Any]:
    sides = {"old": change.old, "new": change.new}
    with told_where(f"{ref}, {key}", key):
        return {side: codec.encode(value) for side, value in sides.items() if value is not MISSING}


# -- reading -------------------------------------------------------------------------------


def read(data: Any, codec: Codec) -> tuple[list[ObjectChange], dict[str, Any], str | None]:
    """Return the changes that were written, what is known about them, and their origin.

    Raises:
        PatchError: it is not of the form.
    """
    form = _mapping(loaded(data), "a change set")
    if form.get("ormolu") != FORM:
        _refuse("a change set", 'begins with "ormolu": "changes"')
    if not _is_number(form.get("version")) or form["version"] != VERSION:
        _refuse("a change set", f"of this ormolu is of version {VERSION}")
    changes = form.get("changes")
    if not isinstance(changes, list):
        _refuse("changes", "are a list")
    about = codec.decode(_mapping(form.get("about", {}), "about"))
    origin = form.get("origin")
    if not isinstance(origin, (str, type(None))):
        _refuse("origin", "is a text")
    found = [_read_object(one, f"changes[{i}]", codec) for i, one in enumerate(changes)]
    return found, about, origin


def _read_object(data: Any, where: str, codec: Codec) -> ObjectChange:
    data = _mapping(data, where)
    kind, class_name = data.get("kind"), data.get("class")
    if kind not in _KINDS:
        _refuse(f"{where}.kind", f"is one of {', '.join(_KINDS)}")
    if not isinstance(class_name, str):
        _refuse(f"{where}.class", "is the name of a class")
    becomes = data.get("becomes")
    if becomes is not None and kind != "changed":
        _refuse(f"{where}.becomes", f"is of what has changed, and not of what is {kind}")
    fields = {
        key: _read_change(change, kind, f"{where}.fields.{key}", codec)
        for key, change in _mapping(data.get("fields"), f"{where}.fields").items()
    }
    return ObjectChange(
        _read_name(class_name, data, where, codec),
        kind,
        Changes(fields),
        None if becomes is None else _read_name(class_name, becomes, f"{where}.becomes", codec),
    )


def _read_name(class_name: str, data: Any, where: str, codec: Codec) -> Ref:
    data = _mapping(data, where)
    number = data.get("number")
    if (data.get("key") is None) is (number is None):
        _refuse(where, 'has a "key", or a "number" instead')
    if number is not None and not _is_number(number):
        _refuse(f"{where}.number", "is a whole number")
    key = codec.decode(data.get("key"))
    try:
        hash(key)
    except TypeError as error:
        _refuse(f"{where}.key", f"has to be hashable: {error}")
    return Ref(class_name, key, number)


def _is_number(data: Any) -> bool:
    return type(data) is int  # True is equal to 1


def _read_change(data: Any, kind: Kind, where: str, codec: Codec) -> Change:
    data = _mapping(data, where)
    if not data or not data.keys() <= {"old", "new"}:
        _refuse(where, 'has an "old" value, a "new" one, or both')
    side = _NEEDED.get(kind)
    if side is not None and side not in data:
        _refuse(where, f'is of an object that is {kind}, so there is its "{side}" value')
    with told_where(where):
        sides = {side: codec.decode(value) for side, value in data.items()}
    return Change(sides.get("old", MISSING), sides.get("new", MISSING))


def _mapping(data: Any, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        _refuse(where, f"is an object, not {type(data).__name__}")
    return data


def _refuse(where: str, what: str) -> NoReturn:
    raise PatchError(f"this is not the JSON of a change set: {where} {what}")
