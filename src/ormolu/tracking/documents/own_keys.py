"""In dictionaries of related objects each is under its own key, also if a patch says otherwise.

A change set of one's own says what there was, whatever the keys of the objects are by now; what
others write is what they wish there to be.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import shown
from ...errors import PatchError
from ..graph_changes.making import manager_for
from ..graph_changes.object_change import ObjectChange
from ..graph_changes.refs import Ref
from ..members.checks import class_named

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["with_own_keys"]


def with_own_keys(changes: list[ObjectChange], workspace: Workspace) -> list[ObjectChange]:
    """Return changes, if objects come under their own keys in them.

    Args:
        changes: what a patch would change.
        workspace: has the objects.

    Raises:
        PatchError: one would come under another.
    """
    by_ref = {one.ref: one for one in changes if one.kind != "deleted"}
    for ref, key, text, member, declared in _coming(by_ref, workspace):
        own = _own_key(member, declared, by_ref.get(member), workspace)
        if own is not MISSING and own != text:
            raise PatchError(
                f"{ref}, {key}: {member} has the key {shown(own)}, so it cannot be under "
                f"{shown(text)}",
                key=key,
            )
    return changes


def _coming(
    by_ref: dict[Ref, ObjectChange], workspace: Workspace
) -> Iterator[tuple[Ref, str, Any, Ref, Any]]:
    """Yield what comes to dictionaries: where, the key, the object, and what tells its own key."""
    for ref, one in by_ref.items():
        manager = manager_for(class_named(workspace, ref.class_name))
        for key, (old, new) in one.fields.items():
            if not manager[key].relates or type(new) is not dict:
                continue
            before = old if type(old) is dict else {}
            for text, member in new.items():
                if type(member) is Ref and before.get(text) != member:
                    yield ref, key, text, member, manager[key].declared.key


def _own_key(ref: Ref, declared: Any, change: ObjectChange | None, workspace: Workspace) -> Any:
    """The key that an object will have, or ``MISSING``: that is not known."""
    if isinstance(declared, str) and change is not None and declared in change.fields:
        return change.fields[declared].new
    if change is not None and not isinstance(declared, str):
        return MISSING  # a function may go by any of its fields
    obj = workspace.find(ref)
    tell = operator.attrgetter(declared) if isinstance(declared, str) else declared
    return MISSING if obj is None or tell is None else tell(obj)
