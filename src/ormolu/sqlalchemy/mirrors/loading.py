"""In ``sqlalchemy.orm.loading``: instances from rows, and which came in together.

SQLAlchemy makes a function for each query that turns a row into an instance.  It
goes on doing so; what it has decided for all rows is read from that function, and
rows that are plain are served natively, where the kernel is.  All others go to the function
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._kernel.natives import Plan
from ...core.classes import ClassManager as CoreClassManager
from ..fetching.arrivals import numbered, record
from ..fetching.settings import recording
from .door import SQLALCHEMY
from .instrumentation import ClassManager

__all__ = ["exchange"]

_RowFunction = Callable[[Any], Any]


def exchange(module: Any) -> None:
    """Record what comes in together, and serve rows natively, if there is a native kernel."""
    module._new_runid = numbered(module._new_runid)
    make_instance_function = module._instance_processor
    add_switch = module._decorate_polymorphic_switch

    def instance_function(
        query_entity: Any, mapper: Any, context: Any, *args: Any, **kwargs: Any
    ) -> _RowFunction:
        made = make_instance_function(query_entity, mapper, context, *args, **kwargs)
        if Plan is not None:
            made = _natively(made)
        # the function for a class passes the rows of its subclasses on to theirs
        if not recording.on or kwargs.get("_polymorphic_from"):
            return made
        class_, refreshed = mapper._identity_class, kwargs.get("refresh_state")
        return record(made, class_, context, refreshed, SQLALCHEMY.state_of)

    def with_switch(instance_fn: _RowFunction, *args: Any, **kwargs: Any) -> _RowFunction:
        switch: _RowFunction = add_switch(_natively(instance_fn), *args, **kwargs)
        return switch

    module._instance_processor = instance_function
    if Plan is not None:
        module._decorate_polymorphic_switch = with_switch


def _natively(function: _RowFunction) -> _RowFunction:
    """Return what serves plain rows as ``function`` does, or ``function`` itself."""
    decided = _decisions(function)
    if decided is None or not _is_plain(decided):
        return function
    populators = decided["populators"]
    plan = Plan(
        decided["mapper"].class_manager,
        decided["primary_key_getter"],
        populators["quick"],
        [key for key, is_set in populators["expire"] if is_set],
        populators["new"],
        bool(populators["existing"]),
    )
    plan.identity_class = decided["identity_class"]
    plan.identity_token = decided["identity_token"]
    plan.identities = decided["session_identity_map"]
    plan.state_attr = SQLALCHEMY.state_attr
    plan.session_id = decided["session_id"]
    plan.runid = decided["runid"]
    plan.load_options = decided["propagated_loader_options"]
    plan.load_path = decided["load_path"]
    plan.post_load = decided["post_load"] or None
    plan.fallback = function
    load: _RowFunction = plan.load
    return load


_NEEDED = frozenset(
    {
        "identity_class",
        "identity_token",
        "load_evt",
        "load_path",
        "mapper",
        "persistent_evt",
        "populate_existing",
        "populators",
        "post_load",
        "primary_key_getter",
        "propagated_loader_options",
        "refresh_identity_key",
        "runid",
        "session_id",
        "session_identity_map",
    }
)


def _decisions(function: Any) -> dict[str, Any] | None:
    """Return what the function has decided for all rows; ``None`` for another function."""
    code = getattr(function, "__code__", None)
    if code is None or not _NEEDED.issubset(code.co_freevars):
        return None
    cells = dict(zip(code.co_freevars, function.__closure__, strict=True))
    try:
        if cells["refresh_identity_key"].cell_contents:
            return None  # of one instance, which is there
        return {name: cells[name].cell_contents for name in _NEEDED}
    except ValueError:
        # a cell that is empty
        return None


def _is_plain(decided: dict[str, Any]) -> bool:
    """Whether a new instance is made as any other, and nobody is to be told."""
    manager = decided["mapper"].class_manager
    class_ = manager.class_
    return bool(
        SQLALCHEMY.plain
        and not decided["load_evt"]
        and not decided["persistent_evt"]
        and not decided["populate_existing"]
        and type(manager).new_instance is CoreClassManager.new_instance
        and type(manager).setup_instance is CoreClassManager.setup_instance
        and manager._state_setter is ClassManager._state_setter
        and class_.__new__ is object.__new__
        and class_.__setattr__ is object.__setattr__
        and class_.__getattribute__ is object.__getattribute__
    )
