"""What belongs to a workspace because an object there refers to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from ...errors import OrmoluError
from ..graph_changes.values import references_in
from ..values.classes import ATOMS
from ..verbs import need_manager
from .describing import is_dirty
from .members import Member, Members

__all__ = ["brought", "reachable", "reached"]

Values = Callable[[Any], dict[str, Any]]


def reachable(obj: Any, values: Values | None = None) -> Iterator[Any]:
    """Yield the objects that the fields of an object refer to.

    Args:
        obj: the object.
        values: returns the values of its fields; they are those of now if it is not given.
    """
    found = _values_of(obj) if values is None else values(obj).values()
    for value in found:
        if type(value) not in ATOMS:
            yield from references_in(value)


def _values_of(obj: Any) -> Iterator[Any]:
    for attribute in need_manager(obj).values():
        # a collection that nobody has asked for yet need not be made
        yield attribute.held(obj) if attribute.relates else attribute.storage.get(obj)


def brought(members: Members, objects: Iterable[Any], values: Values | None) -> list[Member]:
    """Take in, as known ones, what objects refer to; see :func:`reachable`."""
    came: list[Member] = []
    todo = list(objects)
    for holder in todo:  # which grows meanwhile
        for obj in reachable(holder, values):
            if members.of(obj) is None and members.let_go_of(obj) is None:
                came.append(members.enter(obj, "known"))
                todo.append(obj)
    return came


def reached(members: Members, strict: bool, among: Iterable[Member] | None = None) -> list[Member]:
    """Take in, as new ones, what new and changed objects refer to.

    Args:
        members: the objects that are there.
        among: those of them that are looked at; all, if it is not given.
        strict: whether to raise an error for one that cannot come in.

    Raises:
        ClaimedError: another workspace has one of them.
        IdentityConflictError: another object has the name of one.
        WorkspaceError: another class has the name of the class of one, or its key is none.
    """
    passed_over = () if strict else (OrmoluError,)
    came: list[Member] = []
    holders = members if among is None else among
    todo: list[Any] = []
    for one in holders:
        with suppress(*passed_over):
            if one.status == "new" or _may_have_got_some(one):
                todo.append(one.obj)
    for holder in todo:  # which grows meanwhile
        for obj in reachable(holder):
            if members.of(obj) is None and members.let_go_of(obj) is None:
                with suppress(*passed_over):
                    came.append(members.enter(obj, "new"))
                    todo.append(obj)
    return came


def _may_have_got_some(member: Member) -> bool:
    return member.status == "known" and is_dirty(member.obj)
