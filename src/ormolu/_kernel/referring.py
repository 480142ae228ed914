"""How a state refers to its instance: weakly, and it hears of its end.

The native form of this module is ``referring.pyx``, where a state is itself the weak
reference to its instance.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["Referring", "StateType", "instance_of", "more", "referent"]


# What a deleted slot reads as, and every slot of a state made by ``__new__``
# alone, as unpickling does.
_DEFAULTS: dict[str, Any] = {
    "obj": lambda: None,
    "key": None,
    "session_id": None,
    "runid": None,
    "modified": False,
    "expired": False,
    "_strong_obj": None,
    "_instance_dict": None,
    "_committed": None,
    "_expired_keys": None,
    "_parents": None,
    "_tracked_values": None,
    "_load_options": None,
    "_load_path": None,
    "identity_token": None,
}


class Referring:
    """Refers to an instance.

    Attributes:
        obj: call it for the instance, or ``None`` once that is gone.
    """

    __slots__ = ("__dict__", "__weakref__", "obj")

    obj: Callable[[], Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return _DEFAULTS[name]
        except KeyError:
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}"
            ) from None

    def refer_to(self, instance: Any) -> None:
        """Refer to ``instance``; ``_cleanup`` is called when it is gone."""
        self.obj = weakref.ref(instance, self._cleanup)

    def _cleanup(self, ref: object) -> None:
        raise NotImplementedError


def instance_of(state: Any) -> Any:
    """Return the instance of a state, or ``None`` if it is gone."""
    return state.obj()


def referent(reference: Any) -> Any:
    """Return what a weak reference refers to, or ``None`` if it is gone."""
    return reference()


more = getattr
"""Return, by name, something that is kept of few states, or ``None``."""


StateType = type
"""The class of classes of states; the native one sees to it how they are made."""
