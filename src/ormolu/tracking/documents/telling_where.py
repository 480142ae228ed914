"""What goes wrong within a document, told with the place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import PatchError

__all__ = ["told_where"]


@contextmanager
def told_where(place: object, key: str | None = None) -> Iterator[None]:
    """Have a message begin with the place that it is about.

    Args:
        place: the place.
        key: the name of the field that it is, unless the error names one within.
    """
    try:
        yield
    except PatchError as error:
        raise PatchError(
            f"{place}: {error}", class_=error.class_, key=key if error.key is None else error.key
        ) from error
