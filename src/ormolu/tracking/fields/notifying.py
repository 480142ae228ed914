"""Fields whose containers tell at once when they are changed in place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

from ..._kernel.storage import Notifying, Storage
from ...containers.belonging import Holder, Path, is_container, take_in
from ...core.faults import class_name
from ...errors import RegistrationError
from ..arguments import several
from ..declared.declarations import mangled
from ..declared.fields import Shape
from ..declared.refusals import refuse_text, refuse_unknown
from ..instances import held
from ..instances.adoption import manager_of
from ..layer import TRACKED
from ..values.differences import Item
from .recording import look

__all__ = ["NotifiedFields", "checked", "notified", "notifying"]

NotifiedFields: TypeAlias = bool | Collection[str]
"""What was asked for: all fields, none, or those of some names."""


class _Field(Holder):
    """A field that holds a container."""

    __slots__ = ("_storage",)

    def __init__(self, instance: Any, key: str, storage: Storage) -> None:
        super().__init__(instance, key)
        self._storage = storage

    def holds(self, part: Any) -> bool:
        """Return whether the container is its value."""
        instance = self.target()
        return instance is not None and self._storage.get(instance) is part

    def before_change(self) -> bool:
        """Record what the value is, unless that was done; return whether anybody listens."""
        instance = self.target()
        try:
            manager = manager_of(instance)
        except KeyError:  # it is tracked no more
            return False
        if held.is_being_made(instance):
            return False
        look(manager[self.key], instance, self._storage.get(instance))
        return manager.tell is not None and _is_heard(instance)

    def after_change(self, path: Path, old: Any, new: Any) -> None:
        """Tell who listens."""
        from ..listening.telling import tell_within  # noqa: PLC0415 - nobody may ever listen

        tell_within(self.target(), self.key, tuple(map(Item, path)), old, new)


def _is_heard(instance: Any) -> bool:
    """Return whether somebody listens to an instance, or to its class or a base of that."""
    managers = filter(None, map(TRACKED.opt_manager_of, type(instance).__mro__))
    homes = (held.find(instance), *managers)
    return any(one.function() is not None for home in homes if home for one in home.listeners)


def notifying(inner: Storage, key: str, default: Any) -> Notifying:
    """Return where the values of a field are, as containers that tell.

    Args:
        inner: where they are.
        key: the name of the field.
        default: what the class has under that name, or ``MISSING``; it stays what it is.
    """

    def exchange(instance: Any, value: Any) -> Any:
        if not is_container(value):
            return value
        return take_in(value, _Field(instance, key, inner))

    return Notifying(inner, key, default, exchange)


def checked(class_: type, shape: Shape, notify: Any) -> NotifiedFields:
    """Return what was asked for, if it can be done.

    Raises:
        UnknownFieldError: there is no field of a name.
        RegistrationError: it is one text and not several, or what is read of a field is up
            to a descriptor of the class, that cannot be trusted to keep what it is given.
    """
    if isinstance(notify, bool):
        return notify
    refuse_text(class_, notify)
    notify = several(notify, str, "notify", "names of fields")
    names = tuple(mangled(name, class_) for name in notify)
    for name in names:
        refuse_unknown(class_, name, shape.fields)
        if shape.fields[name].place == "descriptor":
            raise RegistrationError(
                f"{class_name(class_)}.{name} cannot notify: a descriptor of the class keeps its "
                "values, and need not keep the container that it is given; leave the field out "
                "of notify",
                class_=class_,
                key=name,
            )
    return names


def notified(shape: Shape, notify: NotifiedFields, inherited: Iterable[str]) -> frozenset[str]:
    """Return the names of the fields whose containers are to tell.

    Args:
        shape: the fields of the class.
        notify: what was asked for.
        inherited: the names of those of base classes.
    """
    if isinstance(notify, bool):
        able = [field for field in shape.fields.values() if field.place != "descriptor"]
        wanted = {field.name for field in able if notify and field.mutable}
    else:
        wanted = set(notify)
    return frozenset(wanted.union(inherited).intersection(shape.fields))
