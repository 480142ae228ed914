"""How objects are, with what is recorded of them, so that all can be as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..._kernel.sentinels import MISSING
from ..instances import held
from ..instances.adoption import is_reference
from ..instances.state import TrackedState
from ..targets import need_manager
from ..values.snapshots import take

__all__ = ["Backup", "all_or_nothing", "is_untouched", "touched"]


@contextmanager
def all_or_nothing(objects: Iterable[tuple[Any, Iterable[str]]]) -> Iterator[None]:
    """Have what is done to objects be undone if an exception ends it.

    Args:
        objects: each object, with the names of the fields whose values may change.
    """
    backups = [Backup(obj, keys) for obj, keys in objects if keys or _can_change(obj)]
    try:
        yield
    except BaseException as error:
        for backup in reversed(backups):
            for note in backup.restore():
                error.add_note(note)
        raise


def _can_change(obj: Any) -> bool:
    """Return whether there is something of an object that could have to be put back."""
    return not is_untouched(obj) or bool(need_manager(obj).relates)


def touched(obj: Any) -> tuple[Any, set[str]]:
    """Return an object, with the names of the fields that were changed, or may have been."""
    return obj, set() if is_untouched(obj) else held.find(obj).recorded()


def is_untouched(obj: Any) -> bool:
    """Return whether nothing is recorded of an object, so that it cannot have changed.

    Raises:
        UntrackedInstanceError: its class was tracked once, and is no more.
    """
    state = held.find(obj)
    if state is None and not is_reference(obj):
        need_manager(obj)  # which says so
    return state is None or state is held.BEING_MADE


class Backup:
    """The values of some fields of one object, and all that is recorded of it.

    Args:
        obj: the object.
        keys: the names of the fields.
    """

    __slots__ = ("_kept", "_marks", "_obj", "_state", "_values")

    def __init__(self, obj: Any, keys: Iterable[str]) -> None:
        manager = need_manager(obj)
        self._obj = obj
        self._values = [_Value(key, manager[key].storage, obj) for key in keys]
        self._marks = manager.marks_of(obj)
        self._state: TrackedState | None = None if is_untouched(obj) else held.find(obj)
        self._kept = None if self._state is None else _Kept(self._state)

    def restore(self) -> list[str]:
        """Have all be as it was; what refuses that does not keep the rest from it.

        Returns:
            what refused it, and why.
        """
        notes = [note for value in self._values for note in value.restored(self._obj)]
        self._restore_record()
        return notes

    def _restore_record(self) -> None:
        manager = need_manager(self._obj)
        manager.mark(self._obj, self._marks)
        if self._state is None or self._kept is None:
            held.let_go(self._obj)
            return
        self._kept.restore(self._state)
        if held.find(self._obj) is not self._state:
            held.let_go(self._obj)
            held.hold(self._obj, self._state)
        if not self._state.leads_nowhere():
            held.anchor(self._obj, self._state, manager.anchorage)


class _Value:
    __slots__ = ("content", "key", "storage", "value")

    def __init__(self, key: str, storage: Any, obj: Any) -> None:
        self.key = key
        self.storage = storage
        self.value = storage.get(obj)
        self.content = None if self.value is MISSING else take(self.value, is_reference)

    def restored(self, obj: Any) -> Iterator[str]:
        """Put the value back; yield what is to be known if that fails."""
        try:
            self._restore(obj)
        except Exception as failure:
            yield f"{type(obj).__qualname__}.{self.key} could not be put back: {failure!r}"

    def _restore(self, obj: Any) -> None:
        value = self.value if self.content is None else self.content.restore(self.value)
        if self.storage.get(obj) is not value:
            self.storage.put(obj, value)


class _Kept:
    """What a state says."""

    __slots__ = ("levels", "previous", "top")

    def __init__(self, state: TrackedState) -> None:
        self.levels = state.levels
        self.top = state.top_copy()
        self.previous = state.previous

    def restore(self, state: TrackedState) -> None:
        state.levels = self.levels
        state.record_in(self.top)
        state.previous = self.previous
