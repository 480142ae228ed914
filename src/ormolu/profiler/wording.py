"""Numbers and lists in words."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["listed", "many", "size", "times"]


def many(count: int, class_: str) -> str:
    """Return so many objects of a class.

    Example:
        >>> many(1, "Author"), many(1000, "Author")
        ('1 object of Author', '1,000 objects of Author')
    """
    return f"{count:,} {'object' if count == 1 else 'objects'} of {class_}"


def times(count: int) -> str:
    """Return how often.

    Example:
        >>> times(1), times(2)
        ('once', '2 times')
    """
    return "once" if count == 1 else f"{count:,} times"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names, and how many more there are.

    Example:
        >>> listed("abc", most=2)
        'a, b and 1 more'
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def size(count: float) -> str:
    """Return a number of bytes.

    Example:
        >>> size(100), size(2048)
        ('100 B', '2 KiB')
    """
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:,.0f} {unit}"
        count /= 1024
    return f"{count:,.1f} GiB"
