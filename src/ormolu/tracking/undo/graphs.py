"""The objects that a timeline watches."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from ..members.cascade import reachable
from ..targets import need_manager

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["Graph", "Roots", "Workplace"]


class Graph(Protocol):
    """Knows which objects are there, and has them come and go."""

    def objects(self, *, strict: bool = True) -> list[tuple[Any, bool]]:
        """Return the objects to be watched, and of each whether it is there.

        Args:
            strict: whether one that cannot be watched is an error; it is passed over otherwise.
        """
        ...

    def have(self, obj: Any, there: bool) -> None:
        """Have an object be there, or not."""

    def all_or_none(self) -> AbstractContextManager[None]:
        """Have what comes and goes within come and go together."""
        ...


class Roots:
    """Some objects, and what they refer to.

    Args:
        objects: those that are there in any case.

    Raises:
        UntrackedInstanceError: one of them is not tracked.
    """

    def __init__(self, objects: Iterable[Any]) -> None:
        self._objects = list(objects)
        for obj in self._objects:
            need_manager(obj)

    def objects(self, *, strict: bool = True) -> list[tuple[Any, bool]]:
        """Return the objects, and those that can be reached from them."""
        found = {id(obj): obj for obj in self._objects}
        todo = list(found.values())
        for holder in todo:  # which grows meanwhile
            for obj in reachable(holder):
                if id(obj) not in found:
                    found[id(obj)] = obj
                    todo.append(obj)
        return [(obj, True) for obj in todo]

    def have(self, obj: Any, there: bool) -> None:
        """Do nothing: the fields of others say whether it is there."""

    def all_or_none(self) -> AbstractContextManager[None]:
        """Do nothing, for the same reason."""
        return nullcontext()


class Workplace:
    """The objects of a workspace.

    Args:
        workspace: holds them.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def objects(self, *, strict: bool = True) -> list[tuple[Any, bool]]:
        """Return all objects; those that are to be deleted are not there."""
        self._workspace._reach(strict=strict)
        members = self._workspace._members
        return [(member.obj, member.status != "deleted") for member in members]

    def have(self, obj: Any, there: bool) -> None:
        """Have the workspace hold an object, or have it be deleted there."""
        if there:
            self._workspace.add(obj)
        elif obj in self._workspace:
            # others hold it, or not, as they did
            self._workspace._have_gone([self._workspace._members.need(obj)])

    def all_or_none(self) -> AbstractContextManager[None]:
        """Have what comes and goes within come and go together."""
        return self._workspace._members.all_or_none()
