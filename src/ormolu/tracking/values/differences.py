"""What differs between a value as it was and as it is, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple, TypeAlias

from ..._kernel.sentinels import MISSING
from .classes import ATOMS, shape_of
from .leaves import IsReference, find, refers, same, same_order, same_set
from .rebuilding import Rebuilding
from .records import Link, Record, Taking
from .shapes import Shape
from .snapshots import Snapshot

__all__ = ["Attr", "Difference", "Item", "Member", "Step", "differ", "differences", "render"]


@dataclass(frozen=True, slots=True)
class Attr:
    """A step to an attribute.

    Example:
        >>> str(Attr("name"))
        '.name'
    """

    name: str

    def __str__(self) -> str:
        return f".{self.name}"


@dataclass(frozen=True, slots=True)
class Item:
    """A step to what is at an index or under a key.

    Example:
        >>> str(Item(0)), str(Item("a"))
        ('[0]', "['a']")
    """

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"


@dataclass(frozen=True, slots=True)
class Member:
    """A step to a member of a set.

    Example:
        >>> str(Member("x"))
        "{'x'}"
    """

    value: Any

    def __str__(self) -> str:
        return f"{{{self.value!r}}}"


Step: TypeAlias = Attr | Item | Member


class Difference(NamedTuple):
    """One place where a value is not what it was.

    Attributes:
        path: how to get there from the value.
        old: what was there, or ``MISSING``.  What could have changed since is a copy.
        new: what is there, or ``MISSING``: the object itself.

    Example:
        >>> from ormolu import Change, Changes
        >>> changed = Changes({"meta": Change({"a": [1]}, {"a": [2]})})
        >>> changed.within("meta")
        [Difference(path=(Item(key='a'), Item(key=0)), old=1, new=2)]
    """

    path: tuple[Step, ...]
    old: Any
    new: Any


def render(path: tuple[Step, ...]) -> str:
    """Return a path as one would write it behind the name of the value.

    Keys that are identifiers read like attributes.

    Example:
        >>> "meta" + render((Item("a"), Attr("b"), Item(2), Item("two words")))
        "meta.a.b[2]['two words']"
    """
    return "".join([_short(step) for step in path])


def _short(step: Step) -> str:
    if isinstance(step, Item) and type(step.key) is str and step.key.isidentifier():
        return f".{step.key}"
    return str(step)


def differences(old: Any, new: Any, is_reference: IsReference) -> list[Difference]:
    """Return where two values differ, in the order of the new one's places.

    There are none just if a snapshot of the old one matches the new one.  Of two
    sequences what is the same at both ends is left out, so what was inserted or removed
    at one place is one difference each; in between they are compared item by item.  What
    is in several places of both is compared at the first.

    Args:
        old: a value, or the :class:`Snapshot` of one.
        new: a value.
        is_reference: whether an object is one that is referred to; of a snapshot, the
            function counts that it was taken with.

    Example:
        >>> found = differences({"a": {"b": 1}}, {"a": {"b": 2}}, lambda obj: False)
        >>> [f"meta{render(path)}: {old} -> {new}" for path, old, new in found]
        ['meta.a.b: 1 -> 2']
    """
    if isinstance(old, Snapshot):
        return _Comparison(old).run(Link(0), new)
    taking = Taking(old, is_reference)
    snapshot = Snapshot(taking.records, taking.shared, taking.closed, is_reference)
    return _Comparison(snapshot).run(taking.root, new)


def differ(old: Any, new: Any, is_reference: IsReference) -> bool:
    """Return whether there are differences, sooner than by looking for where they are.

    Args:
        old: a value, or ``MISSING``.
        new: a value, or ``MISSING``.
        is_reference: whether an object is one that is referred to.

    Example:
        >>> differ("a", "b", lambda obj: False), differ([1], [1], lambda obj: False)
        (True, False)
    """
    if old is new:
        return False
    if old is MISSING or new is MISSING:
        return True
    if type(old) in ATOMS:
        return not same(old, new, is_reference)
    return bool(differences(old, new, is_reference))


class _Path:
    """A step, and the steps before it: a tuple for each of many levels would not fit."""

    __slots__ = ("before", "step")

    def __init__(self, before: _Path | None, step: Step) -> None:
        self.before = before
        self.step = step


def _steps(path: _Path | None) -> tuple[Step, ...]:
    found = []
    while path is not None:
        found.append(path.step)
        path = path.before
    return tuple(found[::-1])


class _Comparison:
    """A walk through a snapshot and a value side by side.

    What was is a leaf, a link to a record, or ``MISSING``.
    """

    __slots__ = ("_ahead", "_found", "_rebuilding", "_seen", "_snapshot")

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._rebuilding = Rebuilding(snapshot.records)
        self._found: list[Difference] = []
        self._ahead: list[tuple[_Path | None, Any, Any]] = []
        self._seen: dict[tuple[Link, int], Any] = {}

    def run(self, old: Any, new: Any) -> list[Difference]:
        todo: list[tuple[_Path | None, Any, Any]] = [(None, old, new)]
        while todo:
            self._ahead = []
            self._compare(*todo.pop())
            todo += reversed(self._ahead)
        return self._found

    def _compare(self, path: _Path | None, old: Any, new: Any) -> None:
        if old is MISSING or new is MISSING:
            self._report(path, old, new)
        elif type(old) is Link:
            self._compare_record(path, old, new)
        elif not same(old, new, self._snapshot.is_reference):
            self._compare_leaf(path, old, new)

    def _report(self, path: _Path | None, old: Any, new: Any) -> None:
        if type(old) is Link:
            old = self._rebuilding.build(old)
        self._found.append(Difference(_steps(path), old, new))

    def _compare_leaf(self, path: _Path | None, old: Any, new: Any) -> None:
        shape = shape_of(type(old))
        if shape is None or type(old) is not type(new) or refers(old, self._snapshot.is_reference):
            self._report(path, old, new)
        else:
            self._compare_content(path, old, new, shape, shape.content(old))

    def _compare_record(self, path: _Path | None, link: Link, new: Any) -> None:
        record = self._snapshot.records[link]
        if type(new) is not record.class_:
            self._report(path, link, new)
        elif not self._was_seen(link, new):
            self._compare_content(path, link, new, record.shape, record.content)
            if type(record.content) is set:
                self._compare_members(path, record, new)
            if record.fields is not None:
                self._compare_keys(path, Attr, record.fields, record.shape.fields(new))

    def _was_seen(self, link: Link, new: Any) -> bool:
        if link not in self._snapshot.shared:
            return False
        if (link, id(new)) in self._seen:
            return True
        self._seen[link, id(new)] = new
        return False

    def _compare_content(
        self, path: _Path | None, old: Any, new: Any, shape: Shape, content: Any
    ) -> None:
        if content is None:
            return
        now = shape.look(new)
        # copies, for another thread may go on changing it
        if type(content) is list:
            self._compare_sequences(path, shape.labels, content, list(now))
        elif type(content) is dict:
            now = dict(now)
            same_keys = self._compare_keys(path, Item, content, now)
            if same_keys and shape.ordered and not same_order(content, now):
                self._report(path, old, new)
        elif type(content) is not set:
            if not shape.same_content(content, now):
                self._report(path, old, new)
        elif not same_set(content, now):
            self._compare_sets(path, old, new, content, now)

    def _compare_sequences(
        self, path: _Path | None, labels: tuple[str, ...], kept: list[Any], now: Any
    ) -> None:
        start = end = 0
        if len(kept) != len(now):
            start, end = self._same_ends(kept, now)
        olds, news = kept[start : len(kept) - end], now[start : len(now) - end]
        for index, (old, new) in enumerate(zip_longest(olds, news, fillvalue=MISSING), start):
            if old is not new:
                step = Attr(labels[index]) if index < len(labels) else Item(index)
                self._ahead.append((_Path(path, step), old, new))

    def _same_ends(self, kept: list[Any], now: Any) -> tuple[int, int]:
        """Return how many members are the same at the start, and at the end."""
        shorter = min(len(kept), len(now))
        start = end = 0
        while start < shorter and self._same(kept[start], now[start]):
            start += 1
        while end < shorter - start and self._same(kept[-1 - end], now[-1 - end]):
            end += 1
        return start, end

    def _same(self, old: Any, new: Any) -> bool:
        if type(old) is Link:
            return self._snapshot.matches_at(old, new)
        return same(old, new, self._snapshot.is_reference)

    def _compare_keys(
        self, path: _Path | None, step: type[Attr | Item], kept: dict[Any, Any], now: Any
    ) -> bool:
        """Compare what is under each key, and return whether the keys are the same."""
        same_keys = True
        for key, old in kept.items():
            new = find(now, key, MISSING)
            same_keys = same_keys and new is not MISSING
            if old is not new:
                self._ahead.append((_Path(path, step(key)), old, new))
        for key, new in now.items():
            if find(kept, key, MISSING) is MISSING:
                same_keys = False
                self._ahead.append((_Path(path, step(key)), MISSING, new))
        return same_keys

    def _compare_sets(
        self, path: _Path | None, old: Any, new: Any, kept: set[Any], now: Any
    ) -> None:
        try:
            removed, added = kept - now, now - kept
        except Exception:  # of an == that may have answered before
            removed, added = set(), set()
        if not removed and not added:
            self._report(path, old, new)
        for member in _sorted(removed):
            self._ahead.append((_Path(path, Member(member)), member, MISSING))
        for member in _sorted(added):
            self._ahead.append((_Path(path, Member(member)), MISSING, member))

    def _compare_members(self, path: _Path | None, record: Record, new: Any) -> None:
        for link, member in record.members_in(record.shape.look(new)):
            self._ahead.append((_Path(path, Member(member)), link, member))


def _sorted(members: Any) -> list[Any]:
    """Return members in an order that does not depend on their hashes, if they have one."""
    try:
        return sorted(members)
    except Exception:
        return list(members)
