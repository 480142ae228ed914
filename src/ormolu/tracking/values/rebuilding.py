"""Values made again of a table of records, or given back in place."""

from __future__ import annotations

from operator import is_
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an
from .records import Link, Record
from .shapes import Shape

__all__ = ["Rebuilding"]


class _Filling:
    """What one container or object is to hold, or held before."""

    __slots__ = ("aside", "content", "fields", "shape", "value")

    def __init__(self, shape: Shape, value: Any, content: Any, fields: Any, aside: Any) -> None:
        self.shape = shape
        self.value = value
        self.content = content
        self.fields = fields
        self.aside = aside

    def now(self) -> _Filling:
        """Return what the same object holds now."""
        shape, value = self.shape, self.value
        fields = shape.fields(value) if shape.has_fields else None
        return _Filling(shape, value, shape.content(value), fields, shape.aside(value))

    def put(self) -> None:
        """Fill what is new."""
        if self.content is not None and not self.shape.immutable:
            self.shape.put(self.value, self.content)
        self._put_attributes({})

    def exchange(self, now: _Filling) -> None:
        """Put what is not there yet: to fill a container disturbs who iterates over it."""
        if self.content is not None and not _holds(now.content, self.content):
            self.shape.put(self.value, self.content)
        self._put_attributes(now.fields)

    def _put_attributes(self, now: Any) -> None:
        if self.aside is not None:
            self.shape.put_aside(self.value, self.aside)
        if self.fields is not None:
            self.shape.put_fields(self.value, self.fields, now)


class Rebuilding:
    """The values of a table of records, each made once.

    All are made before one is filled, and all that is new is filled before anything that
    was there is touched; so what refuses to be changed, refuses early or is put back.

    Args:
        records: the table.
        standing: objects to be used again rather than made anew, by the links to their
            records.  Without any, members of sets are not looked into.
    """

    __slots__ = ("_made", "_records", "_standing")

    def __init__(self, records: list[Record], standing: dict[Link, Any] | None = None) -> None:
        self._records = records
        self._standing = standing
        self._made: dict[Link, Any] = {}

    def build(self, link: Link) -> Any:
        """Return the value of a record, with all that it refers to."""
        links = self._reached(link)
        for each in links:
            if not self._records[each].shape.immutable:
                self._made[each] = self._mutable(each)
        for each in links:
            self._make_immutable(each)
        self._fill(links)
        return self._made[link]

    def _reached(self, link: Link) -> list[Link]:
        """Return the links to what has yet to be made."""
        todo = [link]
        found: dict[Link, None] = {}
        while todo:
            link = todo.pop()
            if link not in self._made and link not in found:
                record = self._records[link]
                found[link] = None
                todo += record.linked_content()
                todo += record.linked_fields()
                if self._standing is not None and record.members is not None:
                    todo += [inner for _, inner in record.members]
        return list(found)

    def _mutable(self, link: Link) -> Any:
        found = self._stood(link)
        if found is not MISSING:
            return found
        record = self._records[link]
        return record.shape.new(record.class_, record.content, record.fields or {})

    def _stood(self, link: Link) -> Any:
        return MISSING if self._standing is None else self._standing.get(link, MISSING)

    def _make_immutable(self, link: Link) -> None:
        """Make a tuple or frozen set, those that it holds first."""
        waiting = [link]
        while waiting:
            link = waiting[-1]
            if link in self._made:
                waiting.pop()
                continue
            record = self._records[link]
            lacking = [each for each in record.linked_content() if each not in self._made]
            if lacking:
                waiting += lacking
            else:
                self._made[link] = self._immutable(link, record)

    def _immutable(self, link: Link, record: Record) -> Any:
        content = self._resolved(record.content)
        found = self._stood(link)
        if found is not MISSING and _holds(record.shape.look(found), content):
            return found
        return record.shape.new(record.class_, content, record.fields or {})

    def _resolved(self, content: Any) -> Any:
        """Return a content or fields with what was made in the place of links."""
        made = self._made
        if type(content) is list:
            return [made[part] if type(part) is Link else part for part in content]
        if type(content) is dict:
            return {
                key: made[part] if type(part) is Link else part for key, part in content.items()
            }
        return content

    def _fill(self, links: list[Link]) -> None:
        new: list[_Filling] = []
        standing: list[_Filling] = []
        for link in links:
            filling = self._filling(link)
            (standing if filling.value is self._stood(link) else new).append(filling)
        for filling in new:
            filling.put()
        before: list[_Filling] = []
        try:
            for filling in standing:
                before.append(filling.now())
                filling.exchange(before[-1])
        except BaseException as error:
            for filling in reversed(before):
                try:
                    filling.exchange(filling.now())
                except Exception as failure:  # the others go back all the same
                    name = type(filling.value).__qualname__
                    error.add_note(f"{an(name)} in it did not go back: {failure!r}")
            raise

    def _filling(self, link: Link) -> _Filling:
        record = self._records[link]
        content, fields = self._resolved(record.content), self._resolved(record.fields)
        return _Filling(record.shape, self._made[link], content, fields, record.aside)


def _holds(now: Any, content: Any) -> bool:
    """Return whether a container holds these very objects."""
    if len(now) != len(content):
        return False
    if type(content) is set:
        return set(map(id, now)) == set(map(id, content))
    if type(content) is dict and not all(map(is_, now.values(), content.values())):
        return False
    return all(map(is_, now, content))
