"""What is deleted is not held any more by what stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...errors import WorkspaceError
from ..instances.adoption import manager_of
from ..layer import TRACKED
from .backup import all_or_nothing
from .members import Member, Members

__all__ = ["let_go", "refuse_gone", "related_fields"]

Held = tuple[Any, Any, list[Any]]
"""A holder, its attribute, and what it is to let go of."""


def let_go(members: Members, gone: list[Any]) -> None:
    """Have ``related`` fields hold some objects no more, on both sides, or change nothing.

    Fields of objects that are to be deleted stay, but where the other side lets go.

    Args:
        members: the objects that may hold them.
        gone: the objects.

    Raises:
        Exception: whatever a listener raises that refuses it.
    """
    todo = [*_populated(gone), *_one_sided(members, gone)]
    touched = {id(obj): obj for one, _, others in todo for obj in (one, *others)}.values()
    keys = [[attribute.key for attribute in related_fields(obj)] for obj in touched]
    with all_or_nothing(zip(touched, keys, strict=True)):
        for holder, attribute, others in todo:
            attribute.let_go(holder, others)


def refuse_gone(members: Members, taken: Iterable[Member]) -> None:
    """Refuse to have objects known that hold others which are to be deleted.

    Args:
        members: all objects.
        taken: those that are to be known as they are.

    Raises:
        WorkspaceError: one does.
    """
    for member in taken:
        for attribute in related_fields(member.obj) if member.status != "deleted" else ():
            for other in attribute.held(member.obj):
                there = members.of(other)
                if there is not None and there.status == "deleted":
                    raise WorkspaceError(
                        f"{members.ref(member)}.{attribute.key} holds {members.ref(there)}, which "
                        "is to be deleted; have it hold that no more, or add() it again",
                        class_=type(member.obj),
                        key=attribute.key,
                    )


def _populated(gone: Iterable[Any]) -> Iterator[Held]:
    """Yield what objects hold that holds them in turn: if one side lets go, both do."""
    for obj in gone:
        for attribute in related_fields(obj):
            if attribute.declared.back_populates is not None:
                yield obj, attribute, attribute.held(obj)


def _one_sided(members: Members, gone: list[Any]) -> Iterator[Held]:
    """Yield who holds objects without their knowing."""
    numbers = set(map(id, gone))
    fields: dict[type, list[Any]] = {}
    if not any(map(_is_one_sided, members.keys.classes.values())):
        return
    for member in members:
        obj, class_ = member.obj, type(member.obj)
        if class_ not in fields:
            fields[class_] = [
                one for one in related_fields(obj) if one.declared.back_populates is None
            ]
        if not fields[class_] or member.status == "deleted" or id(obj) in numbers:
            continue
        for attribute in fields[class_]:
            found = [other for other in attribute.held(obj) if id(other) in numbers]
            if found:
                yield obj, attribute, found


def _is_one_sided(class_: type) -> bool:
    """Return whether a class has fields whose other side does not know of them."""
    manager = TRACKED.opt_manager_of(class_)
    fields = manager.values() if manager is not None and manager.relates else ()
    return any(one.relates and one.declared.back_populates is None for one in fields)


def related_fields(obj: Any) -> list[Any]:
    """Return the attributes of the fields of an object that hold other tracked objects."""
    manager = manager_of(obj)
    return [one for one in manager.values() if one.relates] if manager.relates else []
