"""The manager of an instance, also where its class was never asked to be tracked.

A subclass of a tracked class is tracked from its first instance on: decorators such as
``dataclass`` go on building a class after it is made, so before that nothing is for sure.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ...core.changing import CHANGING
from ...errors import OrmoluError, UntrackedClassError
from ..declared.fields import shape_of
from ..declared.libraries import made_by
from ..declared.refusals import refuse_built_later, way_out
from ..layer import TRACKED
from . import held
from .first_births import FirstBirths
from .state import TrackedState

__all__ = [
    "adopt",
    "is_reference",
    "is_tracked",
    "manager_of",
    "need_order",
    "related_values",
    "state_of",
]

_DECORATORS = {"dataclass": "@dataclass", "attrs": "@attrs.define"}


def manager_of(instance: Any) -> Any:
    """Return the manager of the class of an instance.

    Raises:
        UntrackedClassError: neither it nor a base is tracked.
    """
    class_ = type(instance)
    manager = _present_manager(class_)
    if manager is None:
        manager = _adopted(class_)
    if not manager.in_order or manager.class_ is not class_:
        need_order(manager, class_)
    return manager


def _present_manager(class_: type) -> Any:
    """The manager of a class that is tracked already, or ``None``."""
    manager = class_.__dict__.get(TRACKED.manager_attr)
    return None if manager is None or manager.shape is None else manager


def _adopted(class_: type) -> Any:
    """The manager of a class that is tracked from its first instances on."""
    with CHANGING:
        # another thread may have been first, and has looked at the class as it was before
        manager = _present_manager(class_)
        if manager is None:
            first = FirstBirths(class_)
            manager = adopt(class_)
            manager.first_births = first
        return manager


def need_order(manager: Any, class_: type) -> None:
    """Make sure that nothing has gone on building a class since it was tracked.

    Until that is known of all threads, what this one is making of it is looked for as well.

    Raises:
        UntrackableClassError: ``@dataclass`` or the like has, and what was found is no more.
    """
    maker = made_by(class_)
    with CHANGING:  # another thread may be about to have the class tracked
        if manager.class_ is not class_ or maker != manager.maker:
            refuse_built_later(class_, _DECORATORS.get(maker, "another decorator"))
        first = manager.first_births
        if first is not None:
            first.look_here()
        if first is None or first.are_over():
            manager.first_births = None
            manager.in_order = True


def state_of(instance: Any) -> Any:
    """Return the state of an instance, made if it has none.

    Raises:
        UntrackedClassError: its class is not tracked.
    """
    state = held.find(instance)
    if state is None:
        state = held.hold(instance, TrackedState(instance, manager_of(instance)))
    elif state is held.BEING_MADE:
        state = held.hold_while_made(instance, TrackedState(instance, manager_of(instance)))
    return state


def related_values(instance: Any) -> dict[str, Any]:
    """Return the dictionary that has the tracked objects an instance holds; to be read."""
    if type(instance).__dictoffset__:
        return object.__getattribute__(instance, "__dict__")  # type: ignore[no-any-return]
    state = held.find(instance)
    if state is None or state is held.BEING_MADE:
        return {}
    if state.related is None:
        state.related = {}
    return state.related  # type: ignore[no-any-return]


def _dict_of(instance: Any) -> dict[str, Any]:
    """The same, to be changed: what the state holds may lead back to the instance then."""
    state = state_of(instance)
    held.anchor(instance, state, state.manager.anchorage)
    return related_values(instance)


TRACKED.use_lookups(state_of, _dict_of, TRACKED.default_manager_of, TRACKED.default_opt_manager_of)
TRACKED.plain = False


def is_reference(value: Any) -> bool:
    """Return whether a value is tracked itself: what changes in it is its own affair."""
    return is_tracked(type(value))


def is_tracked(class_: type) -> bool:
    """Return whether a class is tracked, or a base of it is."""
    return hasattr(class_, TRACKED.manager_attr)


def adopt(class_: type) -> Any:
    """Have a class tracked as the next of its bases is, and return its manager.

    Raises:
        UntrackedClassError: none of them is tracked.
    """
    with CHANGING:
        base = _next_tracked(class_)
        manager = TRACKED.registry.register_class(class_, finalize=False)
        if manager.shape is None:
            manager.adopted_from(base)
            shape = base.shape
            # whatever is wrong with the class must not surface in the middle of its __init__
            with suppress(OrmoluError):
                shape = shape_of(class_, base.names, base.exclude)
            manager.set_up(shape)
            TRACKED.registry.register_class(class_)
        return manager


def _next_tracked(class_: type) -> Any:
    for base in class_.__mro__[1:]:
        manager = TRACKED.opt_manager_of(base)
        if manager is not None and manager.shape is not None:
            return manager
    raise UntrackedClassError(
        f"{class_.__qualname__} is not tracked, so nothing is known of what changes in its "
        f"instances; {way_out(class_)}",
        class_=class_,
    )
