"""The mutating methods of a dictionary, recorded; its members are the values."""

from __future__ import annotations

from collections.abc import Callable
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
)

__all__ = ["dict_methods"]

_Method = Callable[..., Any]
_NO_DEFAULT = object()


def _refill(self: Any, items: list[tuple[Any, Any]]) -> None:
    dict.clear(self)
    dict.update(self, items)


def _note_dict_key(self: Any, key: Any) -> None:
    if not is_plain(dict, self):
        return
    if key in self:
        note_nested(dict.__setitem__, self, key, dict.__getitem__(self, key))
    else:
        note_nested(dict.pop, self, key, None)


def _note_contents(self: Any) -> None:
    """Note all of it: what is put back one by one would come last."""
    if is_plain(dict, self):
        note_nested(_refill, self, list(self.items()))


def _take_out(self: Any, key: Any, initiator: Any, take: _Method) -> Any:
    """Tell that the member at ``key`` is going, then take it out with ``take``."""
    journal = current()
    opened = journal is None
    if journal is None:
        journal = open_journal()
    mark = journal.mark()
    try:
        announce_remove(self, self[key], initiator, key)
        if not opened:
            _note_contents(self)
        return take(self, key)
    except BaseException:
        journal.undo(mark)
        raise
    finally:
        if opened:
            journal.close()


def dict_methods() -> dict[str, Callable[[_Method], _Method]]:
    """Return, by name, what turns a dict's mutating method into a recorded one."""

    def __setitem__(fn: _Method) -> _Method:
        def __setitem__(self: Any, key: Any, value: Any, _sa_initiator: Any = None) -> None:
            if _sa_initiator is False:
                fn(self, key, value)
                return
            journal = current()
            opened = journal is None
            if journal is None:
                journal = open_journal()
            mark = journal.mark()
            try:
                _note_dict_key(self, key)
                if key in self:
                    announce_remove(self, self[key], _sa_initiator, key)
                value = announce_set(self, value, _sa_initiator, key)
                fn(self, key, value)
            except BaseException:
                journal.undo(mark)
                raise
            finally:
                if opened:
                    journal.close()

        return like(dict, fn, __setitem__)

    def __delitem__(fn: _Method) -> _Method:
        def __delitem__(self: Any, key: Any, _sa_initiator: Any = None) -> None:
            if key in self:
                _take_out(self, key, _sa_initiator, fn)
            else:
                fn(self, key)

        return like(dict, fn, __delitem__)

    def clear(fn: _Method) -> _Method:
        @atomic
        def clear(self: Any) -> None:
            if len(set(map(id, self.values()))) < len(self):
                # a member under two keys has to go one by one
                for key in list(self):
                    del self[key]
                return
            for key in list(self):
                announce_remove(self, self[key], None, key)
            _note_contents(self)
            fn(self)

        return like(dict, fn, clear)

    def pop(fn: _Method) -> _Method:
        def pop(self: Any, key: Any, default: Any = _NO_DEFAULT) -> Any:
            if key not in self:
                return fn(self, key) if default is _NO_DEFAULT else fn(self, key, default)
            return _take_out(self, key, None, fn)

        return like(dict, fn, pop)

    def popitem(fn: _Method) -> _Method:
        @atomic
        def popitem(self: Any) -> Any:
            before_change(self)
            if fn is dict.popitem and self:
                key = next(reversed(self))
                return key, _take_out(self, key, None, dict.pop)
            item = fn(self)
            if is_plain(dict, self):
                note_nested(dict.__setitem__, self, *item)
            announce_remove(self, item[1], None, item[0])
            return item

        return like(dict, fn, popitem)

    def setdefault(fn: _Method) -> _Method:
        def setdefault(self: Any, key: Any, default: Any = None) -> Any:
            if key in self:
                present = self[key]
                if present is default:
                    announce_present(self, present)
                return present
            self[key] = default
            return self[key]

        return like(dict, fn, setdefault)

    def update(fn: _Method) -> _Method:
        def put(self: Any, key: Any, value: Any) -> None:
            if key in self and self[key] is value:
                announce_present(self, value)
            else:
                self[key] = value

        @atomic
        def update(self: Any, __other: Any = (), /, **kw: Any) -> None:
            if hasattr(__other, "keys"):
                for key in list(__other):
                    put(self, key, __other[key])
            else:
                for key, value in __other:
                    put(self, key, value)
            for key, value in kw.items():
                put(self, key, value)

        return like(dict, fn, update)

    def __ior__(fn: _Method) -> _Method:
        def __ior__(self: Any, other: Any) -> Any:
            self.update(other)
            return self

        return like(dict, fn, __ior__)

    return {
        "__setitem__": __setitem__,
        "__delitem__": __delitem__,
        "clear": clear,
        "pop": pop,
        "popitem": popitem,
        "setdefault": setdefault,
        "update": update,
        "__ior__": __ior__,
    }
