"""JSON Patches carried out: the format is jsonpatch's, what is said of what fails is our own."""

from __future__ import annotations

from typing import Any

from ...core.faults.wording import shown
from ...errors import MissingExtraError, PatchError
from .pointers import parts_of, pointer_to
from .unwritable import Kept

__all__ = ["carried_out", "jsonpatch"]

_MOST = 10
"""How many members are named in a message."""


def jsonpatch() -> Any:
    """Return the package.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import jsonpatch  # noqa: PLC0415 - for those who use the format
    except ImportError as error:
        raise MissingExtraError(
            "JSON Patches (RFC 6902) need the package jsonpatch: install ormolu[patches]"
        ) from error
    return jsonpatch


def carried_out(patch: Any, document: Any) -> Any:
    """Return what a document is after a patch; the document stays as it is.

    Args:
        patch: the operations.
        document: what they are for.

    Raises:
        PatchError: it is no patch, or one of the operations does not apply.
        MissingExtraError: jsonpatch is not installed.
    """
    package = jsonpatch()
    if not isinstance(patch, list):
        raise PatchError(f"a JSON Patch is a list of operations, so {shown(patch)} does not apply")
    present = package.JsonPatch([]).apply(document)
    for number, operation in enumerate(patch, 1):
        try:
            present = package.JsonPatch([operation]).apply(present, in_place=number > 1)
        except Exception as error:  # there are several, of two packages
            why = _why(operation, present) or str(error)[:200]
            raise PatchError(
                f"operation {number} of the patch, {shown(operation)}, does not apply, and "
                f"nothing was changed: {why}"
            ) from error
    return present


def _why(operation: Any, document: Any) -> str:
    """Say which part of a path there is not, or ``""``: it is something else."""
    if not isinstance(operation, dict):
        return ""
    for name in ("from", "path"):
        parts = parts_of(operation.get(name))
        if parts:
            may_lack_last = name == "path" and operation.get("op") in ("add", "move", "copy")
            why = _missing(parts, document, may_lack_last)
            if why or name == "path":
                return why or _differs(operation, parts, document)
    return ""


def _missing(parts: tuple[str, ...], document: Any, may_lack_last: bool) -> str:
    for at, part in enumerate(parts):
        if at == len(parts) - 1 and may_lack_last and isinstance(document, (dict, list)):
            return ""
        if not _has(document, part):
            return f"there is no {part!r}{_place(parts[:at])}{_what(document)}"
        document = document[int(part) if isinstance(document, list) else part]
    return ""


def _has(document: Any, part: str) -> bool:
    if isinstance(document, list):
        return part.isdecimal() and int(part) < len(document)
    return isinstance(document, dict) and part in document


def _place(parts: tuple[str, ...]) -> str:
    return f" in {pointer_to(parts)}" if parts else ""


def _what(document: Any) -> str:
    if isinstance(document, Kept):
        return f", for what is there cannot be written: {document.why}"
    if isinstance(document, list):
        return f", which has {len(document)} members"
    if not isinstance(document, dict):
        return f", which is {shown(document)}"
    more = ", ..." if len(document) > _MOST else ""
    return f"; there are {', '.join(list(document)[:_MOST])}{more}" if document else ""


def _differs(operation: dict[str, Any], parts: tuple[str, ...], document: Any) -> str:
    """Say what a test has found; ``""`` if it is no test."""
    if operation.get("op") != "test" or "value" not in operation:
        return ""
    for part in parts:
        document = document[int(part) if isinstance(document, list) else part]
    return f"what is there is {shown(document)}"
