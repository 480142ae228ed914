"""In ``sqlalchemy.ext.instrumentation``: alternate instrumentation."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from ...core.alternates import Alternates
from ...core.preparation import prepare_instrumentation
from ...ext import instrumentation as ext
from .door import SQLALCHEMY, adopt_identity
from .instrumentation import FACTORY, ClassManager, InstrumentationFactory

__all__ = ["exchange"]


class InstrumentationManager(ext.InstrumentationManager):
    """Where the manager, the states and the values of a class are kept."""

    def instrument_collection_class(self, class_: type, key: str, collection_class: Any) -> Any:
        return prepare_instrumentation(collection_class, SQLALCHEMY)


class ExtendedInstrumentationRegistry(InstrumentationFactory):
    """Registers classes whose managers may be of any kind."""

    def manager_of_class(self, cls: Any) -> Any:
        """Return the manager of ``cls``, of whatever kind; raise where there is none."""
        return self.alternates.manager_of(cls)

    def opt_manager_of_class(self, cls: Any) -> Any:
        """Return the manager of ``cls``, of whatever kind, or ``None``."""
        return self.alternates.opt_manager_of(cls)

    def state_of(self, instance: Any) -> Any:
        """Return the state of ``instance``, wherever it is kept."""
        return self.alternates.state_of(instance)

    def dict_of(self, instance: Any) -> Any:
        """Return the values of ``instance``, wherever they are kept."""
        return self.alternates.dict_of(instance)


def install_lookups(lookups: dict[str, Any]) -> None:
    """Have the ORM look for states, values and managers with these functions.

    Args:
        lookups: the four functions, by the names they have in the ORM.
    """
    SQLALCHEMY.use_lookups(
        lookups["instance_state"],
        lookups["instance_dict"],
        lookups["manager_of_class"],
        lookups["opt_manager_of_class"],
    )


def exchange(module: ModuleType) -> None:
    """Put ormolu's alternate instrumentation into ``module``, and make it asked."""
    hook: str = module.INSTRUMENTATION_MANAGER

    def find_native_user_instrumentation_hook(cls: Any) -> Any:
        return getattr(cls, hook, None)

    finders = module.instrumentation_finders
    finders[:] = [find_native_user_instrumentation_hook]
    alternates = Alternates(SQLALCHEMY, finders, ClassManager)
    FACTORY.alternates = alternates
    FACTORY.__class__ = ExtendedInstrumentationRegistry
    instrumentation = sys.modules["sqlalchemy.orm.instrumentation"]
    instrumentation._instrumentation_factory = FACTORY  # type: ignore[attr-defined]
    for finder in ("_manager_finders", "_state_finders", "_dict_finders"):
        setattr(FACTORY, finder, alternates.managers)
    adopt_identity(
        module,
        InstrumentationManager=InstrumentationManager,
        ExtendedInstrumentationRegistry=ExtendedInstrumentationRegistry,
        _install_lookups=install_lookups,
        _ClassInstrumentationAdapter=alternates.adapter_class,
        _instrumentation_factory=FACTORY,
        find_native_user_instrumentation_hook=find_native_user_instrumentation_hook,
        _install_instrumented_lookups=alternates.install,
        _reinstall_default_lookups=alternates.uninstall,
    )
    for name, lookup in (
        ("instance_state", SQLALCHEMY.state_of),
        ("instance_dict", SQLALCHEMY.dict_of),
        ("manager_of_class", SQLALCHEMY.manager_of),
        ("opt_manager_of_class", SQLALCHEMY.opt_manager_of),
    ):
        setattr(module, name, lookup)
    SQLALCHEMY.give_lookups(module)
    # orm.util has taken this one by name
    SQLALCHEMY.give_lookups(sys.modules["sqlalchemy.orm.util"])
