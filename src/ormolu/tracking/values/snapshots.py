"""What a value was like: taken before it may change in place, compared and given back later.

Followed are lists, tuples, dictionaries, sets, deques, byte arrays, arrays, and instances
of their subclasses with their attributes; named tuples; instances of dataclasses and of
attrs classes; models of Pydantic 2.10 or later; and ``SimpleNamespace``.  Of a dataclass,
an attrs class or a model the declared fields count, and nothing else.

Anything else is a leaf: held by reference, and compared as :mod:`.leaves` says.  What
changes inside of one is not seen.  Neither is what changes inside of a key of a
dictionary.  Members of sets are held by reference too, for a copy of one need not be
the same member, but what changes inside of those is seen.
"""

from __future__ import annotations

from operator import is_
from typing import Any

from .classes import ATOMS, shape_of
from .leaves import IsReference, is_atom, same, same_order, same_set
from .rebuilding import Rebuilding
from .records import Link, Record, Taking
from .standing import standing

__all__ = ["Snapshot", "is_atom", "take"]

_ABSENT: Any = object()
_NOTHING: frozenset[Link] = frozenset()


class Snapshot:
    """The structure of a value at one time.

    Made by :func:`take`.  It holds copies of the containers that the value was made of,
    not the containers themselves, so it keeps nothing of the value alive but leaves and
    members of sets.

    Attributes:
        closed: whether all that it holds are atoms, so that it cannot be part of a
            circle of references.
        is_reference: the function that :func:`take` was given.
    """

    __slots__ = ("closed", "is_reference", "records", "shared")

    def __init__(
        self,
        records: list[Record],
        shared: set[Link] | frozenset[Link],
        closed: bool,
        is_reference: IsReference,
    ) -> None:
        self.records = records
        self.shared = shared
        self.closed = closed
        self.is_reference = is_reference

    def __repr__(self) -> str:
        return f"<Snapshot of {self.records[0].class_.__name__}>"

    def matches(self, value: Any) -> bool:
        """Return whether a value is what it was when the snapshot was taken.

        Leaves are compared as :mod:`.leaves` says, containers by class and members, the
        order of keys in an ``OrderedDict`` alone.  Whether one object is there twice, or
        two equal ones, makes no difference.

        Args:
            value: any object.

        Example:
            >>> value = {"a": [1, 2]}
            >>> snapshot = take(value, lambda obj: False)
            >>> value["a"].append(3)
            >>> snapshot.matches(value), snapshot.matches({"a": [1, 2]})
            (False, True)
        """
        record = self.records[0]
        if type(value) is list is record.class_ and not record.linked:
            kept: Any = record.content
            # as most lists are that nobody has changed
            if len(kept) == len(value) and all(map(is_, kept, value)):
                return True
        return self.matches_at(Link(0), value)

    def matches_at(self, link: Link, value: Any) -> bool:
        """Return whether a value is what a record was made of."""
        todo = [(link, value)]
        # what was compared is kept here, or another object might get its id
        seen: dict[tuple[Link, int], Any] = {}
        while todo:
            link, value = todo.pop()
            record = self.records[link]
            if type(value) is not record.class_:
                return False
            if link in self.shared:
                if (link, id(value)) in seen:
                    continue
                seen[link, id(value)] = value
            if not self._same(record, value, todo):
                return False
        return True

    def _same(self, record: Record, value: Any, todo: list[tuple[Link, Any]]) -> bool:
        """Compare one container or object; what is inside of it is yet to be done."""
        if record.content is not None and not self._same_content(record, value, todo):
            return False
        return record.fields is None or self._same_dict(
            record.fields, record.shape.fields(value), True, todo
        )

    def _same_content(self, record: Record, value: Any, todo: list[tuple[Link, Any]]) -> bool:
        content, shape = record.content, record.shape
        now = shape.look(value)
        kind = type(content)
        if kind is list:
            return self._same_list(content, now, record.linked, todo)
        if kind is dict:
            alike = self._same_dict(content, now, record.linked, todo)
            return alike and (not shape.ordered or same_order(content, now))
        if kind is set:
            todo += record.members_in(now)
            return same_set(content, now)
        return shape.same_content(content, now)

    def _same_list(
        self, kept: list[Any], now: Any, linked: bool, todo: list[tuple[Link, Any]]
    ) -> bool:
        if len(kept) != len(now):
            return False
        if not linked and all(map(is_, kept, now)):
            return True
        for old, new in zip(kept, now):  # noqa: B905 - an == may change its length
            if old is not new:
                if type(old) is Link:
                    todo.append((old, new))
                elif not same(old, new, self.is_reference):
                    return False
        return True

    def _same_dict(
        self, kept: dict[Any, Any], now: Any, linked: bool, todo: list[tuple[Link, Any]]
    ) -> bool:
        if len(kept) != len(now):
            return False
        if not linked and all(map(is_, kept.values(), now.values())) and all(map(is_, kept, now)):
            return True
        for key, old in kept.items():
            try:
                new = now.get(key, _ABSENT)
            except Exception:  # of a key's __eq__
                return False
            if old is not new:
                if new is _ABSENT:
                    return False
                if type(old) is Link:
                    todo.append((old, new))
                elif not same(old, new, self.is_reference):
                    return False
        return True

    def thaw(self) -> Any:
        """Return a new value like the one that the snapshot was taken of.

        Its containers and objects are new, of the same classes, made without ``__init__``;
        where one was there twice, one is.  Leaves and members of sets are the same objects.

        Example:
            >>> take([1, [2]], lambda obj: False).thaw()
            [1, [2]]
        """
        return Rebuilding(self.records).build(Link(0))

    def restore(self, value: Any) -> Any:
        """Give a value back what it was made of, in place as far as can be.

        The containers and objects that the value was made of get their content back, as
        far as they are still there: see :mod:`.standing`.  For others there are new ones;
        what came in their place is left alone.

        Args:
            value: what the snapshot was taken of.

        Returns:
            The value; or a new one if the value is immutable or of another class.

        Raises:
            Exception: whatever a descriptor of a field raises.  All is then as it was.

        Example:
            >>> rows = [[1], [2]]
            >>> snapshot, first = take(rows, lambda obj: False), rows[0]
            >>> first.append(5); rows.append(6)
            >>> snapshot.restore(rows)
            [[1], [2]]
            >>> rows[0] is first
            True
        """
        there = standing(self.records, value, self.is_reference)
        return Rebuilding(self.records, there).build(Link(0))


def take(value: Any, is_reference: IsReference) -> Snapshot | None:
    """Return what a value is like now.

    Args:
        value: any object.
        is_reference: whether an object is one that is referred to, and not part of the
            value.  It is not asked of instances of Python's own classes.

    Returns:
        A snapshot, or ``None`` where nothing could change in place that would be seen.

    Example:
        >>> take("text", lambda obj: False) is None
        True
        >>> take({"a": [1, 2]}, lambda obj: False)
        <Snapshot of dict>
    """
    class_ = type(value)
    shape = shape_of(class_)
    if shape is None:
        return None
    if class_ is list or class_ is dict or class_ is set:
        record = Record(value, shape)
        if _is_flat(record.content):
            return Snapshot([record], _NOTHING, True, is_reference)
    taking = Taking(value, is_reference)
    for record in taking.records:
        if not record.shape.fixed:
            return Snapshot(taking.records, taking.shared, taking.closed, is_reference)
    return None


def _is_flat(content: Any) -> bool:
    """Return whether all members of a list, dictionary or set are atoms, as is most usual."""
    if type(content) is dict and not ATOMS.issuperset(map(type, content.values())):
        return False
    return ATOMS.issuperset(map(type, content))
