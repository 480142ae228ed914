"""Looking a key up in a dictionary where it was last time.

The native form of this module is its ``.pxd``, which is compiled into the others.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "are_inert",
    "find",
    "has_keys",
    "is_bare",
    "keep_only",
    "keep_only_in",
    "place_in",
]


def find(dict_: dict[str, Any], key: str, place: int) -> Any:
    """Return the value of a key, or ``None``.

    Args:
        dict_: a dictionary.
        key: an interned string.
        place: where it may be; what :func:`place_in` returned for this dictionary or
            another one.
    """
    return dict_.get(key)


def place_in(dict_: dict[str, Any], key: str) -> int:
    """Return where a dictionary has a key, or -1 if that is not known."""
    return -1


def has_keys(dict_: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Return whether a dictionary has these keys, in this order, and no others.

    That it has them in another order may go unnoticed: the answer is then ``False``.
    """
    return len(dict_) == len(keys) and tuple(dict_) == keys


def are_inert(dict_: dict[str, Any], besides: Any) -> bool:
    """Return whether it is known that to drop the values of a dictionary calls nobody.

    Args:
        dict_: the dictionary.
        besides: a value that is not looked at.
    """
    return False


def keep_only(dict_: dict[str, Any], key: str) -> bool:
    """Drop all values but that of one key, if that can be done where they are.

    Args:
        dict_: the dictionary.
        key: an interned string, one of the keys.

    Returns:
        whether it could.
    """
    return False


def is_bare(instance: Any, keys: tuple[str, ...]) -> bool:
    """Return whether it is known that an instance has no dictionary, and these keys.

    Args:
        instance: an instance of a class with a plain ``__dict__``.
        keys: interned strings, in the order that the values came in.
    """
    return False


def keep_only_in(instance: Any, key: str) -> None:
    """Drop all values but that of one key; only where :func:`is_bare` is true."""
    raise NotImplementedError(instance)
