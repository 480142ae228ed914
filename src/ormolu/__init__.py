"""Class instrumentation: knows, for every instance, what changed, and from what.

What is here is for applications: :func:`tracked` has the instances of a class know what
changes in them, the other functions ask and use it, and a :class:`Workspace` does so with
many at once.

For those who write persistence layers, the layer itself is in
:mod:`ormolu.instrumentation`, :mod:`ormolu.state`, :mod:`ormolu.attributes`,
:mod:`ormolu.collections`, :mod:`ormolu.events` and
:mod:`ormolu.ext.instrumentation`; :mod:`ormolu.sqlalchemy` puts it beneath the
SQLAlchemy ORM, and :mod:`ormolu.profiler` says what a program loads there and never uses.

As the package has a plugin of pytest, PYTEST_DONT_REWRITE keeps it from being rewritten there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import errors
from ._backend import choose as _choose

if TYPE_CHECKING:
    from ._kernel.history import History
    from ._kernel.sentinels import MISSING
    from .inspection.view import inspect
    from .tracking.checkpoints import Checkpoint, checkpoint
    from .tracking.classes.marking import is_tracked, track, tracked, untrack
    from .tracking.documents.codec import Codec
    from .tracking.graph_changes.conflicts import Conflict
    from .tracking.graph_changes.object_change import ObjectChange
    from .tracking.graph_changes.refs import Ref
    from .tracking.instances.changes import Change, Changes
    from .tracking.listening.batches import batch
    from .tracking.listening.event import ChangeEvent
    from .tracking.listening.subscribing import Subscription, on_change
    from .tracking.listening.watching import watch
    from .tracking.members.graph_checkpoint import GraphCheckpoint
    from .tracking.relationships.related import related
    from .tracking.undo.timeline import Timeline
    from .tracking.values.differences import Attr, Difference, Item, Member
    from .tracking.verbs import (
        changes,
        commit,
        has_changed,
        history,
        original,
        previous_changes,
        rollback,
    )
    from .tracking.workspaces.changeset import ChangeSet
    from .tracking.workspaces.workspace import Workspace

__version__ = "0.1.0"

__all__ = [
    "MISSING",
    "Attr",
    "Change",
    "ChangeEvent",
    "ChangeSet",
    "Changes",
    "Checkpoint",
    "Codec",
    "Conflict",
    "Difference",
    "GraphCheckpoint",
    "History",
    "Item",
    "Member",
    "ObjectChange",
    "Ref",
    "Subscription",
    "Timeline",
    "Workspace",
    "__version__",
    "batch",
    "changes",
    "checkpoint",
    "commit",
    "errors",
    "has_changed",
    "history",
    "inspect",
    "is_tracked",
    "on_change",
    "original",
    "previous_changes",
    "related",
    "rollback",
    "track",
    "tracked",
    "untrack",
    "watch",
]

_choose()

_NAMES_OF = {
    "_kernel.history": ("History",),
    "_kernel.sentinels": ("MISSING",),
    "inspection.view": ("inspect",),
    "tracking.instances.changes": ("Change", "Changes"),
    "tracking.checkpoints": ("Checkpoint", "checkpoint"),
    "tracking.listening.batches": ("batch",),
    "tracking.listening.event": ("ChangeEvent",),
    "tracking.listening.subscribing": ("Subscription", "on_change"),
    "tracking.listening.watching": ("watch",),
    "tracking.classes.marking": ("is_tracked", "track", "tracked", "untrack"),
    "tracking.relationships.related": ("related",),
    "tracking.values.differences": ("Attr", "Difference", "Item", "Member"),
    "tracking.verbs": (
        "changes",
        "commit",
        "has_changed",
        "history",
        "original",
        "previous_changes",
        "rollback",
    ),
    "tracking.workspaces.changeset": ("ChangeSet",),
    "tracking.documents.codec": ("Codec",),
    "tracking.graph_changes.conflicts": ("Conflict",),
    "tracking.graph_changes.object_change": ("ObjectChange",),
    "tracking.members.graph_checkpoint": ("GraphCheckpoint",),
    "tracking.graph_changes.refs": ("Ref",),
    "tracking.undo.timeline": ("Timeline",),
    "tracking.workspaces.workspace": ("Workspace",),
}
_HOMES = {name: module for module, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> Any:
    # whoever comes for one of the other doors need not wait for this one to be imported
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
