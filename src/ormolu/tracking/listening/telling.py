"""From what was recorded of a change to the events of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._kernel.sentinels import MISSING
from ..fields.attribute import FieldAttribute
from ..instances import held
from ..instances.adoption import is_reference
from ..values.classes import ATOMS
from ..values.differences import Step
from ..values.snapshots import Snapshot, take
from .batches import announce
from .event import ChangeEvent, Kind, copied, is_same

__all__ = ["tell", "tell_within"]


def tell(instance: Any, before: Mapping[FieldAttribute, Any], kind: Kind = "set") -> None:
    """Tell who listens to an instance of what has happened to it.

    Args:
        instance: the instance.
        before: what each attribute was before; there is an event only where it differs.
        kind: what has happened.

    Raises:
        ListenerFailedError: listeners raised.
    """
    events = []
    for attribute, old in before.items():
        new = attribute.present(instance)
        if not is_same(old, new):
            what: Kind = "deleted" if kind == "set" and new is MISSING else kind
            snapshot = take(new, is_reference)
            then = copied(snapshot)
            events.append(ChangeEvent(instance, attribute.key, old, new, what, _then=then))
            _remember(instance, attribute.key, snapshot)
    announce(events)


def tell_within(instance: Any, key: str, steps: tuple[Step, ...], old: Any, new: Any) -> None:
    """Tell who listens to an instance that a container in one of its fields has changed.

    Args:
        instance: the instance.
        key: the name of the field.
        steps: how to get from its value to the container.
        old: what that was like.
        new: the container.

    Raises:
        ListenerFailedError: listeners raised.
    """
    _remember(instance, key, None)
    announce([ChangeEvent(instance, key, old, new, "in place", steps, _as_now(new))])


def _as_now(container: Any) -> Any:
    """Return a copy of a container that tells, and of those in it."""
    # a long list of texts is copied as a whole
    if ATOMS.issuperset(
        map(type, container.values() if hasattr(container, "values") else container)
    ):
        return container._copied()
    return copied(take(container, is_reference))


def _remember(instance: Any, key: str, snapshot: Snapshot | None) -> None:
    """Remember what a field was when listeners were told of it.

    Args:
        instance: the instance.
        key: the name of the field.
        snapshot: what its value was like, if that may change before they are told again.
    """
    state = held.find(instance)
    if state is None or state is held.BEING_MADE:
        return
    state.keep_told(key, snapshot)
    if snapshot is not None and not snapshot.closed:
        held.anchor(instance, state, state.manager.anchorage)
