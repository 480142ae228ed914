"""What is looked at before a change set is carried out: that there is what it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import shown
from ...errors import PatchError
from ..arguments import near
from ..graph_changes.refs import Ref

if TYPE_CHECKING:
    from ..workspaces.workspace import Workspace

__all__ = ["class_named", "need_field", "need_names"]


def class_named(workspace: Workspace, name: str) -> type:
    """Return the class of a name.

    Raises:
        PatchError: the workspace knows none.
    """
    classes = workspace._members.keys.classes
    if name not in classes:
        raise PatchError(
            f"the workspace knows no class {name!r}{near(name, classes)}; name it in "
            f"Workspace(classes=[{name}])"
        )
    return classes[name]


def need_field(manager: Any, key: str) -> None:
    """Raise an error if a class has no field of a name.

    Raises:
        PatchError: it has none.
    """
    if key not in manager:
        name = manager.class_.__qualname__
        raise PatchError(
            f"{name} has no tracked field {key!r}{near(key, manager)}; it has "
            f"{', '.join(manager)}",
            class_=manager.class_,
            key=key,
        )


def need_names(ref: Ref, attribute: Any, value: Any) -> None:
    """Raise an error if a related field is to hold something else than objects.

    Raises:
        PatchError: it is.
    """
    if not attribute.relates or value is MISSING:
        return
    if not attribute.is_many:
        if value is None or type(value) is Ref:
            return
        wanted = "the name of an object"
    else:
        members = list(value.values()) if type(value) is dict else value
        are_several = type(members) in (list, tuple, set, frozenset)
        if are_several and all(type(member) is Ref for member in members):
            return
        wanted = "names of objects"
    raise PatchError(
        f"{ref}, {attribute.key}: it is related(), so it holds {wanted} (a Ref, or in JSON "
        f'{{"$ref": ["Class", key]}}), and not {shown(value)}',
        class_=attribute.class_,
        key=attribute.key,
    )
