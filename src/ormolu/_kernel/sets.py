"""The mutating methods of a set, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .journal import current, open_journal
from .recording import (
    announce_present,
    announce_remove,
    announce_set,
    atomic,
    before_change,
    is_plain,
    like,
    note_nested,
    take,
)
from .sentinels import MISSING, NO_KEY

__all__ = ["is_set", "set_methods"]

_Method = Callable[..., Any]


def is_set(self: Any, other: Any) -> bool:
    """Whether an in-place operator takes ``other``, as that of ``set`` does."""
    return isinstance(other, (set, frozenset, type(self)))


def _put_back(self: Any, taken: list[Any]) -> None:
    for item in taken:
        if item is not MISSING:
            set.add(self, item)


def set_methods() -> dict[str, Callable[[_Method], _Method]]:
    """Return, by name, what turns a set's mutating method into a recorded one."""

    def add(fn: _Method) -> _Method:
        def add(self: Any, value: Any, _sa_initiator: Any = None) -> None:
            if _sa_initiator is False:
                fn(self, value)
                return
            journal = current()
            opened = journal is None
            if journal is None:
                journal = open_journal()
            mark = journal.mark()
            try:
                if value not in self:
                    value = announce_set(self, value, _sa_initiator, NO_KEY)
                    if (not opened or fn is not set.add) and is_plain(set, self):
                        journal.note(set.discard, self, value)
                else:
                    announce_present(self, value, _sa_initiator)
                fn(self, value)
            except BaseException:
                journal.undo(mark)
                raise
            finally:
                if opened:
                    journal.close()

        return like(set, fn, add)

    def take_out(fn: _Method) -> _Method:
        @atomic
        def operation(self: Any, value: Any, _sa_initiator: Any = None) -> None:
            if value in self:
                announce_remove(self, value, _sa_initiator, NO_KEY)
                if is_plain(set, self) and _sa_initiator is not False:
                    note_nested(set.add, self, value)
            take(fn, self, value)

        return like(set, fn, operation)

    def pop(fn: _Method) -> _Method:
        @atomic
        def pop(self: Any) -> Any:
            before_change(self)
            if not is_plain(set, self):
                item = fn(self)
            elif fn is set.pop:
                # a place for what is taken, so that nothing has to be noted any more
                taken = [MISSING]
                note_nested(_put_back, self, taken)
                item = taken[0] = fn(self)
            else:
                note_nested(set.update, self, set(self))
                item = fn(self)
            announce_remove(self, item, None, NO_KEY)
            return item

        return like(set, fn, pop)

    def clear(fn: _Method) -> _Method:
        @atomic
        def clear(self: Any) -> None:
            for item in list(self):
                self.remove(item)

        return like(set, fn, clear)

    def become(self: Any, wanted: Any) -> None:
        """Change member by member into ``wanted``."""
        present = set(self)
        for item in present - wanted:
            self.remove(item)
        for item in wanted - present:
            self.add(item)

    def each(change: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @atomic
            def operation(self: Any, *others: Iterable[Any]) -> None:
                for other in others:
                    for item in list(other):
                        getattr(self, change)(item)

            return like(set, fn, operation)

        return decorate

    def each_in_place(change: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @atomic
            def operation(self: Any, other: Any) -> Any:
                if not is_set(self, other):
                    return NotImplemented
                for item in list(other):
                    getattr(self, change)(item)
                return self

            return like(set, fn, operation)

        return decorate

    def combined(combine: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @atomic
            def operation(self: Any, *others: Iterable[Any]) -> None:
                become(self, set(getattr(self, combine)(*others)))

            return like(set, fn, operation)

        return decorate

    def combined_in_place(combine: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @atomic
            def operation(self: Any, other: Any) -> Any:
                if not is_set(self, other):
                    return NotImplemented
                become(self, set(getattr(self, combine)(other)))
                return self

            return like(set, fn, operation)

        return decorate

    return {
        "add": add,
        "discard": take_out,
        "remove": take_out,
        "pop": pop,
        "clear": clear,
        "update": each("add"),
        "__ior__": each_in_place("add"),
        "difference_update": each("discard"),
        "__isub__": each_in_place("discard"),
        "intersection_update": combined("intersection"),
        "__iand__": combined_in_place("intersection"),
        "symmetric_difference_update": combined("symmetric_difference"),
        "__ixor__": combined_in_place("symmetric_difference"),
    }
