"""The attributes of a class, by name, its own and those that it inherits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .._kernel.expiry import Expirable
from .changing import Derived, alone
from .class_members import ClassMembers

__all__ = ["ClassAttributes"]


class ClassAttributes(ClassMembers, dict[str, Any]):
    """A mapping of attribute name to instrumented attribute.

    Inherited ones are there too, as Python's own look-up on the class would find them.

    Args:
        class_: the class.

    Attributes:
        local_attrs: the attributes registered on this very class.
    """

    def __init__(self, class_: Any) -> None:
        super().__init__(class_)
        self.local_attrs: dict[str, Any] = {}
        for manager in reversed(self._managers_above()):
            self.update(manager.local_attrs)

    @classmethod
    def _opt_manager_of(cls, class_: Any) -> Any:
        return cls.layer.opt_manager_of(class_)

    def _managers_above(self) -> list[Any]:
        """The managers of the base classes, nearest first."""
        return [mgr for mgr in map(self._opt_manager_of, self.class_.__mro__[1:]) if mgr]

    # -- being one manager, whatever it maps -----------------------------------

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.class_!r} at {id(self):#x}>"

    # -- key sets, memoised until the attributes change ------------------------

    @Derived
    def _all_key_set(self) -> frozenset[str]:
        return frozenset(self)

    @Derived
    def _collection_impl_keys(self) -> frozenset[str]:
        return frozenset(attr.key for attr in self.values() if attr.impl.collection)

    @Derived
    def _expirable(self) -> Expirable:
        return Expirable(self)

    def _reset_memoizations(self) -> None:
        for name in ("_all_key_set", "_collection_impl_keys", "_expirable"):
            self.__dict__.pop(name, None)

    # -- attributes ------------------------------------------------------------

    @property
    def attributes(self) -> Iterable[Any]:
        """The instrumented attributes."""
        return iter(self.values())

    def get_impl(self, key: str) -> Any:
        """Return the implementation of the attribute ``key``."""
        return self[key].impl

    def __missing__(self, key: str) -> Any:
        raise self.layer.faults.no_such_attribute(self.class_, key)

    def is_instrumented(self, key: str, search: bool = False) -> bool:
        """Return whether ``key`` is an attribute of this class; inherited with ``search``."""
        return key in (self if search else self.local_attrs)

    def has_parent(self, state: Any, key: str, optimistic: bool = False) -> bool:
        """Return whether ``state`` is held by some instance through ``key``."""
        held: bool = self.get_impl(key).hasparent(state, optimistic=optimistic)
        return held

    @alone
    def instrument_attribute(self, key: str, inst: Any, propagated: bool = False) -> None:
        """Add an attribute to this class and to every subclass it reaches.

        Args:
            key: the name.
            inst: the instrumented attribute.
            propagated: the attribute is that of a base class.
        """
        if propagated:
            inst = self._inherited(key)
        else:
            self.install_descriptor(key, inst)
            self.local_attrs[key] = inst
        self._reset_memoizations()
        self[key] = inst
        for subclass in self._direct_subclasses():
            self._subclass_manager(subclass).instrument_attribute(key, inst, True)

    @alone
    def uninstrument_attribute(self, key: str, propagated: bool = False) -> None:
        """Take an attribute away again, from subclasses too where it is inherited."""
        if key not in self:
            return
        if not propagated:
            if key not in self.local_attrs:
                return
            self.uninstall_descriptor(key)
            del self.local_attrs[key]
        self._reset_memoizations()
        inherited = self._inherited(key)
        if inherited is None:
            del self[key]
        else:
            self[key] = inherited
        for subclass in self._direct_subclasses():
            manager = self._opt_manager_of(subclass)
            if manager is not None:
                manager.uninstrument_attribute(key, True)

    def _inherited(self, key: str) -> Any:
        """The attribute that Python's look-up on the class comes to first."""
        for class_ in self.class_.__mro__:
            manager = self._opt_manager_of(class_)
            if manager is not None and key in manager.local_attrs:
                return manager.local_attrs[key]
        return None

    def post_configure_attribute(self, key: str) -> None:
        """Tell that an attribute is there and ready."""
        self.layer.registry.attribute_instrument(self.class_, key, self[key])

    def _direct_subclasses(self) -> list[type]:
        return type.__subclasses__(self.class_)

    def _subclass_manager(self, cls: type) -> Any:
        """The manager of a subclass, made if there is none, so that it can inherit."""
        return self.layer.registry.register_class(cls, finalize=False)

    def subclass_managers(self, recursive: bool) -> Iterator[Any]:
        """Yield the managers of the subclasses; of theirs too with ``recursive``."""
        for subclass in self._direct_subclasses():
            manager = self._opt_manager_of(subclass)
            if manager is not None and manager is not self:
                yield manager
                if recursive:
                    yield from manager.subclass_managers(True)
