"""Statements, flushes, and objects that are made, changed and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..current import ACTIVITY, FLUSHING, LAST_STATEMENT, LOADING, ROWS, Activity, current
from ..recording import Recording
from ..sites import call_path
from .patches import Patches

__all__ = ["watch_sessions"]

_BEGUN = "_ormolu_begun"


def watch_sessions(patches: Patches, listen: Callable[[Any, str, Any], None]) -> None:
    """Note statements and flushes, and count objects."""
    from sqlalchemy.orm import Mapper, Session  # noqa: PLC0415 - when asked for

    from sqlalchemy import Engine  # noqa: PLC0415 - the same

    listen(Engine, "before_cursor_execute", _before_statement)
    listen(Engine, "after_cursor_execute", _after_statement)
    listen(Mapper, "init", _made)
    patches.put(Session, "_flush", _noting_flush(Session._flush))


def _before_statement(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    if context is not None:
        setattr(context, _BEGUN, time.perf_counter_ns())


def _after_statement(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    recording, begun = current(), getattr(context, _BEGUN, None)
    if recording is None or begun is None:
        return
    taken = time.perf_counter_ns() - begun
    activity = ACTIVITY.get()
    if activity is not None:
        activity.inner += taken
    LAST_STATEMENT.set((statement, taken))
    recording.add_statement(_kind_of(context, activity), call_path(), begun, taken)


def _kind_of(context: Any, activity: Activity | None) -> str:
    if not _is_of_the_orm(context):
        written = context.isinsert or context.isupdate or context.isdelete
        flushing = activity is not None and activity.name == FLUSHING
        return "write" if written or flushing else "other"
    options = context.execution_options.get("_sa_orm_load_options")
    if options is not None and options._sa_top_level_orm_context is not None:
        return "eager"
    if activity is not None and activity.name == LOADING:
        return "refresh" if activity.about.expired else "lazy"
    # what a row asks for is a subquery
    return "eager" if activity is not None and activity.name == ROWS else "query"


def _is_of_the_orm(context: Any) -> bool:
    """Whether a statement is a query of the ORM."""
    state = getattr(context.compiled, "compile_state", None)
    return not (context.isinsert or context.isupdate or context.isdelete) and type(
        state
    ).__module__.startswith("sqlalchemy.orm.")


def _noting_flush(flush: Any) -> Callable[..., Any]:
    def noted_flush(self: Any, *args: Any, **kwargs: Any) -> Any:
        recording = current()
        if recording is None:
            return flush(self, *args, **kwargs)
        _count_changes(recording, self)
        activity = Activity(recording, FLUSHING)
        activity.begin()
        try:
            return flush(self, *args, **kwargs)
        finally:
            activity.end()

    return noted_flush


def _count_changes(recording: Recording, session: Any) -> None:
    recording.counts["flushes"] += 1
    recording.removed.update(type(instance) for instance in session.deleted)
    for state in list(session.identity_map._modified):
        if state not in session._deleted:
            recording.changed[state.class_] += 1


def _made(instance: Any, args: Any, kwargs: Any) -> None:
    recording = current()
    if recording is not None:
        recording.made[type(instance)] += 1
