"""Managers of another kind, for one class or for all.

While nobody asks for one, the look-ups of the layer are what they always were.
The first alternate manager replaces them by ones that ask, for every class,
which manager it has.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from .._kernel.journal import noted_as_made
from .._kernel.sentinels import MISSING
from .classes import ClassManager
from .layer import Layer

__all__ = ["Alternates", "adapted_manager_class"]


class Alternates:
    """Chooses and remembers the alternate managers of one layer.

    Args:
        layer: the layer; its registry asks these from now on.
        finders: functions ``(class) -> factory or None``, asked in order.
        manager_class: the usual class of managers.

    Attributes:
        managers: classes whose manager was made by a factory.
        extended: whether the look-ups of the layer have been replaced.
    """

    def __init__(
        self,
        layer: Layer,
        finders: list[Callable[[Any], Any]],
        manager_class: type[ClassManager[Any]],
    ) -> None:
        self.layer = layer
        self.finders = finders
        self.manager_class = manager_class
        self.adapter_class: Any = adapted_manager_class(manager_class)
        # managers weakly: they belong to whoever their manage() gives them to,
        # and know their class, which would never be collected otherwise
        self.managers: weakref.WeakKeyDictionary[type, weakref.ref[Any]] = (
            weakref.WeakKeyDictionary()
        )
        self.extended = False

    # -- choice -----------------------------------------------------------------------

    def factory_for(self, class_: Any) -> Any:
        """Return the factory that the first finder names, or ``None``."""
        for finder in self.finders:
            factory = finder(class_)
            if factory is not None:
                return factory
        return None

    def check_conflicts(self, class_: type, factory: Any) -> None:
        """Refuse ``class_`` if its hierarchy has, or asks for, another factory."""
        others: list[Any] = []
        for member in _hierarchy(class_):
            manager = self.opt_manager_of(member)
            other = self.factory_for(member) if manager is None else manager.factory
            if other is not None and other != factory and other not in others:
                others.append(other)
        if others:
            raise self.layer.faults.conflicting_managers(class_, others)

    def make_manager(self, class_: type, factory: Any) -> Any:
        """Return the manager that ``factory`` makes, adapted if it is not a manager."""
        made = factory(class_)
        manager = made
        if not isinstance(made, ClassManager):
            manager = self.adapter_class(class_, made)
        if factory is not self.manager_class and not self.extended:
            self.install()
        self.managers[class_] = weakref.ref(manager)
        return manager

    def forget(self, class_: type) -> None:
        """Forget the manager of a class that is unregistered."""
        self.managers.pop(class_, None)

    # -- look-ups ------------------------------------------------------------------------

    def install(self) -> None:
        """Replace the look-ups of the layer by these."""
        self.extended = True
        self.layer.use_lookups(self.state_of, self.dict_of, self.manager_of, self.opt_manager_of)

    def uninstall(self) -> None:
        """Put the usual look-ups back."""
        self.extended = False
        self.layer.use_default_lookups()

    def _made_for(self, class_: Any) -> Any:
        try:
            found = self.managers.get(class_)
        except TypeError:  # nothing that could be a class
            return None
        return None if found is None else found()

    def opt_manager_of(self, cls: Any) -> Any:
        """Return the manager of ``cls``, or ``None``."""
        made = self._made_for(cls)
        if made is not None:
            return made.manager_getter()(cls)
        return self.layer.default_opt_manager_of(cls) if hasattr(cls, "__dict__") else None

    def manager_of(self, cls: Any) -> Any:
        """Return the manager of ``cls``; raise where there is none."""
        manager = self.opt_manager_of(cls)
        if manager is None:
            raise self.layer.faults.unregistered_class(cls)
        return manager

    def state_of(self, instance: Any) -> Any:
        """Return the state of ``instance``."""
        made = self._made_for(instance.__class__)
        if made is None:
            return self.layer.default_state_of(instance)
        return made.state_getter()(instance)

    def dict_of(self, instance: Any) -> Any:
        """Return the values of ``instance``."""
        made = self._made_for(instance.__class__)
        if made is None:
            return self.layer.default_dict_of(instance)
        return made.dict_getter()(instance)


def _hierarchy(class_: type) -> list[type]:
    """Every class connected with ``class_`` by inheritance, up or down.

    ``object`` and ``typing.Generic`` connect everything with everything.
    """
    found, seen = [class_], {class_}
    for known in found:
        for relative in (*known.__bases__, *type.__subclasses__(known)):
            if relative in seen:
                continue
            seen.add(relative)
            if relative.__module__ not in _SHARED:
                found.append(relative)
    return found


_SHARED = frozenset({"builtins", "typing", "abc"})


def adapted_manager_class(base: type[ClassManager[Any]]) -> type[ClassManager[Any]]:
    """Return a class of managers that leave every access to a user's object.

    Args:
        base: the class of managers of the layer.
    """

    class AdaptedClassManager(base):  # type: ignore[valid-type,misc]
        """A manager that asks an ``InstrumentationManager`` where things are kept."""

        def __init__(self, class_: type, override: Any) -> None:
            self._adapted = override
            self._get_state = override.state_getter(class_)
            self._get_dict = override.dict_getter(class_)
            super().__init__(class_)

        def manage(self) -> None:
            self._adapted.manage(self.class_, self)

        def unregister(self) -> None:
            super().unregister()
            self._adapted.unregister(self.class_, self)

        def _instrument_copy(self) -> None:
            """Leave it to whoever keeps states and values elsewhere."""

        def manager_getter(self) -> Any:
            return self._adapted.manager_getter(self.class_)

        def state_getter(self) -> Any:
            return self._get_state

        def dict_getter(self) -> Any:
            return self._get_dict

        def instrument_attribute(self, key: str, inst: Any, propagated: bool = False) -> None:
            super().instrument_attribute(key, inst, propagated)
            if not propagated:
                self._adapted.instrument_attribute(self.class_, key, inst)

        def post_configure_attribute(self, key: str) -> None:
            super().post_configure_attribute(key)
            self._adapted.post_configure_attribute(self.class_, key, self[key])

        def install_descriptor(self, key: str, inst: Any) -> None:
            self._refuse_reserved(key)
            self._adapted.install_descriptor(self.class_, key, inst)

        def uninstall_descriptor(self, key: str) -> None:
            self._adapted.uninstall_descriptor(self.class_, key)

        def install_member(self, key: str, implementation: Any) -> None:
            self._refuse_reserved(key)
            original = self.class_.__dict__.get(key, MISSING)
            self._adapted.install_member(self.class_, key, implementation)
            self.originals.setdefault(key, original)

        def _put_back(self, key: str, original: Any) -> None:
            if original is MISSING:
                self._adapted.uninstall_member(self.class_, key)
            else:
                self._adapted.install_member(self.class_, key, original)

        def instrument_collection_class(self, key: str, collection_class: Any) -> Any:
            return self._adapted.instrument_collection_class(self.class_, key, collection_class)

        def initialize_collection(self, key: str, state: Any, factory: Any) -> Any:
            own = getattr(self._adapted, "initialize_collection", None)
            if own is not None:
                return own(key, state, factory)
            return super().initialize_collection(key, state, factory)

        def new_instance(self, state: Any = None) -> Any:
            instance = self.class_.__new__(self.class_)  # pyright: ignore[reportCallIssue]
            self.setup_instance(instance, state)
            return instance

        def setup_instance(self, instance: Any, state: Any = None) -> Any:
            self._adapted.initialize_instance_dict(self.class_, instance)
            if state is None:
                state = self._state_constructor(instance, self)
            self._adapted.install_state(self.class_, instance, state)
            return state

        def teardown_instance(self, instance: Any) -> None:
            self._adapted.remove_state(self.class_, instance)

        def has_state(self, instance: Any) -> bool:
            try:
                self._get_state(instance)
            except (AttributeError, KeyError):
                return False
            return True

        def _new_state_if_none(self, instance: Any) -> Any:
            if self.has_state(instance):
                return False
            return noted_as_made(self.setup_instance(instance))

    return AdaptedClassManager
