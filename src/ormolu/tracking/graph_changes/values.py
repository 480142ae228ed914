"""Values with something else in the place of some of their parts; and what they refer to.

A change set is a value: it has copies of containers, and names in the place of tracked
objects.  To apply it is to copy once more, with objects in the place of names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an
from ...errors import PatchError
from ..instances.adoption import is_reference
from ..values.classes import ATOMS, shape_of
from ..values.differences import differences
from ..values.shapes import Shape
from .refs import Ref
from .standing_for import plain_class

__all__ = ["is_same", "references_in", "refs_in", "rewritten"]

Replace = Callable[[Any], Any]
"""Returns what is to stand in the place of a part, or ``MISSING`` to have it looked into."""


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, as change tracking sees it.

    Example:
        >>> is_same([1], [1]), is_same([1], (1,)), is_same(MISSING, None)
        (True, False, False)
    """
    if one is other:
        return True
    if one is MISSING or other is MISSING:
        return False
    return not differences(one, other, is_reference)


def references_in(value: Any) -> Iterator[Any]:
    """Yield the tracked objects that a value refers to, or is."""
    todo, seen = [value], {}
    while todo:
        part = todo.pop()
        if type(part) in ATOMS or id(part) in seen:
            continue
        seen[id(part)] = part
        if is_reference(part):
            yield part
        else:
            todo.extend(reversed(_parts(part)))


def refs_in(value: Any) -> list[Ref]:
    """Return the names of objects that stand in a value."""
    found: list[Ref] = []

    def note(part: Any) -> Any:
        if isinstance(part, Ref):
            found.append(part)
            return part
        return MISSING

    rewritten(value, note)
    return found


def _parts(value: Any) -> list[Any]:
    shape = shape_of(type(value))
    if shape is None:
        return []
    content = shape.look(value)
    parts = list(shape.fields(value).values()) if shape.has_fields else []
    if isinstance(content, dict):
        return [*content, *content.values(), *parts]
    return [*content, *parts] if isinstance(content, (list, tuple, set, frozenset)) else parts


def rewritten(value: Any, replace: Replace) -> Any:
    """Return a copy of a value with other parts.

    Containers and objects that could change in place are copied, what is held twice once;
    plain ones come of those that tell.
    Members of sets and keys of dictionaries are not, unless they are immutable themselves:
    a copy would be another member.

    Args:
        value: any value.
        replace: see :data:`Replace`; it is not asked of numbers, texts and the like.

    Raises:
        PatchError: it is nested too deeply.

    Example:
        >>> rewritten([1, {"a": (2, b"x")}], lambda part: "!" if part == b"x" else MISSING)
        [1, {'a': (2, '!')}]
    """
    if value is MISSING:
        return value
    try:
        return _Rewriting(replace).of(value)
    except RecursionError:
        raise PatchError(
            f"{an(type(value).__qualname__)} is nested too deeply to be part of a change set; "
            "have what is deep inside be in a tracked object of its own"
        ) from None


class _Rewriting:
    __slots__ = ("_kept", "_made", "_replace")

    def __init__(self, replace: Replace) -> None:
        self._replace = replace
        self._made: dict[int, Any] = {}
        self._kept: list[Any] = []  # or another object might get an id that is known

    def of(self, value: Any) -> Any:
        if id(value) in self._made:
            return self._made[id(value)]
        found = self._replaced(value)
        if found is not MISSING:
            return found
        shape = shape_of(plain_class(value))
        return value if shape is None else self._copy(shape, value)

    def _replaced(self, value: Any) -> Any:
        return value if type(value) in _NEVER_REPLACED else self._replace(value)

    def _copy(self, shape: Shape, value: Any) -> Any:
        self._kept.append(value)
        content = shape.content(value)
        fields = shape.fields(value) if shape.has_fields else {}
        if shape.immutable:
            content = self._content(content)
            if id(value) in self._made:  # by something in it that leads back here
                return self._made[id(value)]
        made = self._made[id(value)] = shape.new(plain_class(value), content, fields)
        if content is not None and not shape.immutable:
            shape.put(made, self._content(content))
        if shape.has_fields:
            aside = shape.aside(value)
            if aside is not None:
                shape.put_aside(made, aside)
            shape.put_fields(made, self._content(fields), {})
        return made

    def _content(self, content: Any) -> Any:
        if type(content) is list:
            return [self.of(part) for part in content]
        if type(content) is dict:
            return {self._hashed(key): self.of(part) for key, part in content.items()}
        if type(content) is set:
            return {self._hashed(member) for member in content}
        return content

    def _hashed(self, member: Any) -> Any:
        found = self._replaced(member)
        if found is not MISSING:
            return found
        shape = shape_of(type(member))
        return self.of(member) if shape is not None and shape.fixed else member


# not bytes and not functions: those who write JSON have another form for them
_NEVER_REPLACED = frozenset({type(None), bool, int, float, str})
