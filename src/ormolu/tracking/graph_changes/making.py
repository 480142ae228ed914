"""Objects made of the values of their fields, and fields assigned from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an
from ...errors import PatchError
from ..instances import held
from ..instances.adoption import adopt, is_reference
from ..layer import TRACKED
from ..values.classes import shape_of
from ..values.shapes import ModelShape
from ..values.snapshots import take

__all__ = [
    "allocate",
    "assign",
    "assign_all",
    "fill",
    "manager_for",
    "prepare",
    "refused",
    "relate",
]

Assignment = tuple[Any, str, Callable[[], Any]]
"""An object, the name of a field, and what returns its value."""


def manager_for(class_: type) -> Any:
    """Return the manager of a class.

    Raises:
        PatchError: it is not tracked.
    """
    try:
        manager = TRACKED.opt_manager_of(class_)
        return manager if manager is not None and manager.shape is not None else adopt(class_)
    except KeyError:
        raise PatchError(
            f"{class_.__qualname__} is not tracked, so no instance of it can be in a workspace; "
            "decorate it with @ormolu.tracked",
            class_=class_,
        ) from None


# -- making --------------------------------------------------------------------------------


def allocate(class_: Any) -> Any:
    """Return an instance without values, made without ``__init__``.

    Raises:
        PatchError: its ``__new__`` wants more than the class.
    """
    try:
        obj = class_.__new__(class_)
    except TypeError as error:
        raise PatchError(
            f"{an(class_.__qualname__)} cannot be made of its fields: {error}; say how in "
            "Workspace(make=...)",
            class_=class_,
        ) from error
    prepare(obj)
    return obj


def prepare(obj: Any, given: Iterable[str] = ()) -> None:
    """Give an instance what its class needs besides values, if that is a model.

    Args:
        obj: the instance, made without ``__init__``.
        given: the fields that are to count as set.
    """
    class_ = type(obj)
    shape = shape_of(class_)
    if isinstance(shape, ModelShape):
        shape.put_aside(obj, (_private(class_), frozenset(given), _takes_extra(class_)))


def _private(class_: Any) -> dict[str, Any] | None:
    """Return the private attributes of a new model, by name."""
    found = {name: one.get_default() for name, one in class_.__private_attributes__.items()}
    return {
        name: value for name, value in found.items() if repr(value) != "PydanticUndefined"
    } or None


def _takes_extra(class_: Any) -> bool:
    return bool(class_.model_config.get("extra") == "allow")


def fill(obj: Any, values: Mapping[str, Any]) -> None:
    """Give a new instance its values, and have its class look at them.

    They are all there before the first is assigned as the class assigns it, so a validator
    that looks at other fields finds them.

    Args:
        obj: the instance.
        values: those of its fields that hold no other objects; see :func:`relate`.

    Raises:
        Exception: whatever a validator raises.
    """
    manager = manager_for(type(obj))
    marks = manager.marks_of(obj)
    with _being_made(obj):
        for key, value in values.items():
            _put(manager, obj, key, value)
        manager.mark(obj, None if marks is None else {*marks, *values})
        _have_looked_at(obj, values)


def relate(obj: Any, values: Mapping[str, Any]) -> None:
    """Have a new instance hold other objects, when all of these have their values.

    Raises:
        Exception: whatever refuses it.
    """
    with _being_made(obj):
        _have_looked_at(obj, values)


def _have_looked_at(obj: Any, values: Mapping[str, Any]) -> None:
    for _, error in refused(values, partial(_assign, obj)):
        raise error


def _assign(obj: Any, key: str, value: Any) -> None:
    attribute = manager_for(type(obj))[key]
    if attribute.relates and type(value) is dict:
        attribute.hold(obj, value)  # under these keys, whatever those of the objects are
    else:
        setattr(obj, key, value)


def _put(manager: Any, obj: Any, key: str, value: Any) -> None:
    try:
        manager[key].storage.put(obj, value)
    except Exception as error:
        if not manager.elsewhere:
            raise
        name = type(obj).__qualname__
        raise PatchError(
            f"{an(name)} keeps {key!r} in a place of its own, which there is not before its "
            f"__init__ has run ({error!r}); say how {an(name)} is made in Workspace(make=...)",
            class_=type(obj),
            key=key,
        ) from error


@contextmanager
def _being_made(obj: Any) -> Any:
    held.begin(obj)
    try:
        yield
    finally:
        held.end(obj)


# -- assigning -----------------------------------------------------------------------------


def assign_all(assignments: Iterable[Assignment]) -> None:
    """Assign fields in an order in which the validators take them.

    One may be taken only after another: the end of a span only after its beginning.

    Raises:
        Exception: what a validator raises in any order.
    """
    waiting = list(assignments)
    while waiting:
        refused: list[tuple[Assignment, Exception]] = []
        for assignment in waiting:
            obj, key, value = assignment
            try:
                assign(obj, key, value())
            except Exception as error:
                refused.append((assignment, error))
        if len(refused) == len(waiting):
            raise refused[0][1]
        waiting = [assignment for assignment, _ in refused]


def assign(obj: Any, key: str, value: Any) -> None:
    """Assign a field as its class does; in one that never changes, what the value holds.

    Raises:
        PatchError: the object never changes, and neither does what the field holds.
        Exception: whatever a validator raises.
    """
    try:
        if value is MISSING:
            delattr(obj, key)
        else:
            _assign(obj, key, value)
    except Exception as error:
        if not (_never_changes(error) or _refuses_what_it_has(obj, key, error)):
            raise
        _change_in_place(obj, key, value, error)


def _change_in_place(obj: Any, key: str, value: Any, error: Exception) -> None:
    present = getattr(obj, key, MISSING)
    snapshot = take(value, is_reference)
    can_be = type(present) is type(value) and snapshot is not None
    if not can_be or snapshot is None or snapshot.restore(present) is not present:
        name = type(obj).__qualname__
        raise PatchError(
            f"{name}.{key} cannot be assigned: {error}; a change set of {an(name)} can change "
            "only what its fields hold",
            class_=type(obj),
            key=key,
        ) from error


def refused(
    values: Mapping[str, Any], assign: Callable[[str, Any], object]
) -> Iterator[tuple[str, Exception]]:
    """Have a class look at the values of a new object; yield those that it refuses, and why.

    An object that never changes refuses all of them, which says nothing of the values.

    Args:
        values: the values of fields, by name.
        assign: assigns one, as the class does it.
    """
    doubtful: list[tuple[str, Exception]] = []
    for key, value in values.items():
        try:
            assign(key, value)
        except AttributeError as error:  # classes say with it that they never change
            if not _never_changes(error):
                doubtful.append((key, error))
        except Exception as error:
            if not _never_changes(error):
                yield key, error
    if len(doubtful) < max(len(values), 2):
        yield from doubtful


def _never_changes(error: Exception) -> bool:
    """Return whether an object, or a field, refuses any assignment, and not this value."""
    if any(class_.__name__ in _FROZEN for class_ in type(error).__mro__):
        return True
    if isinstance(error, AttributeError):
        return _is_of_interpreter(error)  # there is a property that nothing can be assigned to
    errors = getattr(error, "errors", None)
    if not callable(errors) or type(error).__name__ != "ValidationError":
        return False
    details: Any = errors()
    return any(one["type"] in ("frozen_instance", "frozen_field") for one in details)


_FROZEN = ("FrozenInstanceError", "FrozenError")
"""The errors that dataclasses and attrs have for it."""


def _is_of_interpreter(error: Exception) -> bool:
    """Return whether an exception was raised by no function of the class."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    module = "" if step is None else str(step.tb_frame.f_globals.get("__name__"))
    return module.partition(".")[0] == __name__.partition(".")[0]


def _refuses_what_it_has(obj: Any, key: str, error: Exception) -> bool:
    """Return whether a class of which nothing is known says that its objects never change."""
    if not isinstance(error, AttributeError):
        return False
    try:
        setattr(obj, key, getattr(obj, key))
    except AttributeError:
        return True
    except Exception:
        return False
    return False
