"""How the objects of a graph were when somebody looked last."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from ..._kernel.sentinels import MISSING
from ..graph_changes.values import references_in
from ..instances.adoption import manager_of
from ..members.backup import all_or_nothing, is_untouched
from ..members.describing import original_values
from .graphs import Graph
from .steps import Edit, Moment, ObjectEdit, moment_of

__all__ = ["Memory"]


class Memory:
    """Remembers the fields of all objects of a graph, and sees what has changed.

    Args:
        graph: the objects.
    """

    __slots__ = ("_graph", "_objects")

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._objects = {id(obj): _Remembered(obj, there) for obj, there in graph.objects()}

    def look(self, *, learn: bool = True, strict: bool = True) -> Edit:
        """Return what was done since the last look.

        Args:
            learn: whether the next look is to be compared with this one.
            strict: whether an object that cannot be watched is an error.
        """
        listed = self._graph.objects(strict=strict)
        known = self._objects
        there_now = {id(obj): there for obj, there in listed}
        edits = [one.edit(there_now.get(id_, False)) for id_, one in known.items()]
        came = [_Remembered(obj, there) for obj, there in listed if id(obj) not in known]
        edit = Edit([*edits, *(one.arrival(known) for one in came)])
        if learn:
            self._objects = {id_: one for id_, one in known.items() if id_ in there_now}
            self._objects |= {id(one.obj): one for one in came}
            self._learn(edit, 1)
        return edit

    def put(self, edit: Edit, side: int) -> None:
        """Have an edit be undone (0) or done again (1), or nothing; and know of it."""
        with self._graph.all_or_none(), all_or_nothing(edit.touched()):
            edit.put(side)
            # those that go first: another may have taken the name of one that comes back
            for obj, there in sorted(edit.appearances(side), key=itemgetter(1)):
                self._graph.have(obj, there)
        known = self._objects
        self._objects = {
            id(obj): known.get(id(obj)) or _Remembered(obj, there)
            for obj, there in self._graph.objects(strict=False)  # it is done by now
        }
        self._learn(edit, side)

    def _learn(self, edit: Edit, side: int) -> None:
        """Know that objects are as an edit says."""
        for id_, one in edit.objects.items():
            if id_ in self._objects:
                remembered = self._objects[id_]
                remembered.marks, remembered.there = one.marks[side], one.presence[side]
                remembered.fields |= {key: both[side] for key, both in one.fields.items()}


class _Remembered:
    """How one object was."""

    __slots__ = ("fields", "marks", "obj", "there")

    def __init__(self, obj: Any, there: bool) -> None:
        self.obj = obj
        self.there = there
        manager = manager_of(obj)
        self.fields: dict[str, Moment] = {
            key: moment_of(attribute.storage.get(obj)) for key, attribute in manager.items()
        }
        self.marks = manager.marks_of(obj)

    def edit(self, there: bool) -> ObjectEdit:
        """Return what was done to it since."""
        manager = manager_of(self.obj)
        fields = {}
        for key, before in self.fields.items():
            value = manager[key].storage.get(self.obj)
            if not before.is_now(value):
                fields[key] = (before, moment_of(value))
        marks = (self.marks, manager.marks_of(self.obj))
        return ObjectEdit(self.obj, fields, marks, (self.there, there))

    def arrival(self, known: dict[int, Any]) -> ObjectEdit:
        """Return what was done when it came: what refers to others did not before.

        What else was done to it earlier is no part of that.
        """
        manager = manager_of(self.obj)
        before = None if is_untouched(self.obj) else original_values(self.obj)
        fields = {}
        for key, now in self.fields.items():
            if manager[key].relates:
                old = _nobody(now.value)  # also if it was made so
                is_part = True
            else:
                old = now.value if before is None else before.get(key, MISSING)
                is_part = _refers_to(now.value, known)
            if is_part and not now.is_now(old):
                fields[key] = (moment_of(old), now)
        return ObjectEdit(self.obj, fields, (self.marks, self.marks), (False, self.there))


def _nobody(value: Any) -> Any:
    """Return what a related field has that holds nobody, if it has that value otherwise."""
    return type(value)() if isinstance(value, (list, set, dict)) else None


def _refers_to(value: Any, known: dict[int, Any]) -> bool:
    return any(id(obj) in known for obj in references_in(value))
