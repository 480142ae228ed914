"""The layer beneath SQLAlchemy: its names, its errors, its session."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

from sqlalchemy.event.attr import _EmptyListener, _ListenerCollection
from sqlalchemy.orm import exc as orm_exc
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.type_api import TypeEngine

from sqlalchemy import exc as sa_exc
from sqlalchemy import util

from ..._kernel.hearing import Bystander
from ..._kernel.sentinels import LoaderCallableStatus
from ...core.faults import Faults
from ...core.layer import Layer
from ..versions import SUPPORTED, found_series, found_version

__all__ = ["EXCHANGED", "SERIES", "SQLALCHEMY", "adopt_identity"]

SERIES = found_series()
"""What differs in the SQLAlchemy that is installed."""

# how SQLAlchemy compares values whose type has no comparison of its own
_PLAIN_EQUALITIES = frozenset({TypeEngine.compare_values} if found_version() in SUPPORTED else ())

EXCHANGED: set[type] = set()
"""The classes of ormolu's that stand in the place of SQLAlchemy's."""


class SQLAlchemyFaults(Faults):
    """The errors that programs written for SQLAlchemy know and catch."""

    @staticmethod
    def _name(state: Any) -> str:
        if state is None:
            return "None"
        return f"<{state.class_.__name__} at 0x{id(state.obj()):x}>"

    def unregistered_class(self, class_: Any) -> Exception:
        return orm_exc.UnmappedClassError(
            class_, f"Can't locate an instrumentation manager for class {class_}"
        )

    def conflicting_managers(self, class_: Any, factories: Any) -> Exception:
        return TypeError(
            "multiple instrumentation implementations specified in "
            f"{class_.__name__} inheritance hierarchy: {list(factories)!r}"
        )

    def reserved_name(self, class_: Any, key: str) -> Exception:
        return KeyError(
            f"{key!r}: requested attribute name conflicts with instrumentation attribute "
            "of the same name."
        )

    def init_too_late(self, class_: Any) -> Exception:
        return AssertionError(
            f"class {class_} is already instrumented, so an init_method can't be applied"
        )

    def no_such_attribute(self, class_: Any, key: str) -> Exception:
        return KeyError(key)

    def warn_finalizer(self, class_: Any) -> None:
        util.warn(
            f"__del__() method on class {class_} will cause unreachable cycles and memory "
            "leaks, as SQLAlchemy instrumentation often creates reference cycles.  Please "
            "remove this method."
        )

    def warn_old_name(self, old: str, new: str) -> None:
        util.warn_deprecated(f"The {old} attribute is now named {new}", "1.4")

    def no_expired_loader(self, state: Any, keys: Any) -> Exception:
        return AttributeError(
            f"{type(state.manager).__name__!r} object has no attribute 'expired_attribute_loader'"
        )

    def untracked_instance(self, instance: Any) -> Exception:
        return AttributeError(
            f"{type(instance).__name__!r} object has no attribute {self.state_attr!r}"
        )

    def unreadable_instance(self, instance: Any, key: str | None) -> Exception:
        return orm_exc.UnmappedInstanceError(instance)

    def unwritable_instance(self, instance: Any, key: str) -> Exception:
        return self.untracked_instance(instance)

    def unpickled_unregistered(self, instance: Any, class_: Any) -> Exception:
        return orm_exc.UnmappedInstanceError(
            instance,
            f"Cannot deserialize object of type {class_!r} - no mapper() has been configured "
            "for this class within the current Python process!",
        )

    def dereferenced(self, state: Any, key: str) -> Exception:
        return orm_exc.ObjectDereferencedError(
            f"Can't emit change event for attribute '{state.manager[key]}' - parent object of "
            f"type <{state.class_.__name__}> has been garbage collected."
        )

    def still_held(self, state: Any) -> Exception:
        return AssertionError("the state holds its object strongly")

    def identity_taken(self, state: Any, present: Any) -> Exception:
        return sa_exc.InvalidRequestError(
            f"Can't attach instance {self._name(state)}; another instance with key {state.key} "
            "is already present in this session."
        )

    def identity_map_closed(self, state: Any) -> Exception:
        return sa_exc.InvalidRequestError(
            f"Object {self._name(state)} cannot be converted to 'persistent' state, as this "
            "identity map is no longer valid.  Has the owning Session been closed?",
            code="lkrp",
        )

    def no_value(self, impl: Any, state: Any) -> Exception:
        return AttributeError(f"{impl} object does not have a value")

    def nothing_to_flag(self, state: Any, key: str) -> Exception:
        return sa_exc.InvalidRequestError(
            f"Can't flag attribute '{key}' modified; it's not present in the object state"
        )

    def loader_left_unset(self, impl: Any, state: Any) -> Exception:
        return KeyError(f"Deferred loader for attribute {impl.key!r} failed to populate correctly")

    def not_associated(self, impl: Any, state: Any, value: Any) -> Exception:
        given = self._name(impl.layer.state_of(value))
        return ValueError(
            f"Object {given} not associated with {self._name(state)} on attribute '{impl.key}'"
        )

    def parents_not_tracked(self, impl: Any) -> Exception:
        return AssertionError("This AttributeImpl is not configured to track parents.")

    def stale_parent(self, impl: Any, state: Any, parent: Any) -> Exception:
        return orm_exc.StaleDataError(
            f"Removing state {self._name(state)} from parent state {self._name(parent)} along "
            f"attribute '{impl.key}', but the parent record has gone stale, can't be sure this "
            "is the most recent parent."
        )

    def backref_conflict(self, impl: Any, state: Any, initiator: Any, far_impl: Any) -> Exception:
        return ValueError(
            "Bidirectional attribute conflict detected: Passing object "
            f'{self._name(state)} to attribute "{initiator.parent_token}" triggers a modify '
            f'event on attribute "{far_impl.parent_token}" via the backref '
            f'"{impl.parent_token}".'
        )

    def incompatible_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        given = "None" if value is None else value.__class__.__name__
        wanted = "None" if impl._duck_typed_as is None else impl._duck_typed_as.__name__
        return TypeError(f"Incompatible collection type: {given} is not {wanted}-like")

    def foreign_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        return AttributeError(f"{type(value).__name__!r} object has no '_sa_adapter' of its own")

    def already_initialized(self, impl: Any, state: Any) -> Exception:
        return AssertionError(f"{impl} is initialized already")

    def loaded_by_listener(self, impl: Any, state: Any) -> Exception:
        return AssertionError("Collection was loaded during event handling.")

    def empty_collection(self, adapter: Any) -> Exception:
        return sa_exc.InvalidRequestError(
            "This is a special 'empty' collection which cannot accommodate internal mutation "
            "operations"
        )

    def emptiness(self, adapter: Any) -> Exception:
        word = "already" if adapter.empty else "not"
        return AssertionError(f"This collection adapter is {word} in the 'empty' state")

    def warn_invalidated(self, adapter: Any) -> None:
        util.warn("This collection has been invalidated.")

    def collection_role(self, class_: Any, role: str) -> Exception:
        return sa_exc.ArgumentError(
            f"Type {class_.__name__} must elect an {role} method to be a collection class"
        )

    def builtin_collection(self, class_: Any) -> Exception:
        return sa_exc.ArgumentError(
            "Can not instrument a built-in type. Use a subclass, even a trivial one."
        )

    def not_members(self, impl: Any, state: Any, value: Any, cause: Exception) -> Exception:
        return cause

    def not_a_member(self, adapter: Any, value: Any, cause: Exception) -> Exception:
        return cause

    def missing_argument(self, method: Any, argument: Any) -> Exception:
        return sa_exc.ArgumentError(f"Missing argument {argument}")


class SQLAlchemyLayer(Layer):
    """The layer beneath SQLAlchemy.

    Attributes:
        state_module: ``sqlalchemy.orm.state``, where the sessions are found.
        lookup_modules: modules that have the look-ups by name.
        bystanders: the code of listeners that, of an instance in no session, return
            the value they are given, and do nothing else.
        idle_loaders: functions that load nothing for an instance that has neither
            identity nor session.
    """

    # SQLAlchemy leaves the old owner as it is until it is loaded again, and its
    # users count on that
    follows_moves = False

    def __init__(self) -> None:
        self.state_module: Any = None
        self.lookup_modules: list[ModuleType] = []
        self.bystanders: frozenset[Any] = frozenset()
        self.idle_loaders: frozenset[Any] = frozenset()
        names = ("_sa_instance_state", "_sa_class_manager")
        super().__init__("SQLAlchemy", *names, SQLAlchemyFaults(*names))

    def use_lookups(
        self, state_of: Any, dict_of: Any, manager_of: Any, opt_manager_of: Any
    ) -> None:
        super().use_lookups(state_of, dict_of, manager_of, opt_manager_of)
        for module in self.lookup_modules:
            self.give_lookups(module)

    def give_lookups(self, module: ModuleType) -> None:
        """Set those of the four look-ups that ``module`` has, now and when they change."""
        if module not in self.lookup_modules:
            self.lookup_modules.append(module)
        for name, lookup in (
            ("instance_state", self.state_of),
            ("instance_dict", self.dict_of),
            ("manager_of_class", self.manager_of),
            ("opt_manager_of_class", self.opt_manager_of),
        ):
            if hasattr(module, name):
                setattr(module, name, lookup)

    def parts_of(self, listeners: Any) -> tuple[Any, Any] | None:
        # those of the class may grow; one of its own would take its place
        if type(listeners) is _EmptyListener:
            return listeners.parent_listeners, None
        if type(listeners) is _ListenerCollection:
            return listeners.parent_listeners, listeners.listeners
        return None

    def told_as(self, fn: Any) -> Any:
        return Bystander(fn) if getattr(fn, "__code__", None) in self.bystanders else fn

    def is_idle_loader(self, loader: Any) -> bool:
        return getattr(loader, "__func__", None) in self.idle_loaders

    def is_plain_equality(self, compare: Any) -> bool:
        return getattr(compare, "__func__", None) in _PLAIN_EQUALITIES

    def ready_manager(self, class_: type) -> Any:
        manager = self.opt_manager_of(class_)
        if manager is not None and manager.is_mapped and not manager.mapper.configured:
            manager.mapper._check_configure()
        return manager

    def reduce_symbol(self, symbol: LoaderCallableStatus) -> tuple[Any, ...]:
        # the class has the name of SQLAlchemy's, so that it loads without ormolu
        return type(symbol), (symbol.value,)

    def read_belonging(
        self, values: dict[str, Any], refuse: Callable[[str], NoReturn]
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        key, options = values.get("key"), values.get("load_options")
        if key is not None:
            if type(key) is not tuple or len(key) != 3 or type(key[1]) is not tuple:
                refuse("its identity key is not one")
            fields.update(key=key, identity_token=key[2])
        if options is not None:
            if not isinstance(options, (tuple, list, set, frozenset)):
                refuse("its load options are not several")
            for option in options:
                if not isinstance(option, ExecutableOption):
                    refuse(f"a {type(option).__name__} stands for a load option")
            fields["load_options"] = options
        if "load_path" in values:
            fields["load_path"] = _read_path(values["load_path"], refuse)
        return fields

    def before_first_change(self, state: Any) -> None:
        """Have the session begin its transaction before the change."""
        sessions = self.state_module._sessions
        session = None if sessions is None else sessions.get(state.session_id)
        if session is not None and session._transaction is None:
            session._autobegin_t()


def _read_path(pickled: Any, refuse: Callable[[str], NoReturn]) -> Any:
    # imports more of the ORM than a program may have done yet
    from sqlalchemy.orm.path_registry import PathRegistry  # noqa: PLC0415

    try:
        return PathRegistry.deserialize(pickled)
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError):
        refuse("the path of its load is not one")


SQLALCHEMY = SQLAlchemyLayer()


def adopt_identity(module: ModuleType, **replacements: Any) -> None:
    """Put classes and functions into ``module`` under the names of 2.1 given.

    Classes take the module and name as their own, so that a pickle made with
    ormolu loads without it and the other way round.
    """
    for newest_name, replacement in replacements.items():
        name = SERIES.name_of(newest_name)
        if isinstance(replacement, type) and replacement.__module__.startswith("ormolu."):
            replacement.__module__ = module.__name__
            replacement.__qualname__ = replacement.__name__ = name
            EXCHANGED.add(replacement)
        setattr(module, name, replacement)
