"""When to watch: from the beginning of the first recording to the end of the last."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Any

from ..current import SCOPED, note_fork, set_of_process
from ..recording import READS
from .patches import Patches

__all__ = ["beginning", "ending"]

_guard = threading.Lock()
_patches = Patches()
_heard: list[tuple[Any, str, Any]] = []
_running = 0
_hears_forks = False


def beginning() -> None:
    """Have what happens be noted, from now on, if nothing was up to now."""
    global _running  # noqa: PLW0603 - there is one process
    with _guard:
        _running += 1
        if _running == 1:
            try:
                _put()
            except BaseException:
                _running = 0
                _take_back()
                raise


def ending() -> None:
    """Note nothing any more, if this was the last that asked for it."""
    global _running  # noqa: PLW0603 - there is one process
    with _guard:
        if _running:
            _running -= 1
            if not _running:
                _take_back()


def _put() -> None:
    # they import SQLAlchemy, which the program is to be the first to do
    from .attributes import watch_attributes  # noqa: PLC0415
    from .doors import watch_doors  # noqa: PLC0415
    from .expiries import watch_expiries  # noqa: PLC0415
    from .loads import watch_loads  # noqa: PLC0415
    from .queries import watch_queries  # noqa: PLC0415
    from .sessions import watch_sessions  # noqa: PLC0415

    watch_attributes(_patches)
    watch_loads(_patches)
    watch_queries(_patches)
    watch_expiries(_patches, _listen)
    watch_sessions(_patches, _listen)
    watch_doors(_patches)
    _hear_forks()


def _listen(target: Any, name: str, function: Any) -> None:
    from sqlalchemy import event  # noqa: PLC0415 - when asked for

    event.listen(target, name, function)
    _heard.append((target, name, function))


def _take_back() -> None:
    from sqlalchemy import event, exc  # noqa: PLC0415 - when asked for

    while _heard:
        # the program may have removed all listeners there are
        with contextlib.suppress(exc.InvalidRequestError):
            event.remove(*_heard.pop())
    _patches.take_back()
    _have_engines_forget()


def _have_engines_forget() -> None:
    """Have engines not look for listeners any more, if the program has none on all of them."""
    from sqlalchemy import Engine  # noqa: PLC0415 - when asked for

    events = Engine.dispatch
    heard = [name for name in events._event_names if getattr(events, name)._clslevel.get(Engine)]
    if not heard:
        Engine._has_events = False


def _hear_forks() -> None:
    global _hears_forks  # noqa: PLW0603 - there is one process
    if not _hears_forks and hasattr(os, "register_at_fork"):
        os.register_at_fork(
            after_in_parent=note_fork,
            after_in_child=_stop_in_child,
        )
        _hears_forks = True


def _stop_in_child() -> None:
    """Have nothing recorded in a forked child: what was is its parent's to report.

    What was put into SQLAlchemy stays there, idle; to take it out may need a lock that
    another thread of the parent has held.
    """
    global _guard  # noqa: PLW0603 - there is one process
    _guard = threading.Lock()
    SCOPED.set(None)
    set_of_process(None)
    READS.clear()
