"""In ``sqlalchemy.orm.instrumentation``: managers and registration."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from functools import cached_property
from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy.event import EventTarget
from sqlalchemy.orm import exc as orm_exc
from sqlalchemy.orm import interfaces
from sqlalchemy.util import HasMemoized

from ..._kernel.journal import noted_as_made
from ..._kernel.natives import serve_calls
from ...core.classes import ClassManager as CoreClassManager
from ...core.initializer import generate_init
from ...core.registry import Registry
from .door import SERIES, SQLALCHEMY, adopt_identity
from .state import SERIALIZED_MANAGER, InstanceState

__all__ = ["ClassManager", "InstrumentationFactory", "exchange"]


def _set_state(instance: Any, state: Any) -> None:
    instance._sa_instance_state = state


class ClassManager(CoreClassManager[Any], HasMemoized, EventTarget):
    """What is known of one class that is, or may be, mapped."""

    layer: ClassVar[Any] = SQLALCHEMY
    MANAGER_ATTR: ClassVar[str] = SQLALCHEMY.manager_attr
    STATE_ATTR: ClassVar[str] = SQLALCHEMY.state_attr
    init_origin: ClassVar[str] = "sqlalchemy"

    _announces_first_init = SERIES.has_first_init

    declarative_scan: Any = None
    registry: Any = None
    _state_setter: Any = staticmethod(_set_state)

    def _inherit(self, managers: list[Any]) -> None:
        self.dispatch._events._new_classmanager_instance(self.class_, self)
        for manager in managers:
            self.dispatch._update(manager.dispatch)

    def _update_state(
        self,
        finalize: bool = False,
        mapper: Any = None,
        registry: Any = None,
        declarative_scan: Any = None,
        expired_attribute_loader: Any = None,
        init_method: Callable[..., None] | None = None,
    ) -> None:
        if declarative_scan:
            self.declarative_scan = weakref.ref(declarative_scan)
        if mapper:
            self.mapper = mapper
        if registry:
            registry._add_manager(self)
        self.configure(finalize, expired_attribute_loader, init_method)

    def _instrument_init(self) -> None:
        original = self.original_init or self.class_.__init__
        self.new_init = generate_init(self.class_, self, original, self.init_origin)
        # a program sees the annotations of the class, and none on this function
        self.new_init.__annotations__ = {}
        # the mapper looks behind the generated one for reconstructors
        self.new_init._sa_original_init = original  # type: ignore[attr-defined]
        self.install_member("__init__", self.new_init)
        declarative = sys.modules.get("sqlalchemy.orm.decl_base")
        if original is getattr(declarative, "_declarative_constructor", None):
            serve_calls(self, sys.modules["sqlalchemy.orm.mapper"]._event_on_init)

    def _init_idle_while(self) -> tuple[tuple[Any, str], ...]:
        """What has to be false for the mapper's own listener of ``init`` to do nothing."""
        mapper = self.mapper
        return (mapper.registry, "_new_mappers"), (mapper, "_set_polymorphic_identity")

    def uninstall_descriptor(self, key: str) -> None:
        # what was there was the declaration of the attribute: it does not return
        delattr(self.class_, key)
        self._replaced.pop(key, None)

    def unregister(self) -> None:
        super().unregister()
        self.mapper = None

    # -- mapping ---------------------------------------------------------------

    @property
    def is_mapped(self) -> bool:
        """Whether the class has a mapper."""
        return "mapper" in self.__dict__

    @cached_property
    def mapper(self) -> Any:
        """The mapper of the class; raises until there is one."""
        raise orm_exc.UnmappedClassError(self.class_)

    def _attr_has_impl(self, key: str) -> bool:
        return key in self and self[key].impl is not None

    def _get_class_attr_mro(self, key: str, default: Any = None) -> Any:
        """Look ``key`` up on the class without tripping a descriptor."""
        return next((vars(c)[key] for c in self.class_.__mro__ if key in vars(c)), default)

    def _all_sqla_attributes(self, exclude: Any = None) -> Iterator[tuple[str, Any]]:
        """Yield what is bound to the class and is an attribute to the ORM.

        In the order of the class bodies, each key where its topmost class has
        it, with the value that the nearest class gives it.
        """
        nearest: dict[str, Any] = {}
        for class_ in self.class_.__mro__[:-1]:
            above = vars(class_.__mro__[1])
            for key in vars(class_):
                value = nearest.setdefault(key, vars(class_)[key])
                known = isinstance(value, interfaces.InspectionAttr) and value.is_attribute
                if known and key not in above:
                    yield key, value

    # -- instances -------------------------------------------------------------

    @property
    def _state_constructor(self) -> Any:
        if self._announces_first_init:
            # of the first instance that has a state, loaded ones included
            self._announces_first_init = False
            self.dispatch.first_init(self, self.class_)
        return InstanceState

    def _new_state_if_none(self, instance: Any) -> Any:
        if hasattr(instance, self.STATE_ATTR):
            return False
        if self.class_ is not instance.__class__ and self.is_mapped:
            # an instance of a subclass that nobody has mapped
            own = self._subclass_manager(instance.__class__)
            return own._new_state_if_none(instance)
        state = self._state_constructor(instance, self)
        self._state_setter(instance, state)
        return noted_as_made(state)

    def teardown_instance(self, instance: Any) -> None:
        delattr(instance, self.STATE_ATTR)

    def _serialize(self, state: Any, state_dict: dict[str, Any]) -> Any:
        return SERIALIZED_MANAGER(state, state_dict)


class InstrumentationFactory(Registry, EventTarget):
    """Registers classes for the ORM."""

    def __init__(self) -> None:
        super().__init__(SQLALCHEMY, ClassManager)

    def _make_dispatch(self) -> None:
        """Leave it to the event system, which makes one when it is asked for."""

    def _check_layout(self, class_: type) -> None:
        """Leave it to the first instance to fail, as programs may expect."""

    def create_manager_for_cls(self, class_: Any) -> Any:
        """Return a new manager for ``class_``."""
        return self._create_manager(class_)

    def register(
        self,
        class_: Any,
        finalize: bool = True,
        mapper: Any = None,
        registry: Any = None,
        declarative_scan: Any = None,
        expired_attribute_loader: Any = None,
        init_method: Callable[..., None] | None = None,
    ) -> Any:
        """Return the manager of ``class_``, made if there is none, and configure it."""
        manager = self.layer.opt_manager_of(class_)
        if manager is None:
            manager = self._create_manager(class_)
        whose = (mapper, registry, declarative_scan)
        manager._update_state(finalize, *whose, expired_attribute_loader, init_method)
        return manager

    def register_class(
        self,
        class_: type,
        finalize: bool = True,
        expired_attribute_loader: Any = None,
        init_method: Any = None,
    ) -> Any:
        return self.register(
            class_,
            finalize=finalize,
            expired_attribute_loader=expired_attribute_loader,
            init_method=init_method,
        )

    def unregister(self, class_: Any) -> None:
        """Unregister ``class_``, whether or not instances are alive."""
        self.unregister_class(class_, force=True)


SQLALCHEMY.registry = FACTORY = InstrumentationFactory()


def unregister_class(class_: Any) -> None:
    """Take all instrumentation off ``class_``."""
    FACTORY.unregister(class_)


def is_instrumented(instance: Any, key: str) -> bool:
    """Return whether ``key`` is an instrumented attribute of ``instance``."""
    manager = SQLALCHEMY.manager_of(instance.__class__)
    found: bool = manager.is_instrumented(key, search=True)
    return found


def exchange(module: ModuleType) -> None:
    """Put ormolu's managers and registration into ``module``."""
    adopt_identity(
        module,
        ClassManager=ClassManager,
        InstrumentationFactory=InstrumentationFactory,
        _SerializeManager=SERIALIZED_MANAGER,
        _instrumentation_factory=FACTORY,
        _default_state_getter=SQLALCHEMY.default_state_of,
        _default_dict_getter=SQLALCHEMY.default_dict_of,
        _default_manager_getter=SQLALCHEMY.default_manager_of,
        _default_opt_manager_getter=SQLALCHEMY.default_opt_manager_of,
        register_class=FACTORY.register,
        unregister_class=unregister_class,
        is_instrumented=is_instrumented,
        _generate_init=lambda cls, manager, init: generate_init(cls, manager, init, "sqlalchemy"),
    )
    SQLALCHEMY.give_lookups(module)
