"""Registration of classes, and the events of it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from .._kernel.dispatch import Dispatch
from .._kernel.state import State
from .changing import CHANGING
from .classes import ClassManager
from .layer import CORE, Layer
from .listenings import listenings_of

__all__ = ["CORE_REGISTRY", "INSTRUMENTATION_EVENTS", "Registry"]

INSTRUMENTATION_EVENTS = frozenset(
    {"class_instrument", "class_uninstrument", "attribute_instrument"}
)

_IMMUTABLE_TYPE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE


class Registry:
    """Registers classes for one layer.

    Args:
        layer: the layer.
        manager_class: what manages a class that asks for nothing else.

    Attributes:
        dispatch: the listeners of instrumentation events.
        alternates: chooses other kinds of managers, once
            :mod:`ormolu.ext.instrumentation` is imported.
    """

    def __init__(self, layer: Layer, manager_class: type[ClassManager[Any]]) -> None:
        self.layer = layer
        self.manager_class = manager_class
        self.alternates: Any = None
        self._make_dispatch()

    # -- events --------------------------------------------------------------------

    def _make_dispatch(self) -> None:
        self.dispatch: Any = Dispatch(INSTRUMENTATION_EVENTS)

    def class_instrument(self, class_: type) -> None:
        """Tell that ``class_`` is instrumented."""
        self.dispatch.class_instrument(class_)

    def class_uninstrument(self, class_: type) -> None:
        """Tell that ``class_`` no longer is."""
        self.dispatch.class_uninstrument(class_)

    def attribute_instrument(self, class_: type, key: str, attribute: Any) -> None:
        """Tell that an attribute of ``class_`` is instrumented."""
        self.dispatch.attribute_instrument(class_, key, attribute)

    def adopt_held_listeners(self, manager: Any) -> None:
        """Give a new manager the listeners that have been waiting for its class."""
        for class_ in manager.class_.__mro__:
            for listening in listenings_of(class_):
                if listening.event in INSTRUMENTATION_EVENTS:
                    continue
                if listening.propagate or class_ is manager.class_:
                    listening.attach(manager.dispatch)

    # -- registration ----------------------------------------------------------------

    def register_class(
        self,
        class_: type,
        finalize: bool = True,
        expired_attribute_loader: Any = None,
        init_method: Callable[..., None] | None = None,
    ) -> Any:
        """Register ``class_``; see :func:`ormolu.instrumentation.register_class`."""
        with CHANGING:
            manager = self.layer.opt_manager_of(class_) if isinstance(class_, type) else None
            new = manager is None
            if new:
                manager = self._create_manager(class_)
            try:
                manager.configure(
                    finalize=finalize,
                    expired_attribute_loader=expired_attribute_loader,
                    init_method=init_method,
                )
            except BaseException:
                if new:
                    self._forget(manager)
                raise
            return manager

    def _create_manager(self, class_: type) -> Any:
        if not isinstance(class_, type):
            raise self.layer.faults.not_a_class(class_)
        if class_.__flags__ & _IMMUTABLE_TYPE:
            raise self.layer.faults.immutable_class(class_)
        alternates, factory = self.alternates, None
        if alternates is not None:
            factory = alternates.factory_for(class_)
            alternates.check_conflicts(class_, factory or self.manager_class)
        if alternates is not None and factory is not None:
            manager: Any = alternates.make_manager(class_, factory)
        else:
            self._check_layout(class_)
            manager = self.manager_class(class_)
        manager.factory = factory or self.manager_class
        return manager

    def _check_layout(self, class_: type) -> None:
        if not class_.__weakrefoffset__:
            raise self.layer.faults.layout(class_, "__weakref__")
        if not class_.__dictoffset__:
            raise self.layer.faults.layout(class_, "__dict__")

    def unregister_class(self, class_: type, force: bool = False) -> None:
        """Unregister ``class_``; see :func:`ormolu.instrumentation.unregister_class`."""
        with CHANGING:
            manager = self.layer.manager_of(class_)
            if not force:
                self._refuse_living(manager)
            self._forget(manager)
            self.class_uninstrument(class_)

    def _forget(self, manager: Any) -> None:
        manager.unregister()
        if self.alternates is not None:
            self.alternates.forget(manager.class_)

    def _refuse_living(self, manager: Any) -> None:
        # those of subclasses too: they would lose what they inherit
        managers = {manager, *manager.subclass_managers(True)}
        count = sum(map(_living, managers))
        if count:
            gc.collect()
            count = sum(map(_living, managers))
        if count:
            raise self.layer.faults.instances_alive(manager.class_, count)


def _living(manager: Any) -> int:
    """How many states of living instances a manager has.

    Found by looking through the heap: to unregister is rare, and to count every
    instance as it comes and goes would cost every program.
    """
    return sum(
        1
        for found in gc.get_referrers(manager)
        if isinstance(found, State) and found.manager is manager and found.obj() is not None
    )


CORE.registry = CORE_REGISTRY = Registry(CORE, ClassManager)
