"""Giving fields back what they had, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MemberDescriptorType
from typing import Any

from ..._kernel.journal import atomically
from ..._kernel.sentinels import MISSING, NO_VALUE
from ...core.faults.wording import shown
from ...errors import UnrestorableFieldError
from ..values.snapshots import take
from .adoption import is_reference
from .following import telling_of
from .state import TrackedState

__all__ = ["restore"]


def restore(
    state: TrackedState,
    instance: Any,
    attributes: Mapping[str, Any],
    since: int = 0,
    *,
    forget: bool = True,
) -> dict[Any, Any]:
    """Give fields back what they were, and forget that they had changed.

    Args:
        state: the state of the instance.
        instance: the instance.
        attributes: the fields, by name.
        since: how many checkpoints to pass over.
        forget: whether to forget; a checkpoint that is passed over has to know them still.

    Returns:
        what each attribute was before that, for those who listen.
    """
    recorded = state.recorded(since)
    # what others hold under a key comes when the fields are there that make the key
    found = [key for key in attributes if key in recorded]
    keys = sorted(found, key=lambda key: attributes[key].relates)
    marks = state.manager.marks_of(instance)
    wanted = [attributes[key] for key in keys]
    with telling_of("rolled back"):
        done: list[Any] = atomically(_restore, state, instance, wanted, since)
    if marks is not None:
        unset = {key for level in state.all_levels(since) for key in level.unset}
        state.manager.mark(instance, marks - unset.intersection(keys))
    for key in keys if forget else ():
        state.forget(key, since)
    return {} if state.manager.tell is None else {one.attribute: one.was() for one in done}


def _restore(
    state: TrackedState, instance: Any, attributes: list[Any], since: int
) -> list[_Restored | _Related]:
    done: list[_Restored | _Related] = []
    try:
        for attribute in attributes:
            make = _Related if attribute.relates else _Restored
            done.append(make(attribute, instance))
            done[-1].restore(state, since)
    except BaseException:
        for one in reversed(done):
            one.take_back()
        raise
    return done


_Raw = tuple[dict[str, Any], list[tuple[Any, Any]]]


def _all_of(instance: Any) -> _Raw:
    """Return what is in the dictionary and in the slots of an instance."""
    slots = []
    for class_ in type(instance).__mro__:
        for member in vars(class_).values():
            if isinstance(member, MemberDescriptorType):
                with suppress(AttributeError):  # there is nothing in it
                    slots.append((member, member.__get__(instance)))
    return dict(getattr(instance, "__dict__", {})), slots


def _put_all(instance: Any, before: _Raw) -> None:
    values, slots = before
    for name, value in values.items():
        instance.__dict__[name] = value
    for member, value in slots:
        member.__set__(instance, value)


class _Related:
    """One field that holds again what it held; the journal takes it back."""

    __slots__ = ("attribute", "instance", "present")

    def __init__(self, attribute: Any, instance: Any) -> None:
        self.attribute, self.instance = attribute, instance
        self.present = attribute.present(instance)

    def restore(self, state: TrackedState, since: int) -> None:
        """Give it back."""
        self.attribute.restore(state, self.instance, since)

    def was(self) -> Any:
        """Return what it held before that."""
        return self.present

    def take_back(self) -> None:
        """Leave that to the journal."""


class _Restored:
    """One field that gets back what it was."""

    __slots__ = ("attribute", "before", "content", "instance", "present", "storage")

    def __init__(self, attribute: Any, instance: Any) -> None:
        self.attribute, self.instance = attribute, instance
        self.storage = attribute.storage
        self.before: _Raw | None = None  # where a descriptor has its own way
        self.present = self.storage.get(instance)
        self.content = None if self.present is MISSING else take(self.present, is_reference)

    def restore(self, state: TrackedState, since: int) -> None:
        """Give it back what it was at a checkpoint."""
        value, snapshot = state.baseline(self.attribute.key, since)
        if value is NO_VALUE:
            value = MISSING
        elif value is MISSING:
            value = self.present
        if snapshot is not None:
            value = snapshot.restore(value)
        # also the same object, for what is new within it
        if value is self.present and snapshot is None:
            return
        if self.attribute.field.place == "descriptor":
            self._through_descriptor(value)
        else:
            self.storage.put(self.instance, value)

    def _through_descriptor(self, value: Any) -> None:
        """Give it back, if what the class makes of the value is that value."""
        self.before = _all_of(self.instance)
        self.storage.put(self.instance, value)
        found = self.storage.get(self.instance)
        if not self.attribute.is_same(value, found):
            name = type(self.instance).__qualname__
            raise UnrestorableFieldError(
                f"{name}.{self.attribute.key} was {shown(value)}, of which the descriptor of the "
                f"class makes {shown(found)}, so it was not rolled back; have {name} tracked with "
                "the attribute in which the descriptor keeps the value, and without this one",
                class_=type(self.instance),
                key=self.attribute.key,
            )

    def was(self) -> Any:
        """Return what it was before that, also where it was changed back in place."""
        if self.content is None or self.content.matches(self.present):
            return self.present
        return self.content.thaw()

    def take_back(self) -> None:
        """Have it be as before that."""
        if self.before is not None:
            _put_all(self.instance, self.before)
            return
        value = self.present if self.content is None else self.content.restore(self.present)
        self.storage.put(self.instance, value)
