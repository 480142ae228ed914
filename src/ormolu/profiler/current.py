"""Which recording is running here, and what is being done."""

from __future__ import annotations

import time
from contextvars import ContextVar, Token
from typing import Any

from .recording import Recording

__all__ = [
    "ACTIVITY",
    "FLUSHING",
    "LAST_STATEMENT",
    "LOADING",
    "ROWS",
    "SCOPED",
    "Activity",
    "current",
    "is_within",
    "note_fork",
    "set_of_process",
]

SCOPED: ContextVar[Recording | None] = ContextVar("ormolu_recording", default=None)
"""The recording of this context: of a request, or of a ``with`` block."""

ACTIVITY: ContextVar[Activity | None] = ContextVar("ormolu_activity", default=None)
"""What is being done in this context."""

LAST_STATEMENT: ContextVar[tuple[str, int]] = ContextVar("ormolu_statement", default=("", 0))
"""The statement that the database has answered last in this context, and its nanoseconds."""

FLUSHING = "flushes"
"""What a flush does."""

ROWS = "rows"
"""What makes objects of rows."""

LOADING = "loads"
"""What a read is busy with that has to load."""

_of_process: Recording | None = None


def set_of_process(recording: Recording | None) -> Recording | None:
    """Have all that no context has a recording for go into this one, in any thread.

    Returns:
        the one that it went into before.
    """
    global _of_process
    before, _of_process = _of_process, recording
    return before


def current() -> Recording | None:
    """Return the recording that is running here, or ``None``."""
    scoped = SCOPED.get()
    # a task may go on when what it was begun in is over
    return _of_process if scoped is None or scoped.ended is not None else scoped


def note_fork() -> None:
    """Note of what runs here that the process has forked."""
    for recording in (SCOPED.get(), _of_process):
        if recording is not None:
            recording.forked = True


def is_within(name: str) -> bool:
    """Return whether something of that name is being done here."""
    activity = ACTIVITY.get()
    while activity is not None and activity.name != name:
        activity = activity.outer
    return activity is not None


class Activity:
    """Something that takes time; the time of what is within it is not its own.

    Args:
        recording: what it is counted in.
        name: what it is counted as.
        about: of a load: what is loaded; of rows: the execution they came of.

    Attributes:
        statements: how many queries were asked for directly.
    """

    __slots__ = ("_begun", "_token", "about", "inner", "name", "outer", "recording", "statements")

    def __init__(self, recording: Recording, name: str, about: Any = None) -> None:
        self.recording = recording
        self.name = name
        self.about = about
        self.inner = 0
        self.statements = 0
        self.outer: Activity | None = None
        self._token: Token[Activity | None] | None = None
        self._begun = 0

    def begin(self) -> None:
        """Begin."""
        self.outer = ACTIVITY.get()
        self._token = ACTIVITY.set(self)
        self._begun = time.perf_counter_ns()

    def end(self) -> int:
        """End; return the nanoseconds it took, with all that was within it."""
        taken = time.perf_counter_ns() - self._begun
        if self._token is not None:
            ACTIVITY.reset(self._token)
        if self.outer is not None:
            self.outer.inner += taken
        self.recording.times[self.name] += taken - self.inner
        return taken
