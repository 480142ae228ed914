"""What is due when an object was committed, or has gone back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from ..errors import ListenerFailedError
from .fields.recording import look
from .instances import held
from .instances.changes import Changes
from .instances.state import TrackedState

__all__ = ["look_again", "noted_on", "settle", "told", "told_once", "untold"]


def look_again(state: TrackedState, obj: Any, keys: Iterable[str]) -> None:
    """Look at values that were read before: whoever holds one may go on changing it."""
    if not state.manager.looks:
        return
    for key in keys:
        attribute = state.manager.get(key)
        if attribute is not None and not attribute.relates:
            look(attribute, obj, attribute.present(obj))


def settle(state: TrackedState, obj: Any) -> None:
    """Have an object go on as one that was never changed, if nothing is known of it."""
    if state.is_blank():
        held.let_go(obj)
    elif state.leads_nowhere():
        held.weigh(obj, state)
    else:  # the values that were committed last are kept as well
        held.anchor(obj, state, state.manager.anchorage)


def told_once(state: TrackedState) -> AbstractContextManager[None]:
    """Have listeners told at the end, once, of what relationships have told already."""
    if state.manager.tell is None:
        return nullcontext()
    from .listening.batches import batch  # noqa: PLC0415 - nobody may ever listen

    return batch()


@contextmanager
def noted_on(error: BaseException | None) -> Iterator[None]:
    """Have what listeners raise be a note of the exception that has ended a block, if one has.

    Args:
        error: the exception: the program waits for that one.

    Raises:
        ListenerFailedError: there is none.
    """
    try:
        yield
    except ListenerFailedError as failure:
        if error is None:
            raise
        error.add_note(str(failure))


def told(state: TrackedState, obj: Any, before: dict[Any, Any], kind: str) -> None:
    """Tell who listens to an object what its attributes were before what has happened."""
    tell = state.manager.tell
    if tell is not None and before:
        tell(obj, before, kind)


def untold(state: TrackedState, done: Changes) -> dict[Any, Any]:
    """Return what was changed in place and nobody was told of: each attribute, and what it was."""
    found: dict[Any, Any] = {}
    if state.manager.tell is None:
        return found
    for key, change in done.items():
        snapshot = state.told.get(key)
        if key not in state.told:
            found[state.manager[key]] = change.old
        elif snapshot is not None and not snapshot.matches(change.new):
            found[state.manager[key]] = snapshot.thaw()
    return found
