"""``@tracked``, ``track`` and ``untrack``: which classes are tracked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple, TypeVar, overload

from ...core.changing import alone
from ...core.faults import class_name, shown
from ...errors import ConflictingManagersError, UnregisteredClassError
from ..arguments import several
from ..declared.fields import Shape, shape_of
from ..fields.in_place import InPlace, checked_in_place
from ..fields.notifying import checked
from ..instances import adoption
from ..instances.adoption import adopt
from ..layer import TRACKED
from .carrying_over import records_carried_over
from .registry import REGISTRY
from .room import with_room

__all__ = ["is_tracked", "track", "tracked", "untrack"]

_C = TypeVar("_C", bound=type)


@overload
def tracked(class_: _C, /) -> _C: ...


@overload
def tracked(
    *names: str,
    exclude: Iterable[str] = (),
    in_place: InPlace = True,
    notify: bool | Collection[str] = False,
) -> Callable[[_C], _C]: ...


def tracked(
    *args: Any,
    exclude: Iterable[str] = (),
    in_place: InPlace = True,
    notify: bool | Collection[str] = False,
) -> Any:
    """Decorate a class whose instances are to know what changed.

    It is put last, above ``@dataclass``, ``@attrs.define`` and the like::

        @tracked
        @dataclass
        class Person: ...

    Args:
        args: nothing, for all fields that the class declares; or the names of those to
            be tracked, and of attributes that it does not declare.
        exclude: names of fields that are not to be tracked.
        in_place: see also what changes within a value, such as ``person.tags.append("x")``:
            ``True`` in values that were read from the object, ``"always"`` also in those that
            somebody has had since before the object was made, which costs a snapshot of each
            when it is made; ``False`` in none.
        notify: tell who listens at once when a list, a dictionary or a set is changed in
            place; for all fields, or for those of some names.  They are exchanged for those
            of :mod:`ormolu.containers`.

    Returns:
        the class itself.  Only one whose instances have slots and no room for a weak
        reference is replaced by one like it that has room, as ``@dataclass(slots=True)``
        replaces the class that it is given.

    Raises:
        UntrackableClassError: it is no class, has no fields, or cannot be changed.
        UnknownFieldError: it has no field of one of the names.
        RegistrationError: a field cannot notify, or ``in_place`` is something else.
        ArgumentError: ``exclude`` is no collection of names.
        ConflictingManagersError: it is tracked already, with other fields, or registered
            otherwise.
        LayoutError: it is derived from ``int``, ``tuple`` or the like, whose instances have
            no room for a weak reference.

    Example:
        >>> from dataclasses import dataclass
        >>> from ormolu import changes, tracked
        >>> @tracked
        ... @dataclass
        ... class Person:
        ...     name: str
        >>> ann = Person("Ann")
        >>> ann.name = "Anna"
        >>> changes(ann)["name"]
        Change(old='Ann', new='Anna')
    """
    if len(args) == 1 and not isinstance(args[0], str):
        return _decorated(args[0], _Wanted(None, _left_out(exclude), in_place, notify))

    def decorate(class_: _C) -> _C:
        return _decorated(class_, _Wanted(args or None, _left_out(exclude), in_place, notify))

    return decorate


def track(
    class_: _C,
    *names: str,
    exclude: Iterable[str] = (),
    in_place: InPlace = True,
    notify: bool | Collection[str] = False,
) -> _C:
    """Have the instances of a class that is there already know what changed.

    For a class that you do not own; its instances that are there are tracked as well.
    Arguments and errors are those of :func:`tracked`, and:

    Raises:
        LayoutError: instances have no room for a weak reference.

    Example:
        >>> from types import SimpleNamespace
        >>> from ormolu import has_changed, track, untrack
        >>> class Job:
        ...     state = "new"
        >>> job = Job()
        >>> track(Job, "state") is Job
        True
        >>> job.state = "done"
        >>> has_changed(job)
        True
        >>> untrack(Job)
    """
    return _track(class_, _Wanted(names or None, _left_out(exclude), in_place, notify))


def _left_out(exclude: Iterable[str]) -> tuple[str, ...]:
    return several(exclude, object, "exclude", "names of fields")


class _Wanted(NamedTuple):
    """What is to be tracked of a class, as it was asked for."""

    names: tuple[str, ...] | None
    exclude: tuple[str, ...]
    looks: InPlace
    notify: Any


def _decorated(class_: _C, wanted: _Wanted) -> _C:
    if isinstance(class_, type) and not class_.__weakrefoffset__:
        shape_of(class_, wanted.names, wanted.exclude)
        class_ = with_room(class_)
    return _track(class_, wanted)


@alone
def _track(class_: _C, wanted: _Wanted) -> _C:
    shape = shape_of(class_, wanted.names, wanted.exclude)
    looks = checked_in_place(class_, wanted.looks)
    notify = checked(class_, shape, wanted.notify)
    present = TRACKED.opt_manager_of(class_)
    if present is not None and present.shape is not None:
        same = (present.shape, present.looks, present.notify) == (shape, looks, notify)
        if same and not present.is_adopted:
            return class_
        if not present.is_adopted:
            raise ConflictingManagersError(
                f"{class_.__qualname__} is tracked already, with other fields or in another "
                f"way; ormolu.untrack({class_.__name__}) first",
                class_=class_,
            )
    wanted = wanted._replace(looks=looks, notify=notify)
    if present is None or present.shape is None:
        _begin(class_, wanted, shape)
    else:  # for the sake of a base class only
        with records_carried_over(class_):
            _end(class_, present)
            _begin(class_, wanted, shape).take_over(present)
    return class_


def _begin(class_: type, wanted: _Wanted, shape: Shape) -> Any:
    """Have a class be tracked that is not, and return its manager."""
    manager = REGISTRY.register_class(class_, finalize=False)
    try:
        manager.ask_for(*wanted)
        manager.set_up(shape)
        REGISTRY.register_class(class_)
    except BaseException:
        REGISTRY.unregister_class(class_, force=True)
        raise
    return manager


@alone
def untrack(class_: type) -> None:
    """Have a class be as it was before it was tracked; instances keep their values.

    What was recorded of changes is forgotten, unless a base class is tracked, and the class with
    it.  Subclasses that are tracked for the sake of this class only are no longer tracked
    either; those that were asked for are.

    Args:
        class_: the class that :func:`tracked` has returned, or that was given to :func:`track`.

    Raises:
        UnregisteredClassError: it is not tracked.

    Example:
        >>> from ormolu import is_tracked, tracked, untrack
        >>> @tracked("state")
        ... class Job:
        ...     state = "new"
        >>> untrack(Job)
        >>> is_tracked(Job)
        False
    """
    manager = TRACKED.opt_manager_of(class_) if isinstance(class_, type) else None
    if manager is None or manager.shape is None:
        if not isinstance(class_, type):
            raise UnregisteredClassError(f"{shown(class_)} is no class; give the class itself")
        raise UnregisteredClassError(
            f"class {class_name(class_)} is not tracked, so there is nothing to end; give the "
            "class that @ormolu.tracked has returned, or that was given to ormolu.track()",
            class_=class_,
        )
    with records_carried_over(class_):
        _end(class_, manager)
        if any(map(is_tracked, class_.__mro__[1:])):
            adopt(class_).take_over(manager)


def _end(class_: type, manager: Any) -> None:
    """Have a class be tracked no more, nor subclasses for its sake only."""
    below = [one for one in manager.subclass_managers(True) if one.shape is not None]
    for one in (*reversed(below), manager):
        REGISTRY.unregister_class(one.class_, force=True)
    for one in below:
        if not one.is_adopted and TRACKED.opt_manager_of(one.class_) is None:
            _track(one.class_, _Wanted(one.names, one.exclude, one.looks, one.notify))
            TRACKED.manager_of(one.class_).take_over(one)


def is_tracked(thing: Any) -> bool:
    """Return whether an instance, or a class, is tracked.

    Args:
        thing: the instance or the class.

    Example:
        >>> from ormolu import is_tracked, tracked
        >>> @tracked("state")
        ... class Job:
        ...     state = "new"
        >>> is_tracked(Job), is_tracked(Job()), is_tracked("new")
        (True, True, False)
    """
    return adoption.is_tracked(thing if isinstance(thing, type) else type(thing))
