"""From what was recorded of a change to the events of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._kernel.sentinels import MISSING
from .. import held
from ..adoption import is_reference
from ..attribute import FieldAttribute
from ..values.snapshots import Snapshot, take
from .batches import announce
from .event import ChangeEvent, Kind, is_same

__all__ = ["tell"]


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
            events.append(ChangeEvent(instance, attribute.key, old, new, what))
            remember(instance, attribute.key, take(new, is_reference))
    announce(events)


def remember(instance: Any, key: str, snapshot: Snapshot | None) -> None:
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
