"""JSON Pointers (RFC 6901), which say where in a document something is."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["parts_of", "pointer_to"]


def parts_of(pointer: object) -> tuple[str, ...]:
    """Return the names that a pointer goes by; of what is none, and of the whole, none.

    Example:
        >>> parts_of("/Person/a~1b/name")
        ('Person', 'a/b', 'name')
    """
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        return ()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def pointer_to(parts: Iterable[str]) -> str:
    """Return the pointer that goes by some names.

    Example:
        >>> pointer_to(["Person", "a/b"])
        '/Person/a~1b'
    """
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
