"""In ``sqlalchemy.orm.state``: the state of an instance, with its session."""

from __future__ import annotations

import copyreg
from collections.abc import Iterable
from functools import cached_property
from types import GenericAlias, ModuleType
from typing import Any, ClassVar

from sqlalchemy.orm import interfaces
from sqlalchemy.orm.path_registry import PathRegistry

from sqlalchemy import inspection, util

from ..._kernel import pending
from ..._kernel.sentinels import ATTR_WAS_SET, PASSIVE_OFF
from ...core.pickling import SerializedManager, pack_symbols, state_to_dict
from ...core.state import AttributeState as CoreAttributeState
from ...core.state import InstanceState as CoreInstanceState
from ..fetching.settings import recording
from .door import SQLALCHEMY, adopt_identity

__all__ = ["SERIALIZED_MANAGER", "InstanceState", "exchange"]


class AttributeState(CoreAttributeState):
    """One attribute of one mapped instance, to be looked at."""

    __slots__ = ()


class PendingCollection(pending.PendingCollection):
    """What waits for a collection to be loaded, pickled as SQLAlchemy pickles it."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        slots = {
            "deleted_items": util.IdentitySet(self.deleted_items),
            "added_items": util.OrderedIdentitySet(self.added_items),
        }
        # named by the standard library, so that it loads without ormolu
        return copyreg.__newobj__, (type(self),), (None, slots)  # type: ignore[attr-defined]

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        super().__setstate__(state)
        for name in ("added_items", "deleted_items"):
            setattr(self, name, _members_of(getattr(self, name, None)))


def _members_of(members: Any) -> pending.MemberSet | None:
    """What was pickled as a set of SQLAlchemy's; nothing for anything else."""
    if not isinstance(members, util.IdentitySet):
        return None
    try:
        return pending.MemberSet(members)
    except (AttributeError, TypeError):  # a set that the pickle has left blank
        return None


SQLALCHEMY.pending_class = PendingCollection


class MappedSerializedManager(SerializedManager):
    """Stands for the manager in a pickle, under the name that SQLAlchemy gives it."""


SQLALCHEMY.serialized_manager = SERIALIZED_MANAGER = MappedSerializedManager


@inspection._self_inspects
class InstanceState(CoreInstanceState, interfaces.InspectionAttrInfo):
    """What is known of one mapped instance, and of the session it is in."""

    layer: ClassVar[Any] = SQLALCHEMY
    __class_getitem__: Any = classmethod(GenericAlias)

    is_instance = True
    insert_order: int | None = None
    _load_pending: bool = False
    _orphaned_outside_of_session: bool = False

    @property
    def load_options(self) -> tuple[Any, ...]:
        """The options of the query that loaded the instance."""
        options: tuple[Any, ...] = self._load_options
        return () if options is None else options

    @load_options.setter
    def load_options(self, options: tuple[Any, ...]) -> None:
        self._load_options = options

    @property
    def load_path(self) -> Any:
        """Where in that query it was loaded."""
        path = self._load_path
        return PathRegistry.root if path is None else path

    @load_path.setter
    def load_path(self, path: Any) -> None:
        self._load_path = path

    @cached_property
    def info(self) -> dict[Any, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A dictionary for the user's own notes about the instance."""
        return {}

    @cached_property
    def attrs(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The attributes, by name: value, loaded value and history of each."""
        return util.ReadOnlyProperties({key: AttributeState(self, key) for key in self.manager})

    @cached_property
    def mapper(self) -> Any:
        """The mapper of the class."""
        return self.manager.mapper

    @property
    def identity(self) -> Any:
        """The primary key, or ``None``."""
        return None if self.key is None else self.key[1]

    # -- the session ---------------------------------------------------------------

    @property
    def _attached(self) -> bool:
        return self.session is not None

    @property
    def session(self) -> Any:
        """The session the instance is in, or ``None``."""
        if not self.session_id:
            return None
        sessions = SQLALCHEMY.state_module._sessions
        return None if sessions is None else sessions.get(self.session_id)

    @property
    def async_session(self) -> Any:
        """The asyncio session the instance is in, or ``None``."""
        provider: Any = SQLALCHEMY.state_module._async_provider
        session = None if provider is None else self.session
        if session is None:
            return None
        return provider(session)  # pyright: ignore[reportOptionalCall]

    def _load_expired(self, state: Any, passive: int) -> Any:
        if recording.on and passive == PASSIVE_OFF and self.manager.is_mapped:
            from ..fetching.loads.trips import load_expired, wanted_of  # noqa: PLC0415 - there by now

            load_expired(self)
            if not wanted_of(self):
                return ATTR_WAS_SET
        return super()._load_expired(state, passive)

    @classmethod
    def _detach_states(
        cls, states: Iterable[Any], session: Any, to_transient: bool = False
    ) -> None:
        """Take states out of their session, and tell the session's listeners."""
        events = session.dispatch
        for state in states:
            pending, deleted = state.key is None, state._deleted
            state.session_id = None
            if to_transient and state.key:
                state.key = None
            if pending:
                # a pending one that was deleted has no event of its own
                left = None if deleted else events.pending_to_transient
            elif deleted:
                left = events.deleted_to_detached
            elif to_transient:
                left = events.persistent_to_transient
            else:
                left = events.persistent_to_detached
            if deleted:
                left = events.deleted_to_detached
            if left:
                left(session, state)
            state._strong_obj = None

    def _detach(self, session: Any = None) -> None:
        if session:
            self._detach_states([self], session)
        else:
            self.session_id = self._strong_obj = None

    def _dispose(self) -> None:
        self._detach()

    @property
    def unloaded_expirable(self) -> set[str]:
        """The old name of :attr:`unloaded`; warns."""
        util.warn_deprecated(
            "The InstanceState.unloaded_expirable attribute is deprecated.  Please use "
            "InstanceState.unloaded.",
            "2.0",
        )
        return self.unloaded

    # -- pickling ----------------------------------------------------------------------

    def __reduce_ex__(self, protocol: Any) -> Any:
        # named by the standard library, so that it loads without ormolu
        return copyreg.__newobj__, (type(self),), self.__getstate__()  # type: ignore[attr-defined]

    def __getstate__(self) -> dict[str, Any]:
        values = state_to_dict(self)
        if self.load_options:
            values["load_options"] = self.load_options
        if self.load_path:
            values["load_path"] = self.load_path.serialize()
        values["manager"] = self.manager._serialize(self, values)
        pack_symbols(values, self.layer)
        return values


def exchange(module: ModuleType) -> None:
    """Put ormolu's states into ``module``."""
    SQLALCHEMY.state_module = module
    adopt_identity(
        module,
        InstanceState=InstanceState,
        AttributeState=AttributeState,
        PendingCollection=PendingCollection,
    )
