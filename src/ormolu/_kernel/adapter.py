"""The adapter between an attribute and a collection.

The protocol is the one the field already has, so that a collection class
written for SQLAlchemy is one for ormolu: ``_sa_adapter``, ``_sa_appender``,
``_sa_remover``, ``_sa_iterator``, and the keyword ``_sa_initiator``, which is
``False`` for a change that is not to be recorded.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .journal import close_journal, current, open_journal
from .pending import MemberSet
from .sentinels import NO_KEY

__all__ = ["CollectionAdapter", "bulk_replace", "duck_type"]


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

    def _fire_prepared(self, fire: Any, item: Any, initiator: Any, key: Any) -> Any:
        """Fire an event of a collection that is its owner's no longer, or not yet.

        One that was made for a read becomes the owner's with its first change,
        and stays what it was if that fails.
        """
        if self.invalidated:
            self.attr.layer.faults.warn_invalidated(self)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = len(journal)
        try:
            if self.empty:
                self._reset_empty()
            state = self.owner_state
            return fire(state, state.dict, item, initiator, key)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()

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
            return self._fire_prepared(self.attr.fire_append_event, item, initiator, key)
        state = self.owner_state
        return self.attr.fire_append_event(state, state.dict, item, initiator, key)

    def fire_append_wo_mutation_event(
        self, item: Any, initiator: Any = None, key: Any = NO_KEY
    ) -> Any:
        """Tell that ``item`` is put where it already is."""
        if initiator is False:
            return item
        if self.invalidated or self.empty:
            fire = self.attr.fire_append_wo_mutation_event
            return self._fire_prepared(fire, item, initiator, key)
        state = self.owner_state
        return self.attr.fire_append_wo_mutation_event(state, state.dict, item, initiator, key)

    def fire_remove_event(self, item: Any, initiator: Any = None, key: Any = NO_KEY) -> None:
        """Tell that ``item`` is going."""
        if initiator is False:
            return
        if self.invalidated or self.empty:
            self._fire_prepared(self.attr.fire_remove_event, item, initiator, key)
            return
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
