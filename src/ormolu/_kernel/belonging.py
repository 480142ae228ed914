"""Where an instance belongs: its identity, its session, and the load it came by.

The native form of this module is ``belonging.pyx``, where what many instances have in
common is kept once for all of them.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from .referring import Referring

__all__ = ["Belonging", "has_identity", "identity_map_of"]


class Belonging(Referring):
    """Knows where an instance belongs.

    Attributes:
        class_: the class of the instance.
        manager: the manager of the class.
        key: the identity key, a triple of class, primary key and token; ``None``
            while the instance has none.
        identity_token: the last part of it, by itself.
        session_id: what the session is known by.
        runid: the number of the load that filled the instance last.
    """

    __slots__ = (
        "_instance_dict",
        "_load_options",
        "_load_path",
        "class_",
        "identity_token",
        "key",
        "manager",
        "runid",
        "session_id",
    )

    def belong_to(self, class_: Any, manager: Any) -> None:
        """Be of a class, and nowhere else yet."""
        self.class_: Any = class_
        self.manager: Any = manager
        self.key: Any = None
        self.identity_token: Any = None
        self.session_id: Any = None
        self.runid: Any = None
        self._instance_dict: Any = None
        self._load_options: Any = None
        self._load_path: Any = None


identity_map_of = attrgetter("_instance_dict")
"""Return the reference to the identity map that a state is in, or ``None``."""


has_identity = attrgetter("key")
"""Return whether a state has an identity key; true is that key."""
