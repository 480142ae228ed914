"""States by identity key, as an identity map keeps them.

The native form of this module is ``families.pyx``, where no key is made for a state
that is looked for.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Families"]


class Families(dict[Any, Any]):
    """States by identity key.

    An identity key is a triple of the class, the primary key in a tuple, and a token.
    """

    __slots__ = ()

    def namesake(self, state: Any) -> Any:
        """Return the state that is here under the key of ``state``, or ``None``."""
        return self.get(state.key)

    def admit(self, state: Any) -> None:
        """Take ``state`` in under its key."""
        self[state.key] = state

    def dismiss(self, state: Any) -> bool:
        """Let ``state`` go, and return whether it was here."""
        key = state.key
        if self.get(key) is not state:
            return False
        self.pop(key, None)
        return True
