"""What can be the name of an attribute."""

from __future__ import annotations

import keyword

__all__ = ["is_attribute_name", "is_reserved"]


def is_attribute_name(name: str) -> bool:
    """Return whether ``name`` can follow a dot in a source, and is the same there.

    Example:
        >>> [is_attribute_name(name) for name in ("width", "class", "two words")]
        [True, False, False]
    """
    return name.isidentifier() and not keyword.iskeyword(name) and _is_normal(name)


def is_reserved(name: str) -> bool:
    """Return whether the interpreter, or the layer itself, looks there for something else.

    Example:
        >>> is_reserved("__dict__"), is_reserved("__private")
        (True, False)
    """
    return name[:2] == name[-2:] == "__"


def _is_normal(name: str) -> bool:
    """Whether the name is what Python makes of it in a source."""
    if name.isascii():
        return True
    import unicodedata  # noqa: PLC0415 - seldom needed

    return unicodedata.is_normalized("NFKC", name)
