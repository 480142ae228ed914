"""What every recorded method of a collection does: tell the adapter, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import turns
from .journal import current, open_journal
from .raising import raise_instead

__all__ = [
    "announce_present",
    "announce_remove",
    "announce_set",
    "atomic",
    "before_change",
    "is_plain",
    "like",
    "note_nested",
    "take",
]

_Method = Callable[..., Any]


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


def before_change(collection: Any, _sa_initiator: Any = None) -> None:
    """Tell of a change that names no member: one that is going is not known yet, or none is."""
    adapter = collection._sa_adapter
    if adapter is not None:
        adapter.fire_pre_remove_event(_sa_initiator)


def atomic(method: _Method) -> _Method:
    """Make a method of several steps one operation: all of it or nothing.

    What was told is taken back by the journal; what the steps did to the
    collection itself they note there too.
    """

    def operation(self: Any, *args: Any, **kwargs: Any) -> Any:
        # as in ``atomically``, without handing the arguments on a second time
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = journal.mark()
        try:
            return method(self, *args, **kwargs)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()

    return operation


def like(builtin: type, original: _Method, wrapper: _Method) -> _Method:
    """Dress ``wrapper`` as the method it stands for, and mark it as instrumented."""
    name = original.__name__
    wrapper.__name__ = name
    wrapper.__qualname__ = f"{builtin.__name__}.{name}"
    wrapper.__doc__ = getattr(builtin, name).__doc__
    wrapper._sa_instrumented = True  # type: ignore[attr-defined]
    return turns.guarded(wrapper)


def take(fn: _Method, self: Any, member: Any) -> None:
    """Take ``member`` out with ``fn``; have the layer say if it is not there."""
    try:
        fn(self, member)
    except (ValueError, KeyError) as cause:
        adapter = self._sa_adapter
        if adapter is None:
            raise
        raise_instead(adapter.attr.layer.faults.not_a_member(adapter, member, cause), cause)


def note_nested(undo: _Method, *args: Any) -> None:
    """Note how to take back a step, if it is one of several of an operation."""
    journal = current()
    if journal is not None:
        journal.note(undo, *args)


def is_plain(builtin: type, self: Any) -> bool:
    """Whether the contents can be put back with the built-in's own methods."""
    return isinstance(self, builtin)
