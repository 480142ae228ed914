"""How a state refers to its instance: weakly, and it hears of its end.

The native form of this module is ``referring.pyx``, where a state is itself the weak
reference to its instance.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["Referring", "allow_blank", "instance_of"]


class Referring:
    """Refers to an instance.

    Attributes:
        obj: call it for the instance, or ``None`` once that is gone.
    """

    __slots__ = ("__weakref__", "obj")

    obj: Callable[[], Any]

    def refer_to(self, instance: Any) -> None:
        """Refer to ``instance``; ``_cleanup`` is called when it is gone."""
        self.obj = weakref.ref(instance, self._cleanup)

    def _cleanup(self, ref: object) -> None:
        raise NotImplementedError


def instance_of(state: Any) -> Any:
    """Return the instance of a state, or ``None`` if it is gone."""
    return state.obj()


def allow_blank(state_class: Any) -> None:
    """Have ``object.__new__`` make states of a class with every field ``None``.

    Here it does so by itself; a native class would refuse.

    Args:
        state_class: a class derived from ``State``.
    """
