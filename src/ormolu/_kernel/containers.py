"""The adapter between an attribute and a collection, and its mutating methods.

The protocol is the one the field already has, so that a collection class
written for SQLAlchemy is one for ormolu: ``_sa_adapter``, ``_sa_appender``,
``_sa_remover``, ``_sa_iterator``, and the keyword ``_sa_initiator``, which is
``False`` for a change that is not to be recorded.
"""

from __future__ import annotations

import operator
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .journal import close_journal, current, open_journal
from .pending import MemberSet
from .sentinels import NO_KEY

__all__ = [
    "CollectionAdapter",
    "announce_present",
    "announce_remove",
    "announce_set",
    "before_pop",
    "bulk_replace",
    "dict_methods",
    "duck_type",
    "list_methods",
    "set_methods",
]

_Method = Callable[..., Any]
_NO_DEFAULT = object()


class CollectionAdapter:
    """One face for every kind of collection: append, remove, iterate, tell.

    Attributes:
        attr: the implementation of the attribute that holds the collection.
        owner_state: the state of the instance that holds it.
        invalidated: the owner holds another collection, or none, by now.
        empty: the collection was made for a read and is not the owner's yet.
    """

    __slots__ = ("_data", "_key", "attr", "empty", "invalidated", "owner_state")

    def __init__(self, attr: Any, owner_state: Any, data: Any) -> None:
        self.attr: Any = attr
        self._key: str = attr.key
        # weak: the collection holds the adapter
        self._data: Callable[[], Any] = weakref.ref(data)
        self.owner_state: Any = owner_state
        self.invalidated: bool = False
        self.empty: bool = False
        data._sa_adapter = self

    @property
    def data(self) -> Any:
        """The collection itself."""
        return self._data()

    @property
    def _referenced_by_owner(self) -> bool:
        return self.owner_state.dict[self._key] is self._data()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._data()._sa_iterator())

    def __len__(self) -> int:
        return sum(1 for _ in self._data()._sa_iterator())

    def __bool__(self) -> bool:
        return True

    def bulk_appender(self) -> Any:
        """Return the method of the collection that appends."""
        return self._data()._sa_appender

    def bulk_remover(self) -> Any:
        """Return the method of the collection that removes."""
        return self._data()._sa_remover

    # -- changes -----------------------------------------------------------------

    def append_with_event(self, item: Any, initiator: Any = None) -> None:
        """Append ``item`` and tell the attribute."""
        self._data()._sa_appender(item, _sa_initiator=initiator)

    def remove_with_event(self, item: Any, initiator: Any = None) -> None:
        """Remove ``item`` and tell the attribute."""
        self._data()._sa_remover(item, _sa_initiator=initiator)

    def clear_with_event(self, initiator: Any = None) -> None:
        """Remove every member and tell the attribute of each."""
        self._refuse_if_empty()
        self._clear(initiator)

    def append_without_event(self, item: Any) -> None:
        """Append ``item`` unrecorded, as a loader does."""
        self._refuse_if_empty()
        self._data()._sa_appender(item, _sa_initiator=False)

    def append_multiple_without_event(self, items: Iterable[Any]) -> None:
        """Append all of ``items`` unrecorded."""
        self._refuse_if_empty()
        appender = self._data()._sa_appender
        for item in items:
            appender(item, _sa_initiator=False)

    def remove_without_event(self, item: Any) -> None:
        """Remove ``item`` unrecorded."""
        self._refuse_if_empty()
        self._data()._sa_remover(item, _sa_initiator=False)

    def clear_without_event(self) -> None:
        """Remove every member unrecorded."""
        self._refuse_if_empty()
        self._clear(False)

    def _clear(self, initiator: Any) -> None:
        remover = self._data()._sa_remover
        for item in list(self):
            remover(item, _sa_initiator=initiator)

    # -- a collection that was made for a read ---------------------------------------

    def _set_empty(self, user_data: Any) -> None:
        if self.empty:
            raise self.attr.layer.faults.emptiness(self)
        self.empty = True
        self.owner_state._empty_collections[self._key] = user_data

    def _reset_empty(self) -> None:
        """Become the owner's own collection, at the first change."""
        if not self.empty:
            raise self.attr.layer.faults.emptiness(self)
        state = self.owner_state
        collection = state._empty_collections.pop(self._key)
        journal = current()
        if journal is not None:
            journal.note(self._restore_empty, collection)
        self.empty = False
        state.dict[self._key] = collection

    def _restore_empty(self, collection: Any) -> None:
        self.owner_state.dict.pop(self._key, None)
        self._set_empty(collection)

    def _refuse_if_empty(self) -> None:
        if self.empty:
            raise self.attr.layer.faults.empty_collection(self)

    # -- telling the attribute ---------------------------------------------------------

    def _prepare(self) -> None:
        if self.invalidated:
            self.attr.layer.faults.warn_invalidated(self)
        if self.empty:
            self._reset_empty()

    def fire_append_event(self, item: Any, initiator: Any = None, key: Any = NO_KEY) -> Any:
        """Tell that ``item`` is coming in; return the member that listeners leave.

        Args:
            item: the new member.
            initiator: the token of the chain of events this is part of;
                ``False`` records nothing.
            key: the index or key it goes to.
        """
        if initiator is False:
            return item
        if self.invalidated or self.empty:
            self._prepare()
        state = self.owner_state
        return self.attr.fire_append_event(state, state.dict, item, initiator, key)

    def fire_append_wo_mutation_event(
        self, item: Any, initiator: Any = None, key: Any = NO_KEY
    ) -> Any:
        """Tell that ``item`` is put where it already is."""
        if initiator is False:
            return item
        if self.invalidated or self.empty:
            self._prepare()
        state = self.owner_state
        return self.attr.fire_append_wo_mutation_event(state, state.dict, item, initiator, key)

    def fire_remove_event(self, item: Any, initiator: Any = None, key: Any = NO_KEY) -> None:
        """Tell that ``item`` is going."""
        if initiator is False:
            return
        if self.invalidated or self.empty:
            self._prepare()
        state = self.owner_state
        self.attr.fire_remove_event(state, state.dict, item, initiator, key)

    def fire_pre_remove_event(self, initiator: Any = None, key: Any = NO_KEY) -> None:
        """Tell that some member, not known yet, is going."""
        if self.invalidated:
            self.attr.layer.faults.warn_invalidated(self)
        state = self.owner_state
        self.attr.fire_pre_remove_event(state, state.dict, initiator=initiator, key=key)

    def _fire_append_wo_mutation_event_bulk(
        self, items: Iterable[Any], initiator: Any = None, key: Any = NO_KEY
    ) -> None:
        for item in items:
            self.fire_append_wo_mutation_event(item, initiator, key)

    def _fire_remove_event_bulk(
        self, items: Iterable[Any], initiator: Any = None, key: Any = NO_KEY
    ) -> None:
        for item in items:
            self.fire_remove_event(item, initiator, key)

    # -- pickling -------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        flags = {"invalidated": self.invalidated, "empty": self.empty}
        owner = {"owner_state": self.owner_state, "owner_cls": self.owner_state.class_}
        return {"key": self._key, "data": self.data, **owner, **flags}

    def __setstate__(self, values: dict[str, Any]) -> None:
        data = values["data"]
        self._key = values["key"]
        self._data = weakref.ref(data)
        self.owner_state = values["owner_state"]
        self.attr = getattr(values["owner_cls"], self._key).impl
        self.invalidated = values["invalidated"]
        self.empty = values.get("empty", False)
        data._sa_adapter = self


def bulk_replace(
    values: list[Any], existing_adapter: Any, new_adapter: Any, initiator: Any = None
) -> None:
    """Fill a new collection, telling only what really comes and goes.

    Args:
        values: the members of the new collection.
        existing_adapter: the adapter of the collection that is replaced.
        new_adapter: the adapter of the new, empty one.
        initiator: the token to tell listeners.
    """
    existing = MemberSet(existing_adapter or ())
    wanted = MemberSet(values)
    appender = new_adapter.bulk_appender()
    for member in values:
        appender(member, _sa_initiator=False if member in existing else initiator)
    if existing_adapter:
        kept = [member for member in existing if member in wanted]
        gone = [member for member in existing if member not in wanted]
        existing_adapter._fire_append_wo_mutation_event_bulk(kept, initiator=initiator)
        existing_adapter._fire_remove_event_bulk(gone, initiator=initiator)


_BASES: tuple[type, ...] = (list, set, dict)
_SIGNS: tuple[tuple[str, type], ...] = (("append", list), ("add", set), ("set", dict))


def duck_type(specimen: Any, default: type | None = None) -> type | None:
    """Return which of ``list``, ``set`` and ``dict`` a collection is most like.

    Args:
        specimen: a collection, or a class of collections.
        default: the answer for what is like none of them.

    A class says it with ``__emulates__``, or is judged by its bases, and then
    by whether it can ``append``, ``add`` or ``set``.
    """
    if hasattr(specimen, "__emulates__"):
        emulated: Any = specimen.__emulates__
        return set if emulated is not None and issubclass(emulated, set) else emulated
    kind = specimen if isinstance(specimen, type) else type(specimen)
    for base in _BASES:
        if issubclass(kind, base):
            return base
    for sign, base in _SIGNS:
        if hasattr(specimen, sign):
            return base
    return default


# -- what every instrumented method does ------------------------------------------------


def announce_set(collection: Any, item: Any, _sa_initiator: Any, key: Any) -> Any:
    """Tell that ``item`` is coming in; return the member to store."""
    if _sa_initiator is not False:
        adapter = collection._sa_adapter
        if adapter is not None:
            item = adapter.fire_append_event(item, _sa_initiator, key=key)
    return item


def announce_present(collection: Any, item: Any, _sa_initiator: Any = None) -> None:
    """Tell that ``item`` is put where it already is."""
    if _sa_initiator is not False:
        adapter = collection._sa_adapter
        if adapter is not None:
            adapter.fire_append_wo_mutation_event(item, _sa_initiator, key=None)


def announce_remove(collection: Any, item: Any, _sa_initiator: Any, key: Any) -> None:
    """Tell that ``item`` is going."""
    if _sa_initiator is not False:
        adapter = collection._sa_adapter
        if adapter is not None:
            adapter.fire_remove_event(item, _sa_initiator, key=key)


def before_pop(collection: Any, _sa_initiator: Any = None) -> None:
    """Tell that some member, not known yet, is going."""
    adapter = collection._sa_adapter
    if adapter is not None:
        adapter.fire_pre_remove_event(_sa_initiator)


def _atomic(method: _Method) -> _Method:
    """Make a method of several steps one operation: all of it or nothing.

    What was told is taken back by the journal; what the steps did to the
    collection itself they note there too.
    """

    def operation(self: Any, *args: Any, **kwargs: Any) -> Any:
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal.steps)
        try:
            result = method(self, *args, **kwargs)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()
        return result

    return operation


def _like(builtin: type, original: _Method, wrapper: _Method) -> _Method:
    """Dress ``wrapper`` as the method it stands for, and mark it as instrumented."""
    name = original.__name__
    wrapper.__name__ = name
    wrapper.__qualname__ = f"{builtin.__name__}.{name}"
    wrapper.__doc__ = getattr(builtin, name).__doc__
    wrapper._sa_instrumented = True  # type: ignore[attr-defined]
    return wrapper


def _note_nested(undo: _Method, *args: Any) -> None:
    """Note how to take back a step, if it is one of several of an operation."""
    journal = current()
    if journal is not None:
        journal.note(undo, *args)


# -- lists ----------------------------------------------------------------------------------


def _unappend(self: Any, item: Any) -> None:
    for index in range(len(self) - 1, -1, -1):
        if list.__getitem__(self, index) is item:
            list.__delitem__(self, index)
            return


def _note_taken_out(self: Any, index: Any, item: Any) -> None:
    if _plain(list, self):
        position = operator.index(index)
        if position < 0:
            position += len(self) + 1
        _note_nested(list.insert, self, position, item)


def _plain(builtin: type, self: Any) -> bool:
    """Whether the contents can be put back with the built-in's own methods."""
    return isinstance(self, builtin)


def list_methods() -> dict[str, Callable[[_Method], _Method]]:
    """Return, by name, what turns a list's mutating method into a recorded one."""

    def append(fn: _Method) -> _Method:
        def append(self: Any, item: Any, _sa_initiator: Any = None) -> None:
            # the operation is that of the event: nothing that comes after it
            # can fail, unless the class has an ``append`` of its own
            if _sa_initiator is not False and self._sa_adapter is not None:
                item = self._sa_adapter.fire_append_event(item, _sa_initiator)
                if current() is not None and _plain(list, self):
                    _note_nested(_unappend, self, item)
            fn(self, item)

        return _like(list, fn, append if fn is list.append else _atomic(append))

    def remove(fn: _Method) -> _Method:
        def remove(self: Any, value: Any, _sa_initiator: Any = None) -> None:
            journal = current()
            opened = journal is None
            if journal is None:
                journal = open_journal()
            mark = len(journal.steps)
            try:
                announce_remove(self, value, _sa_initiator, NO_KEY)
                if not opened and _plain(list, self):
                    index = list.index(self, value)
                    present = list.__getitem__(self, index)
                    fn(self, value)
                    journal.note(list.insert, self, index, present)
                else:
                    fn(self, value)
            except BaseException:
                journal.undo(mark)
                raise
            finally:
                if opened:
                    close_journal()

        return _like(list, fn, remove)

    def insert(fn: _Method) -> _Method:
        @_atomic
        def insert(self: Any, index: Any, value: Any) -> None:
            value = announce_set(self, value, None, index)
            fn(self, index, value)
            if _plain(list, self):
                _note_nested(_unappend, self, value)

        return _like(list, fn, insert)

    def __setitem__(fn: _Method) -> _Method:
        def replace_one(self: Any, index: Any, value: Any) -> None:
            existing = self[index]
            if existing is not None:
                announce_remove(self, existing, None, index)
            value = announce_set(self, value, None, index)
            fn(self, index, value)
            if _plain(list, self):
                _note_nested(list.__setitem__, self, index, existing)

        @_atomic
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

        return _like(list, fn, __setitem__)

    def __delitem__(fn: _Method) -> _Method:
        @_atomic
        def __delitem__(self: Any, index: Any) -> None:
            if not isinstance(index, slice):
                item = self[index]
                announce_remove(self, item, None, index)
                fn(self, index)
                _note_taken_out(self, index, item)
                return
            for item in self[index]:
                announce_remove(self, item, None, index)
            if _plain(list, self):
                _note_nested(list.__setitem__, self, slice(None), list(self))
            fn(self, index)

        return _like(list, fn, __delitem__)

    def extend(fn: _Method) -> _Method:
        @_atomic
        def extend(self: Any, iterable: Iterable[Any]) -> None:
            for value in list(iterable):
                self.append(value)

        return _like(list, fn, extend)

    def __iadd__(fn: _Method) -> _Method:
        @_atomic
        def __iadd__(self: Any, iterable: Iterable[Any]) -> Any:
            for value in list(iterable):
                self.append(value)
            return self

        return _like(list, fn, __iadd__)

    def pop(fn: _Method) -> _Method:
        @_atomic
        def pop(self: Any, index: Any = -1) -> Any:
            before_pop(self)
            item = fn(self, index)
            _note_taken_out(self, index, item)
            announce_remove(self, item, None, index)
            return item

        return _like(list, fn, pop)

    def clear(fn: _Method) -> _Method:
        @_atomic
        def clear(self: Any, index: Any = -1) -> None:
            for item in list(self):
                announce_remove(self, item, None, index)
            if _plain(list, self):
                _note_nested(list.__setitem__, self, slice(None), list(self))
            fn(self)

        return _like(list, fn, clear)

    # ``*=`` and ``sort`` bring in and take out nothing; they need no telling
    return {
        "append": append,
        "remove": remove,
        "insert": insert,
        "__setitem__": __setitem__,
        "__delitem__": __delitem__,
        "extend": extend,
        "__iadd__": __iadd__,
        "pop": pop,
        "clear": clear,
    }


# -- dictionaries --------------------------------------------------------------------------


def _refill(self: Any, items: list[tuple[Any, Any]]) -> None:
    dict.clear(self)
    dict.update(self, items)


def _note_dict_key(self: Any, key: Any) -> None:
    if not _plain(dict, self):
        return
    if key in self:
        _note_nested(dict.__setitem__, self, key, dict.__getitem__(self, key))
    else:
        _note_nested(dict.pop, self, key, None)


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
            mark = len(journal.steps)
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
                    close_journal()

        return _like(dict, fn, __setitem__)

    def __delitem__(fn: _Method) -> _Method:
        @_atomic
        def __delitem__(self: Any, key: Any, _sa_initiator: Any = None) -> None:
            if key in self:
                announce_remove(self, self[key], _sa_initiator, key)
                _note_dict_key(self, key)
            fn(self, key)

        return _like(dict, fn, __delitem__)

    def clear(fn: _Method) -> _Method:
        @_atomic
        def clear(self: Any) -> None:
            for key in list(self):
                announce_remove(self, self[key], None, key)
            if _plain(dict, self):
                _note_nested(_refill, self, list(self.items()))
            fn(self)

        return _like(dict, fn, clear)

    def pop(fn: _Method) -> _Method:
        @_atomic
        def pop(self: Any, key: Any, default: Any = _NO_DEFAULT) -> Any:
            if key not in self:
                return fn(self, key) if default is _NO_DEFAULT else fn(self, key, default)
            before_pop(self)
            _note_dict_key(self, key)
            item = fn(self, key)
            announce_remove(self, item, None, key)
            return item

        return _like(dict, fn, pop)

    def popitem(fn: _Method) -> _Method:
        @_atomic
        def popitem(self: Any) -> Any:
            before_pop(self)
            item = fn(self)
            if _plain(dict, self):
                _note_nested(dict.__setitem__, self, *item)
            announce_remove(self, item[1], None, item[0])
            return item

        return _like(dict, fn, popitem)

    def setdefault(fn: _Method) -> _Method:
        def setdefault(self: Any, key: Any, default: Any = None) -> Any:
            if key in self:
                present = self[key]
                if present is default:
                    announce_present(self, present)
                return present
            self[key] = default
            return default

        return _like(dict, fn, setdefault)

    def update(fn: _Method) -> _Method:
        def put(self: Any, key: Any, value: Any) -> None:
            if key in self and self[key] is value:
                announce_present(self, value)
            else:
                self[key] = value

        @_atomic
        def update(self: Any, __other: Any = (), /, **kw: Any) -> None:
            if hasattr(__other, "keys"):
                for key in list(__other):
                    put(self, key, __other[key])
            else:
                for key, value in __other:
                    put(self, key, value)
            for key, value in kw.items():
                put(self, key, value)

        return _like(dict, fn, update)

    def __ior__(fn: _Method) -> _Method:
        def __ior__(self: Any, other: Any) -> Any:
            self.update(other)
            return self

        return _like(dict, fn, __ior__)

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


# -- sets ------------------------------------------------------------------------------------


def _is_set(self: Any, other: Any) -> bool:
    """Whether an in-place operator takes ``other``, as that of ``set`` does."""
    return isinstance(other, (set, frozenset, type(self)))


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
            mark = len(journal.steps)
            try:
                if value not in self:
                    value = announce_set(self, value, _sa_initiator, NO_KEY)
                    if not opened and _plain(set, self):
                        journal.note(set.discard, self, value)
                else:
                    announce_present(self, value, _sa_initiator)
                fn(self, value)
            except BaseException:
                journal.undo(mark)
                raise
            finally:
                if opened:
                    close_journal()

        return _like(set, fn, add)

    def take_out(fn: _Method) -> _Method:
        @_atomic
        def operation(self: Any, value: Any, _sa_initiator: Any = None) -> None:
            if value in self:
                announce_remove(self, value, _sa_initiator, NO_KEY)
                if _plain(set, self):
                    _note_nested(set.add, self, value)
            fn(self, value)

        return _like(set, fn, operation)

    def pop(fn: _Method) -> _Method:
        @_atomic
        def pop(self: Any) -> Any:
            before_pop(self)
            item = fn(self)
            if _plain(set, self):
                _note_nested(set.add, self, item)
            announce_remove(self, item, None, NO_KEY)
            return item

        return _like(set, fn, pop)

    def clear(fn: _Method) -> _Method:
        @_atomic
        def clear(self: Any) -> None:
            for item in list(self):
                self.remove(item)

        return _like(set, fn, clear)

    def become(self: Any, wanted: Any) -> None:
        """Change member by member into ``wanted``."""
        present = set(self)
        for item in present - wanted:
            self.remove(item)
        for item in wanted - present:
            self.add(item)

    def each(change: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @_atomic
            def operation(self: Any, *others: Iterable[Any]) -> None:
                for other in others:
                    for item in list(other):
                        getattr(self, change)(item)

            return _like(set, fn, operation)

        return decorate

    def each_in_place(change: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @_atomic
            def operation(self: Any, other: Any) -> Any:
                if not _is_set(self, other):
                    return NotImplemented
                for item in list(other):
                    getattr(self, change)(item)
                return self

            return _like(set, fn, operation)

        return decorate

    def combined(combine: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @_atomic
            def operation(self: Any, *others: Iterable[Any]) -> None:
                become(self, set(getattr(self, combine)(*others)))

            return _like(set, fn, operation)

        return decorate

    def combined_in_place(combine: str) -> Callable[[_Method], _Method]:
        def decorate(fn: _Method) -> _Method:
            @_atomic
            def operation(self: Any, other: Any) -> Any:
                if not _is_set(self, other):
                    return NotImplemented
                become(self, set(getattr(self, combine)(other)))
                return self

            return _like(set, fn, operation)

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
