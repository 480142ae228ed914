"""What a commit itself does to objects, which is no step: it cannot be undone.

The store has given out keys and times, say.  Steps before and after have to lead there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .steps import Edit, Moment, ObjectEdit

__all__ = ["absorb", "forget"]


def absorb(done: Edit, earlier: list[Edit], later: list[Edit]) -> None:
    """Have edits lead to what was done between them, and not past it.

    Args:
        done: what is to be no edit of its own.
        earlier: those that can be undone, the last first.
        later: those that can be done again, the next first.
    """
    for one in done.objects.values():
        for key, (_, now) in one.fields.items():
            _meet(earlier, one.obj, key, 1, now)
            _meet(later, one.obj, key, 0, now)
        _mark([*earlier, *later], one)


def _meet(edits: list[Edit], obj: Any, key: str, side: int, now: Moment) -> None:
    """Have the edit that is next to now, of those that change a field, end or begin there."""
    for edit in edits:
        one = edit.objects.get(id(obj))
        if one is not None and key in one.fields:
            before, after = one.fields[key]
            one.fields[key] = (before, now) if side else (now, after)
            return


def _mark(edits: Iterable[Edit], done: ObjectEdit) -> None:
    """Have a field that was set now be so whichever edit is undone."""
    before, after = done.marks
    if before == after:
        return
    for edit in edits:
        one = edit.objects.get(id(done.obj))
        if one is not None:
            one.marks = (one.marks[0] | (after - before), one.marks[1] | (after - before))


def forget(edits: Iterable[Edit], objects: Iterable[Any], key: str) -> None:
    """Have edits leave alone a field of some objects."""
    numbers = [id(obj) for obj in objects]
    for edit in edits:
        for number in numbers:
            one = edit.objects.get(number)
            if one is None:
                continue
            one.fields.pop(key, None)
            if not one:
                del edit.objects[number]
