"""What a value was made of: a table of records, one for each container and object in it.

The table is flat.  A record that has another one for a member holds its number, so a
value that contains itself makes no circle of records, and one that is nested a hundred
thousand levels deep no chain of them.  Whatever walks a table keeps a list of what it
has yet to see, and does not recurse.
"""

from __future__ import annotations

from typing import Any

from .classes import ATOMS, is_atomic, shape_of
from .leaves import IsReference, is_atom
from .shapes import Shape

__all__ = ["Link", "Record", "Taking"]

_UNKNOWN: Any = object()


class Link(int):
    """The number of a record, in the place of what the record is of."""

    __slots__ = ()


class Record:
    """What one container or object was made of.

    Attributes:
        class_: its class.
        shape: how instances of the class are taken apart.
        origin: what ``id`` said of it.  The object may be gone, and the number another's.
        content: a plain copy of what it held, links in the place of what is followed.
        fields: the same of its attributes, or ``None``.
        linked: whether there are links in the content.
        members: members of a set that are followed, each with the link to its record.
            What is hashed cannot be copied without becoming another member.
        aside: what a new instance needs besides, see :meth:`Shape.aside`.
    """

    __slots__ = (
        "aside",
        "class_",
        "content",
        "fields",
        "linked",
        "members",
        "origin",
        "shape",
    )

    def __init__(self, value: Any, shape: Shape) -> None:
        self.class_ = type(value)
        self.shape = shape
        self.origin = id(value)
        self.content = shape.content(value)
        self.fields: dict[str, Any] | None = None
        self.linked = False
        self.members: list[tuple[Any, Link]] | None = None
        self.aside = None
        if shape.has_fields:
            self.fields = shape.fields(value)
            self.aside = shape.aside(value)

    def linked_content(self) -> list[Link]:
        """Return the numbers of the records that stand in the content."""
        if not self.linked:
            return []
        content = self.content
        members = content.values() if type(content) is dict else content
        return [member for member in members if type(member) is Link]

    def linked_fields(self) -> list[Link]:
        """Return the numbers of the records that stand in the fields."""
        fields = self.fields or {}
        return [field for field in fields.values() if type(field) is Link]

    def members_in(self, now: Any) -> list[tuple[Link, Any]]:
        """Return which of the members that are followed are still there, after their links."""
        if self.members is None:
            return []
        ids = set(map(id, now))
        return [(link, member) for member, link in self.members if id(member) in ids]


class Taking:
    """The table of a value in the making.

    Args:
        value: what to take apart.
        is_reference: whether an object is one that is referred to.

    Attributes:
        root: the link to the first record, or the value itself if it is a leaf.
        records: the table.
        originals: the container or object of each record.
        shared: the numbers of the records that more than one link leads to.
        closed: whether all leaves are atoms.
    """

    __slots__ = (
        "_is_reference",
        "_links",
        "_shapes",
        "closed",
        "originals",
        "records",
        "root",
        "shared",
    )

    def __init__(self, value: Any, is_reference: IsReference) -> None:
        self._is_reference = is_reference
        self._links: dict[int, Link] = {}
        self._shapes: dict[type, Shape | None] = {}
        self.closed = True
        self.originals: list[Any] = []
        self.records: list[Record] = []
        self.shared: set[Link] = set()
        self.root = self._stand_in(value)
        # links that are made while one record is add originals behind it
        for original in self.originals:
            self.records.append(self._record(original))

    def _stand_in(self, value: Any) -> Any:
        """Return a link to the record that a value has or will have, or, of a leaf, itself."""
        class_ = type(value)
        shape = self._shapes.get(class_, _UNKNOWN)
        if shape is _UNKNOWN:
            shape = self._learn(class_)
        if shape is None:
            return value
        if shape.fixed and ATOMS.issuperset(map(type, shape.look(value))):
            return value
        if not shape.built_in and self._is_reference(value):
            self.closed = False
            return value
        link = self._links.get(id(value))
        if link is not None:
            self.shared.add(link)
            return link
        link = self._links[id(value)] = Link(len(self.originals))
        self.originals.append(value)
        return link

    def _learn(self, class_: type) -> Shape | None:
        shape = self._shapes[class_] = shape_of(class_)
        if shape is None and not is_atomic(class_):
            self.closed = False
        return shape

    def _record(self, value: Any) -> Record:
        record = Record(value, self._shapes[type(value)])  # type: ignore[arg-type]
        content = record.content
        if type(content) is list:
            record.linked = self._link_list(content)
        elif type(content) is dict:
            self._judge(content)
            record.linked = self._link_dict(content)
        elif type(content) is set:
            record.members = self._link_set(content)
        if record.fields:
            self._link_dict(record.fields)
        if record.aside is not None:
            self._judge((record.aside[0] or {}).values())
        return record

    def _link_list(self, members: list[Any]) -> bool:
        if ATOMS.issuperset(map(type, members)):
            return False
        linked = False
        for index, member in enumerate(members):
            if type(member) not in ATOMS:
                stand_in = self._stand_in(member)
                if stand_in is not member:
                    members[index] = stand_in
                    linked = True
        return linked

    def _link_dict(self, members: dict[Any, Any]) -> bool:
        if ATOMS.issuperset(map(type, members.values())):
            return False
        linked = False
        for key, member in members.items():
            if type(member) not in ATOMS:
                stand_in = self._stand_in(member)
                if stand_in is not member:
                    members[key] = stand_in
                    linked = True
        return linked

    def _link_set(self, members: set[Any]) -> list[tuple[Any, Link]] | None:
        if ATOMS.issuperset(map(type, members)):
            return None
        found = []
        for member in members:
            link = self._stand_in(member)
            if link is not member:
                found.append((member, link))
        if found:
            self.closed = False
        return found or None

    def _judge(self, leaves: Any) -> None:
        """Note of leaves that are held and not followed, such as keys, whether all are atoms."""
        if self.closed and not ATOMS.issuperset(map(type, leaves)):
            self.closed = is_atom(tuple(leaves))
