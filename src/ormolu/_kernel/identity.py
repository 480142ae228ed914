"""One instance per identity, held weakly unless it has changes."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from .families import Families

__all__ = ["WeakIdentityMap"]


class WeakIdentityMap:
    """States by identity key.

    The map holds states, and states hold their instance weakly: an entry lasts
    as long as its instance does.  A state with changes holds its instance until
    they are committed.  The states of one
    class come in the order of their arrival.
    """

    layer: ClassVar[Any] = None

    def __init__(self) -> None:
        self._dict: Families = Families()
        self._modified: set[Any] = set()
        self._killed: bool = False
        self._wr: weakref.ref[WeakIdentityMap] = weakref.ref(self)

    # -- look-up -------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._dict)

    def __iter__(self) -> Iterator[Any]:
        # as they are now: an instance that goes meanwhile takes its key along
        return iter(list(self._dict.keys()))

    def __contains__(self, key: object) -> bool:
        state = self._dict.get(key)
        return state is not None and state.obj() is not None

    def __getitem__(self, key: Any) -> Any:
        obj = self._dict[key].obj()
        if obj is None:
            raise KeyError(key)
        return obj

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the instance of that identity, or ``default``."""
        state = self._dict.get(key)
        if state is None:
            return default
        obj = state.obj()
        return default if obj is None else obj

    def fast_get_state(self, key: Any) -> Any:
        """Return the state of that identity, or ``None``."""
        return self._dict.get(key)

    def has_key(self, key: Any) -> bool:
        """Return whether an instance of that identity is here."""
        return key in self

    def contains_state(self, state: Any) -> bool:
        """Return whether this very state is here."""
        return self._dict.namesake(state) is state

    def keys(self) -> Iterable[Any]:
        """Return the identity keys."""
        return self._dict.keys()

    def all_states(self) -> list[Any]:
        """Return the states."""
        return list(self._dict.values())

    def values(self) -> list[Any]:
        """Return the instances."""
        return [obj for state in self.all_states() if (obj := state.obj()) is not None]

    def items(self) -> list[tuple[Any, Any]]:
        """Return pairs of identity key and instance."""
        pairs = [(state.key, state.obj()) for state in self.all_states()]
        return [(key, obj) for key, obj in pairs if obj is not None]

    def check_modified(self) -> bool:
        """Return whether any state here has changes."""
        return bool(self._modified)

    def _dirty_states(self) -> set[Any]:
        return self._modified

    # -- change ------------------------------------------------------------------------

    def add(self, state: Any) -> bool:
        """Take ``state`` in; return whether it was not here yet.

        Raises:
            the layer's identity conflict, if another living instance has the key.
        """
        present = self._dict.namesake(state)
        if present is state:
            return False
        if present is not None:
            if present.obj() is not None:
                raise self.layer.faults.identity_taken(state, present)
            self._release(present)
        self._take_in(state, None)
        return True

    def replace(self, state: Any) -> Any:
        """Take ``state`` in; return the one that had its key, or ``None``."""
        present = self._dict.namesake(state)
        if present is state:
            return None
        self._take_in(state, present)
        return present

    def _add_unpresent(self, state: Any, key: Any) -> None:
        """Take in a freshly made state whose key is known not to be here."""
        self._dict[key] = state
        state._instance_dict = self._wr

    def safe_discard(self, state: Any) -> None:
        """Let ``state`` go if it is here."""
        if self._dict.namesake(state) is state:
            self._release(state)
            self._dict.dismiss(state)

    discard = safe_discard

    def _fast_discard(self, state: Any) -> None:
        """Drop the entry of a state whose instance is gone."""
        self._dict.dismiss(state)

    def _take_in(self, state: Any, instead_of: Any) -> None:
        """Take ``state`` in, in the place of the one that has its key, if there is one."""
        self._dict.admit(state)
        try:
            self._hold(state)
            if instead_of is not None:
                self._release(instead_of)
        except BaseException:
            if instead_of is None:
                self._dict.dismiss(state)
            else:
                self._dict.admit(instead_of)
            raise

    def _hold(self, state: Any) -> None:
        state._instance_dict = self._wr
        if state.modified:
            self._modified.add(state)

    def _release(self, state: Any) -> None:
        state._instance_dict = None
        self._modified.discard(state)

    def _kill(self) -> None:
        """Refuse newcomers from now on: the owner is closed."""
        self._killed = True
        self._add_unpresent = self._refuse  # type: ignore[method-assign]

    @classmethod
    def _refuse(cls, state: Any, key: Any) -> None:
        raise cls.layer.faults.identity_map_closed(state)
