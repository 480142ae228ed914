"""Which of the objects that a value was made of are still there, to be given back in place.

A table has no references to them, only what ``id`` said.  The object may be gone since,
and its id that of another one, which somebody else may hold and must not be touched.  So
an object counts as the one of a record if it has the id and stands where that one stood;
or if it stands elsewhere, as rows of a list do that was sorted, and holds just what that
one held.  To fill such a one changes nothing.
"""

from __future__ import annotations

from typing import Any

from ..._kernel.sentinels import MISSING
from .leaves import IsReference, find, same, same_set
from .records import Link, Record, Taking

__all__ = ["standing"]


def standing(records: list[Record], value: Any, is_reference: IsReference) -> dict[Link, Any]:
    """Return the objects that are still there, by the links to their records.

    Args:
        records: a table.
        value: what the first record was made of, or what is in its place now.
        is_reference: whether an object is one that is referred to.
    """
    search = _Search(records, is_reference)
    search.walk(Link(0), value)
    search.look_elsewhere(value)
    return search.found


class _Search:
    __slots__ = ("_claimed", "_is_reference", "_records", "found")

    def __init__(self, records: list[Record], is_reference: IsReference) -> None:
        self._records = records
        self._is_reference = is_reference
        self._claimed: set[int] = set()
        self.found: dict[Link, Any] = {}

    def walk(self, link: Link, value: Any) -> None:
        """Take an object for that of a record, and what stands in its place below it."""
        todo = [(link, value)]
        while todo:
            link, value = todo.pop()
            record = self._records[link]
            if link not in self.found and id(value) not in self._claimed and fits(record, value):
                self._claimed.add(id(value))
                self.found[link] = value
                for old, new in _places(record, value):
                    if type(old) is Link and self._is_of(old, new):
                        todo.append((old, new))

    def look_elsewhere(self, value: Any) -> None:
        """Take what is anywhere in the value, or was in a set, and holds what it held."""
        where = [value]
        for record in self._records:
            where += [member for member, _ in record.members or ()]
        parts = Taking(where, self._is_reference).originals[1:]  # the list is not there
        present = {id(part): part for part in parts}
        for number, record in enumerate(self._records):
            part = present.get(record.origin, MISSING)
            link = Link(number)
            if link not in self.found and fits(record, part) and self._is_unchanged(record, part):
                self.walk(link, part)

    def _is_of(self, link: Link, value: Any) -> bool:
        return self._records[link].origin == id(value)

    def _is_unchanged(self, record: Record, value: Any) -> bool:
        """Return whether an object holds what is in a record, the very parts of it included."""
        if not _may_hold_the_same(record, value):
            return False
        for old, new in _places(record, value):
            if type(old) is Link:
                if not self._is_of(old, new):
                    return False
            elif not same(old, new, self._is_reference):
                return False
        return True


def fits(record: Record, value: Any) -> bool:
    """Return whether an object can be given back in place what a record says."""
    return type(value) is record.class_ and record.shape.fits(
        value, record.content, record.fields or {}
    )


def _places(record: Record, value: Any) -> list[tuple[Any, Any]]:
    """Return what was in each place of an object, and what is there now."""
    content = record.content
    found: list[tuple[Any, Any]] = []
    if type(content) is list:
        found += zip(content, record.shape.look(value), strict=False)
    elif type(content) is dict:
        now = record.shape.look(value)
        found += [(old, find(now, key, MISSING)) for key, old in content.items()]
    if record.members is not None:
        found += [(link, member) for member, link in record.members]
    if record.fields is not None:
        now = record.shape.fields(value)
        found += [(old, now.get(name, MISSING)) for name, old in record.fields.items()]
    return found


def _may_hold_the_same(record: Record, value: Any) -> bool:
    """Return whether an object has as many places, and in what has none the same content."""
    if record.fields is not None and len(record.fields) != len(record.shape.fields(value)):
        return False
    content = record.content
    if content is None:
        return True
    now = record.shape.look(value)
    if type(content) is list or type(content) is dict:
        return len(content) == len(now)
    if type(content) is set:
        return same_set(content, now)
    return record.shape.same_content(content, now)
