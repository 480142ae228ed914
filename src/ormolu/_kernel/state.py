"""The state of one instance: what it was, what is loaded, where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from . import changes, expiry, holders, lookups, referring
from .belonging import Belonging
from .pending import PendingCollection
from .sentinels import (
    ATTR_WAS_SET,
    MISSING,
    NO_VALUE,
    PASSIVE_NO_RESULT,
    SQL_OK,
)

__all__ = ["State", "no_object"]


def no_object() -> None:
    """Stand for the reference to an instance where there is none."""


_NO_LOADERS: dict[str, Any] = {}


class State(Belonging):
    """The native base of ``InstanceState``; see there for the public side.

    Containers are made when they are first written to.  ``_expired_keys`` may be
    the frozen set of all keys that the class shares, so that to expire a whole
    instance stores one pointer.
    """

    __slots__ = (
        "_committed",
        "_expired_keys",
        "_parents",
        "_strong_obj",
        "_tracked_values",
        "expired",
        "modified",
    )

    layer: ClassVar[Any] = None

    # What few instances have is kept in the dictionary of the state, once they have it.
    _deleted: bool = False
    _callables: dict[str, Any] | None = None
    _pending: dict[str, PendingCollection] | None = None
    _empty: dict[str, Any] | None = None
    _loading: dict[str, int] | None = None

    def __init__(self, obj: Any, manager: Any) -> None:
        self.belong_to(obj.__class__, manager)
        self.refer_to(obj)
        self.modified: bool = False
        self.expired: bool = False
        self._committed: dict[str, Any] | None = None
        self._expired_keys: Any = None
        self._parents: Any = None
        self._strong_obj: Any = None
        self._tracked_values: dict[str, Any] | None = None

    # -- containers, made when needed ---------------------------------------

    @property
    def committed_state(self) -> dict[str, Any]:
        """The values that changed attributes had at the last commit, by key."""
        committed = self._committed
        if committed is None:
            committed = self._committed = {}
        return committed

    @committed_state.setter
    def committed_state(self, values: dict[str, Any]) -> None:
        self._committed = values

    @property
    def expired_attributes(self) -> set[str]:
        """The keys whose values are to be loaded again when next read."""
        keys: Any = self._expired_keys
        if type(keys) is not set:
            keys = self._expired_keys = set(keys or ())
        return keys  # type: ignore[no-any-return]

    @expired_attributes.setter
    def expired_attributes(self, keys: set[str]) -> None:
        self._expired_keys = keys

    @property
    def callables(self) -> dict[str, Any]:
        """Loaders of this instance alone, by key; read-only while empty."""
        callables = self._callables
        return _NO_LOADERS if callables is None else callables

    @callables.setter
    def callables(self, loaders: dict[str, Any]) -> None:
        self._callables = loaders

    @callables.deleter
    def callables(self) -> None:
        self._callables = None

    @property
    def parents(self) -> dict[int, Any]:
        """Who holds this instance, by the identity of the holding attribute.

        The value is the state of the holder, or ``False`` once it let go.
        """
        return holders.holders(self)

    @parents.setter
    def parents(self, parents: dict[int, Any]) -> None:
        self._parents = parents

    @property
    def _pending_mutations(self) -> dict[str, PendingCollection]:
        pending = self._pending
        if pending is None:
            pending = self._pending = {}
        return pending

    @_pending_mutations.setter
    def _pending_mutations(self, pending: dict[str, PendingCollection]) -> None:
        self._pending = pending

    @property
    def _empty_collections(self) -> dict[str, Any]:
        empty = self._empty
        if empty is None:
            empty = self._empty = {}
        return empty

    @property
    def _last_known_values(self) -> dict[str, Any] | None:
        return self._tracked_values

    # -- the instance ---------------------------------------------------------

    @property
    def dict(self) -> Any:
        """The dictionary of the instance's values; an empty one if it is gone."""
        obj = referring.instance_of(self)
        if obj is None:
            return {}
        return lookups.values_of(self.layer, obj)

    def _cleanup(self, ref: object) -> None:
        """Leave the identity map: the instance is gone."""
        reference = self._instance_dict
        if reference is not None:
            identity_map = reference()
            if identity_map is not None:
                identity_map._fast_discard(self)
            self._instance_dict = None
        self.session_id = self._strong_obj = None

    def _force_dereference(self) -> None:
        """Act as if the instance had been collected; for tests of what follows."""
        if self._strong_obj is not None:
            raise self.layer.faults.still_held(self)
        if self.obj() is not None:
            self._cleanup(self.obj)
            self.obj = no_object

    def get_impl(self, key: str) -> Any:
        """Return the implementation of the attribute ``key``."""
        return self.manager[key].impl

    def get_history(self, key: str, passive: int) -> Any:
        """Return the history of ``key``, loading as far as ``passive`` allows."""
        return self.manager[key].impl.get_history(self, self.dict, passive)

    # -- change tracking ------------------------------------------------------

    def original(self, key: str) -> Any:
        """Return the recorded value of ``key`` at the last commit, or ``MISSING``."""
        committed = self._committed
        return MISSING if committed is None else committed.get(key, MISSING)

    def _modified_event(
        self,
        dict_: Any,
        attr: Any,
        previous: Any,
        collection: bool = False,
        is_userland: bool = False,
    ) -> None:
        """Record that ``attr`` is about to change from ``previous``.

        Args:
            dict_: the instance's values.
            attr: the implementation of the attribute; ``None`` flags the
                instance as a whole.
            previous: the value before the change.
            collection: whether to record a copy of the members instead.
            is_userland: whether the user asks, with no assignment of his own.
        """
        if attr is None:
            changes.flag(self)
        elif is_userland:
            changes.flag_attribute(self, dict_, attr, previous)
        elif collection:
            changes.record_members(self, dict_, attr, previous)
        else:
            changes.record(self, dict_, attr, previous)

    def _track_last_known_value(self, key: str) -> None:
        """From now on remember the value of ``key`` when it is expired."""
        values = self._tracked_values
        if values is None:
            values = self._tracked_values = {}
        values.setdefault(key, NO_VALUE)

    def _get_pending_mutation(self, key: str) -> PendingCollection:
        pending = self._pending_mutations
        if key not in pending:
            pending[key] = self.layer.pending_class()
        return pending[key]

    # -- commit ---------------------------------------------------------------

    def _commit(self, dict_: Any, keys: Iterable[str]) -> None:
        """Take the present values of ``keys`` as the committed ones.

        A key that was expired stays so if it has no value yet; per-instance
        loaders of keys that have one are dropped.
        """
        committed = self._committed
        if committed:
            for key in keys:
                committed.pop(key, None)
        if self._expired_keys:
            self.expired_attributes.difference_update([key for key in keys if key in dict_])
        callables = self._callables
        if callables:
            for key in [key for key in keys if key in callables and key in dict_]:
                del callables[key]
        self.expired = False

    def _commit_all(self, dict_: Any, instance_dict: Any = None) -> None:
        """Take all present values as the committed ones.

        Per-instance loaders stay, unlike those of :meth:`_commit`: what they
        load has not been asked for yet.
        """
        if self._committed:
            self._committed = None
        if referring.more(self, "_pending"):
            self._pending = None
        expired = self._expired_keys
        if expired:
            self._expired_keys = {key for key in expired if key not in dict_} or None
        if self.modified:
            if instance_dict:
                instance_dict._modified.discard(self)
            self.modified = False
        self.expired = False
        self._strong_obj = None

    @classmethod
    def _commit_all_states(
        cls, iter_: Iterable[tuple[Any, Any]], instance_dict: Any = None
    ) -> None:
        """Call :meth:`_commit_all` of every ``(state, dict)`` of ``iter_``."""
        for state, dict_ in iter_:
            state._commit_all(dict_, instance_dict)

    # -- expire ---------------------------------------------------------------

    def _expire(self, dict_: Any, modified_set: set[Any]) -> None:
        """Forget all values; each is loaded again when next read.

        Args:
            dict_: the instance's values.
            modified_set: the set of modified states this one is to leave.
        """
        expiry.expire(self, dict_, modified_set)

    def _expire_attributes(
        self, dict_: Any, attribute_names: Iterable[str], no_loader: bool = False
    ) -> None:
        """Forget the values of some attributes.

        Args:
            dict_: the instance's values.
            attribute_names: which attributes.
            no_loader: leave out those that have a loader of their own.
        """
        expiry.expire_attributes(self, dict_, attribute_names, no_loader)

    def _reset(self, dict_: Any, key: str) -> None:
        """Drop the value of ``key``, its expiry and its per-instance loader."""
        expiry.reset(self, dict_, key)

    # -- load -------------------------------------------------------------------

    def _load_expired(self, state: Any, passive: int) -> Any:
        """Have the class's loader fill every expired, unmodified attribute."""
        if not passive & SQL_OK:
            return PASSIVE_NO_RESULT
        manager = self.manager
        # another thread may take an attribute away meanwhile
        wanted = {
            key
            for key in self.unmodified_intersection(self._expired_keys or ())
            if (attr := manager.get(key)) is not None and attr.impl.load_on_unexpire
        }
        manager.expired_attribute_loader(self, wanted, passive)
        if self.layer.check_values is not None:
            self._check_loaded(wanted)
        # whatever the loader had nothing for is not asked for again
        self._expired_keys = None
        return ATTR_WAS_SET

    def _check_loaded(self, wanted: set[str]) -> None:
        """Have the layer look at what was loaded; what it takes out is still expired."""
        try:
            self.layer.check_values(self, wanted)
        except BaseException:
            values = self.dict
            expired = wanted.union(self._expired_keys or ())
            self._expired_keys = {key for key in expired if key not in values}
            raise

    def _copy_callables(self, from_: Any) -> None:
        """Take over the per-instance loaders of another state."""
        if from_._callables is not None:
            self._callables = {**from_._callables}

    @classmethod
    def _instance_level_callable_processor(
        cls, manager: Any, fn: Any, key: Any
    ) -> Callable[[Any, Any, Any], None]:
        """Return a function that makes ``fn`` the loader of ``key`` of one instance."""
        impl = manager[key].impl
        holds_collection = impl.collection

        def install(state: Any, dict_: Any, row: Any) -> None:
            if state._callables is None:
                state._callables = {}
            if holds_collection:
                old = dict_.pop(key, None)
                if old is not None:
                    impl._invalidate_collection(old)
            state._callables[key] = fn

        return install

    # -- key sets ---------------------------------------------------------------

    @property
    def unmodified(self) -> set[str]:
        """The keys with no uncommitted change."""
        return set(self.manager._all_key_set).difference(self._committed or ())

    def unmodified_intersection(self, keys: Iterable[str]) -> set[str]:
        """Return those of ``keys`` that are attributes with no uncommitted change."""
        known: frozenset[str] = self.manager._all_key_set
        return set(keys).intersection(known).difference(self._committed or ())

    @property
    def unloaded(self) -> set[str]:
        """The keys with neither a value nor an uncommitted change."""
        return set(self.manager._all_key_set).difference(self._committed or (), self.dict)

    @property
    def _unloaded_non_object(self) -> set[str]:
        manager = self.manager
        return {
            key
            for key in self.unloaded
            if (attr := manager.get(key)) is not None and attr.impl.accepts_scalar_loader
        }
