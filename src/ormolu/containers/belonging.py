"""What holds a container, and how a plain one becomes one that knows.

A container refers weakly to what holds it: other containers, and at last a field of an
object.  It may be in several places at once.  Where it is taken out of one, nobody has to
say so: whether it is still there is looked up when it changes, and so is the index or key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from .._kernel.links import Link, LinksSlot
from .._kernel.sentinels import MISSING

__all__ = [
    "Container",
    "Holder",
    "Within",
    "given_out",
    "is_container",
    "join",
    "reached",
    "take_in",
]

Path = tuple[Any, ...]
"""The indices and keys that lead from the value of a field to a container in it."""


class Within(Link):
    """Says that a container is in another one."""

    __slots__ = ()

    def holds(self, part: Any) -> bool:
        """Return whether it is still there; note where."""
        outer = self.target()
        self.key = MISSING if outer is None else outer._place_of(part, self.key)
        return self.key is not MISSING


class Holder(Link):
    """Says of which object a container is a field, and is told of changes."""

    __slots__ = ()

    def is_like(self, other: Link) -> bool:
        """Return whether another link says the same."""
        return super().is_like(other) and self.key == other.key

    def before_change(self) -> bool:
        """Hear that the value is about to change in place.

        Returns:
            whether it wants to be told what has changed.
        """
        raise NotImplementedError

    def after_change(self, path: Path, old: Any, new: Any) -> None:
        """Hear that it has changed.

        Args:
            path: leads from the value to the container that has changed.
            old: a copy of that container as it was.
            new: the container.
        """
        raise NotImplementedError


class Container:
    """What lists, dictionaries and sets that tell have in common."""

    __slots__ = ()

    kinds: ClassVar[dict[type, type[Container]]] = {}
    """What stands for each of the plain classes."""

    _links: tuple[Link, ...]

    def __init_subclass__(cls, stands_for: type | None = None) -> None:
        super().__init_subclass__()
        if stands_for is not None:
            cls._links = LinksSlot(cls, vars(cls)["_links"])  # type: ignore[assignment]
            Container.kinds[stands_for] = cls

    def __getstate__(self) -> None:
        """Say that there is nothing but the content, as a plain one does."""

    def _place_of(self, part: Any, expected: Any) -> Any:
        """Return the index or key of a container in this one, or ``MISSING``."""
        return MISSING

    def _hold(self, content: Any, taken: Callable[[Any], Any]) -> None:
        """Have the content of a container, or of this very one.

        Args:
            content: the container.
            taken: says what is to be there in the place of each of its parts.
        """
        raise NotImplementedError

    def _copied(self) -> Any:
        """Return one of the same class that holds the same and belongs nowhere."""
        raise NotImplementedError

    def _differs(self, old: Any) -> bool:
        """Return whether it holds anything else than a copy does."""
        raise NotImplementedError


def is_container(value: Any) -> bool:
    """Return whether a value is a container that tells, or one that is exchanged for it."""
    return type(value) in Container.kinds or isinstance(value, Container)


def join(part: Any, link: Link) -> None:
    """Have a container know what holds it."""
    present = [each for each in part._links if each.target() is not None]
    for each in present:
        if each.is_like(link):
            each.key = link.key
            return
    part._links = (*present, link)


def take_in(value: Any, link: Link, kind: type[Container] | None = None) -> Any:
    """Return a value as it is to be held: containers in it tell from now on.

    Args:
        value: any value; of anything but a container nothing is known.
        link: says what is going to hold it.
        kind: the class that it has to be of.
    """
    if kind is None and not is_container(value):
        return value
    taken = _Taking().take(value, kind)
    join(taken, link)
    return taken


class _Taking:
    """Exchanges plain containers, each for one; they may contain themselves."""

    def __init__(self) -> None:
        self._taken: dict[int, Any] = {}
        self._todo: list[Any] = []

    def take(self, value: Any, kind: type[Container] | None) -> Any:
        if kind is not None and not isinstance(value, kind):
            self._add(value, kind.__new__(kind))
        taken = self._part(value)
        for content in self._todo:
            self._taken[id(content)]._hold(content, self._part)
        return taken

    def _part(self, part: Any) -> Any:
        kind = Container.kinds.get(type(part))
        if kind is None and not isinstance(part, Container):
            return part
        if id(part) not in self._taken:
            self._add(part, part if kind is None else kind.__new__(kind))
        return self._taken[id(part)]

    def _add(self, part: Any, taken: Any) -> None:
        self._taken[id(part)] = taken
        self._todo.append(part)


def given_out(value: Any) -> Any:
    """Return a value with plain containers in the place of those that tell; they stay.

    Args:
        value: any value; containers in it are looked into, and nothing else.
    """
    plain = {kind: stock for stock, kind in Container.kinds.items()}
    made: dict[int, Any] = {}
    todo: list[Any] = []

    def part(one: Any) -> Any:
        kind = plain.get(type(one))
        if kind is None:
            return one
        if id(one) not in made:
            made[id(one)] = kind()
            todo.append(one)
        return made[id(one)]

    found = part(value)
    for content in todo:
        _fill(made[id(content)], content, part)
    return found


def _fill(made: Any, content: Any, part: Callable[[Any], Any]) -> None:
    if isinstance(made, dict):
        made.update({key: part(one) for key, one in dict.items(content)})
    elif isinstance(made, set):
        made.update(content)  # whose members are no containers
    else:
        made.extend(map(part, list(content)))


def reached(container: Any) -> Iterable[tuple[Holder, Path]]:
    """Return who holds a container, however far out, with the path that leads to it."""
    found: list[tuple[Holder, Path]] = []
    seen = {id(container)}
    todo: list[tuple[Any, Path]] = [(container, ())]
    for part, path in todo:
        for link in _links_of(part):
            outer = link.target()
            if isinstance(link, Holder):
                found.append((link, path))
            elif id(outer) not in seen:
                seen.add(id(outer))
                todo.append((outer, (link.key, *path)))
    return found


def _links_of(part: Any) -> list[Link]:
    """What holds a container; what does so no longer is forgotten."""
    links = [link for link in part._links if link.holds(part)]
    if len(links) < len(part._links):
        part._links = tuple(links)
    return links
