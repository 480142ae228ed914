"""What belongs to a workspace because an object there refers to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from ...errors import OrmoluError
from ..graph_changes.values import references_in
from ..instances import held
from ..instances.changes import change_of
from ..targets import need_manager
from ..values.classes import ATOMS
from .members import Member, Members

__all__ = ["brought", "reachable", "reached"]

Values = Callable[[Any], Iterable[Any]]


def reachable(obj: Any, values: Values | None = None) -> Iterator[Any]:
    """Yield the objects that the fields of an object refer to.

    Args:
        obj: the object.
        values: returns values of its fields; they are those of now if it is not given.
    """
    for value in _values_of(obj) if values is None else values(obj):
        if type(value) not in ATOMS:
            yield from references_in(value)


def _values_of(obj: Any) -> Iterator[Any]:
    for attribute in need_manager(obj).values():
        # a collection that nobody has asked for yet need not be made
        yield attribute.held(obj) if attribute.relates else attribute.storage.get(obj)


def _values_changed(obj: Any) -> Iterator[Any]:
    """Yield the values of the fields that have changed."""
    state = held.find(obj)
    if state is None or state is held.BEING_MADE:
        return
    recorded = state.recorded()
    for key in recorded if len(recorded) < 2 else filter(recorded.__contains__, state.manager):
        attribute = state.manager[key]
        value = attribute.held(obj) if attribute.relates else attribute.storage.get(obj)
        if type(value) not in ATOMS and change_of(state, obj, key) is not None:
            yield value


def brought(members: Members, objects: Iterable[Any], values: Values | None) -> list[Member]:
    """Take in, as known ones, what objects refer to; see :func:`reachable`."""
    came: list[Member] = []
    todo = list(objects)
    for holder in todo:  # which grows meanwhile
        for obj in reachable(holder, values):
            if members.is_to_come(obj):
                came.append(members.enter(obj, "known"))
                todo.append(obj)
    return came


def reached(members: Members, strict: bool, among: Iterable[Member] | None = None) -> list[Member]:
    """Take in, as new ones, what new and changed objects refer to.

    Args:
        members: the objects that are there.
        among: those of them that are looked at; all that may have got some, if it is not given.
        strict: whether to raise an error for one that cannot come in.

    Raises:
        ClaimedError: another workspace has one of them.
        IdentityConflictError: another object has the name of one.
        WorkspaceError: another class has the name of the class of one, or its key is none.
    """
    passed_over = () if strict else (OrmoluError,)
    came: list[Member] = []
    todo: list[tuple[Any, Values | None]] = []
    for one in members.unsettled() if among is None else among:
        if one.status == "new":
            todo.append((one.obj, None))
        elif one.status == "known":
            todo.append((one.obj, _values_changed))  # the others are as they were
    for holder, values in todo:  # which grows meanwhile
        for obj in reachable(holder, values):
            if members.is_to_come(obj):
                with suppress(*passed_over):
                    came.append(members.enter(obj, "new"))
                    todo.append((obj, None))
    return came
