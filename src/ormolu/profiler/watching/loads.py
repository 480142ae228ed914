"""Reads that have to load, and what is found without a statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...sqlalchemy.series import series_of
from ..current import LOADING, Activity, current
from ..recording import Loads, Recording
from ..sites import here
from .attributes import attribute_of
from .expiries import cause_of
from .patches import Patches

__all__ = ["Load", "watch_loads"]


def watch_loads(patches: Patches) -> None:
    """Note each read that loads."""
    import sqlalchemy.orm as orm  # noqa: PLC0415 - when asked for

    # what is replaced in them is no part of what they export
    modules: Any = orm
    attributes, loading = modules.attributes, modules.loading
    impl_class = getattr(attributes, _named("_AttributeImpl"))
    patches.put(impl_class, "_guarded_load", _noting_load(impl_class._guarded_load))
    patches.put(loading, "get_from_identity", _noting_meeting(loading.get_from_identity))


def _named(name: str) -> str:
    import sqlalchemy  # noqa: PLC0415 - when asked for

    series = series_of(sqlalchemy.__version__)
    return name if series is None else series.name_of(name)


class Load:
    """A read that has to load.

    Attributes:
        impl: of the attribute.
        state: of the instance.
        run: the execution that the instance came in with.
        expired: whether it is to load again what was expired.
    """

    __slots__ = ("expired", "impl", "run", "state")

    def __init__(self, recording: Recording, impl: Any, loader: Any, state: Any) -> None:
        self.impl = impl
        self.state = state
        self.run = recording.runs.get(state.runid)
        self.expired = getattr(loader, "__self__", None) is state


def _noting_load(guarded_load: Any) -> Callable[..., Any]:
    def _guarded_load(self: Any, loader: Any, state: Any, passive: int) -> Any:
        recording = current()
        if recording is None:
            return guarded_load(self, loader, state, passive)
        load = Load(recording, self, loader, state)
        cause = cause_of(state) if load.expired else None
        activity = Activity(recording, LOADING, load)
        activity.begin()
        try:
            return guarded_load(self, loader, state, passive)
        finally:
            taken = activity.end()
            if activity.statements:
                _note_load(recording, load, cause, activity.statements, taken)

    return _guarded_load


def _note_load(
    recording: Recording, load: Load, cause: Any, statements: int, nanoseconds: int
) -> None:
    attribute = attribute_of(load.impl)
    if load.expired:
        recording.add_reload(cause, attribute, here(), nanoseconds)
        return
    source, site = None if load.run is None else load.run.source, here()
    before = None if source is None else source.recurring(attribute, site)
    if before is not None:
        source = before.parent
    loads = Loads(source, attribute, _how(load.impl), site, recurs=before is not None)
    recording.add_load(load.run, loads, statements, nanoseconds)


def _how(impl: Any) -> str:
    if impl.collection:
        return "collection"
    return "relationship" if impl.uses_objects else "column"


def _noting_meeting(get_from_identity: Any) -> Callable[..., Any]:
    """What is found in a session was of use, even if nothing else of it is read."""

    def noted_get_from_identity(*args: Any, **kwargs: Any) -> Any:
        found = get_from_identity(*args, **kwargs)
        recording = current()
        state = getattr(found, "_sa_instance_state", None)
        run = None
        if recording is not None and state is not None:
            run = recording.runs.get(state.runid)
        if run is not None:
            run.source.family.met.add(type(found))
        return found

    return noted_get_from_identity
