"""The mutating methods of a list, recorded."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from . import adapter, rooms, running
from .journal import Journal
from .recording import (
    announce_remove,
    announce_set,
    atomic,
    before_change,
    is_plain,
    like,
    note_nested,
    take,
)
from .sentinels import NO_KEY

__all__ = ["append", "list_methods", "put", "take_at"]

_Method = Callable[..., Any]


def put(journal: Journal | None, owner: Any, collection: Any, item: Any, initiator: Any) -> None:
    """Append ``item`` to a collection that may be a list, as part of an operation.

    Args:
        journal: that of the operation; ``None`` if nothing else of it can fail.
        owner: the adapter of the collection.
        collection: the collection.
        item: the new member.
        initiator: the token of the chain of events.
    """
    appender = getattr(type(collection), "_sa_appender", None)
    if appender is append and isinstance(collection, list):
        rooms.make_room(collection)
        item = adapter.come_in(owner, journal, item, initiator, NO_KEY)
        if journal is not None:
            journal.note_step((_unappend, collection, item))
        list.append(collection, item)
        return
    if journal is not None:
        journal.publish()
    owner.append_with_event(item, initiator)


def append(self: Any, item: Any, _sa_initiator: Any = None) -> None:
    """Append a member, recorded."""
    # the operation is that of the event: nothing that comes after it can fail
    if _sa_initiator is not False:
        owner = self._sa_adapter
        if owner is not None:
            rooms.make_room(self)
            journal = running.current()
            item = adapter.come_in(owner, journal, item, _sa_initiator, NO_KEY)
            if journal is not None:
                journal.note_step((_unappend, self, item))
    list.append(self, item)


def _unappend(self: Any, item: Any) -> None:
    for index in range(len(self) - 1, -1, -1):
        if list.__getitem__(self, index) is item:
            list.__delitem__(self, index)
            return


def _undo_coming(self: Any, length: int, item: Any) -> None:
    """Take ``item`` out again, if it came in after there were ``length`` members."""
    if len(self) > length:
        _unappend(self, item)


def _undo_going(self: Any, length: int, position: int, item: Any) -> None:
    """Put ``item`` back, if it has gone since there were ``length`` members."""
    if len(self) < length:
        list.insert(self, position, item)


def _note_coming(self: Any, item: Any) -> None:
    """Note that a method is about to take ``item`` in; it may raise before or after that."""
    if is_plain(list, self):
        note_nested(_undo_coming, self, list.__len__(self), item)


def _note_going(self: Any, index: Any, item: Any) -> None:
    """Note that a method is about to take out the ``item`` at an index; it may raise."""
    if is_plain(list, self):
        length, position = list.__len__(self), operator.index(index)
        note_nested(
            _undo_going, self, length, position + length if position < 0 else position, item
        )


def _has_twins(self: Any) -> bool:
    """Whether a member is there twice, so that members have to go one by one."""
    return len(set(map(id, self))) < len(self)


@atomic
def take_at(self: Any, index: int, _sa_initiator: Any = None) -> None:
    """Take out the member at an index, itself and no equal one, and tell of it."""
    item = list.__getitem__(self, index)
    announce_remove(self, item, _sa_initiator, NO_KEY)
    if _sa_initiator is not False:
        _note_going(self, index, item)
    list.__delitem__(self, index)


def list_methods() -> dict[str, Callable[[_Method], _Method]]:
    """Return, by name, what turns a list's mutating method into a recorded one."""

    def recorded_append(fn: _Method) -> _Method:
        if fn is list.append:
            return like(list, fn, append)

        @atomic
        def own_append(self: Any, item: Any, _sa_initiator: Any = None) -> None:
            item = announce_set(self, item, _sa_initiator, NO_KEY)
            if _sa_initiator is not False:
                _note_coming(self, item)
            fn(self, item)

        return like(list, fn, own_append)

    def remove(fn: _Method) -> _Method:
        @atomic
        def remove(self: Any, value: Any, _sa_initiator: Any = None) -> None:
            if not is_plain(list, self):
                announce_remove(self, value, _sa_initiator, NO_KEY)
                take(fn, self, value)
                return
            if value not in self:
                take(fn, self, value)  # which raises; nobody is told
                return
            index = list.index(self, value)
            present = list.__getitem__(self, index)
            announce_remove(self, value, _sa_initiator, NO_KEY)
            if _sa_initiator is not False:
                _note_going(self, index, present)
            take(fn, self, value)

        return like(list, fn, remove)

    def insert(fn: _Method) -> _Method:
        @atomic
        def insert(self: Any, index: Any, value: Any) -> None:
            value = announce_set(self, value, None, index)
            _note_coming(self, value)
            fn(self, index, value)

        return like(list, fn, insert)

    def __setitem__(fn: _Method) -> _Method:
        def replace_one(self: Any, index: Any, value: Any) -> None:
            existing = self[index]
            if existing is not None:
                announce_remove(self, existing, None, index)
            value = announce_set(self, value, None, index)
            if is_plain(list, self):
                note_nested(list.__setitem__, self, index, existing)
            fn(self, index, value)

        @atomic
        def __setitem__(self: Any, index: Any, value: Any) -> None:
            if not isinstance(index, slice):
                replace_one(self, index, value)
                return
            if value is self and index == slice(None):
                return
            values = list(value)
            positions = range(*index.indices(len(self)))
            if index.step in (None, 1):
                start = positions.start
                for _ in positions:
                    del self[start]
                for offset, item in enumerate(values):
                    self.insert(start + offset, item)
                return
            if len(values) != len(positions):
                raise ValueError(
                    f"attempt to assign sequence of size {len(values)} "
                    f"to extended slice of size {len(positions)}"
                )
            for position, item in zip(positions, values, strict=True):
                self[position] = item

        return like(list, fn, __setitem__)

    def __delitem__(fn: _Method) -> _Method:
        @atomic
        def __delitem__(self: Any, index: Any) -> None:
            if not isinstance(index, slice):
                item = self[index]
                announce_remove(self, item, None, index)
                _note_going(self, index, item)
                fn(self, index)
                return
            if is_plain(list, self) and _has_twins(self):
                # in the order in which they are listed; what has gone moves the rest up
                positions = range(*index.indices(len(self)))
                for gone, position in enumerate(positions):
                    del self[position - gone if positions.step > 0 else position]
                return
            for item in self[index]:
                announce_remove(self, item, None, index)
            if is_plain(list, self):
                note_nested(list.__setitem__, self, slice(None), list(self))
            fn(self, index)

        return like(list, fn, __delitem__)

    def extend(fn: _Method) -> _Method:
        @atomic
        def extend(self: Any, iterable: Iterable[Any]) -> None:
            for value in list(iterable):
                self.append(value)

        return like(list, fn, extend)

    def __iadd__(fn: _Method) -> _Method:
        @atomic
        def __iadd__(self: Any, iterable: Iterable[Any]) -> Any:
            for value in list(iterable):
                self.append(value)
            return self

        return like(list, fn, __iadd__)

    def pop(fn: _Method) -> _Method:
        @atomic
        def pop(self: Any, index: Any = -1) -> Any:
            before_change(self)
            if fn is list.pop and -len(self) <= operator.index(index) < len(self):
                # told before it goes, as a removal is: so that the far side can
                # see whether the same member is there a second time
                item = self[index]
                announce_remove(self, item, None, index)
                _note_going(self, index, item)
                fn(self, index)
                return item
            if is_plain(list, self):
                note_nested(list.__setitem__, self, slice(None), list(self))
            item = fn(self, index)
            announce_remove(self, item, None, index)
            return item

        return like(list, fn, pop)

    def clear(fn: _Method) -> _Method:
        @atomic
        def clear(self: Any, index: Any = -1) -> None:
            if is_plain(list, self) and _has_twins(self):
                del self[:]
                return
            for item in list(self):
                announce_remove(self, item, None, index)
            if is_plain(list, self):
                note_nested(list.__setitem__, self, slice(None), list(self))
            fn(self)

        return like(list, fn, clear)

    def __imul__(fn: _Method) -> _Method:
        @atomic
        def __imul__(self: Any, count: Any) -> Any:
            if not hasattr(count, "__index__"):
                return fn(self, count)  # which refuses it
            times = operator.index(count)
            if times <= 0:
                self.clear()
                return self
            if times > 1 and self:
                # a change, though nobody comes in who was not there
                before_change(self)
            return fn(self, times)

        return like(list, fn, __imul__)

    # ``sort`` and ``reverse`` bring in and take out nothing; they need no telling
    return {
        "append": recorded_append,
        "remove": remove,
        "insert": insert,
        "__setitem__": __setitem__,
        "__delitem__": __delitem__,
        "extend": extend,
        "__iadd__": __iadd__,
        "__imul__": __imul__,
        "pop": pop,
        "clear": clear,
    }
