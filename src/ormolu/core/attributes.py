"""Instrumented attributes, and the functions that work on them from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .._kernel.adapter import CollectionAdapter
from .._kernel.attributes import AttributeImpl
from .._kernel.backrefs import backref_listeners
from .._kernel.collection_attributes import CollectionAttributeImpl
from .._kernel.dispatch import Dispatch
from .._kernel.history import History
from .._kernel.inquiry import Inquiry
from .._kernel.journal import atomically, current, put_back
from .._kernel.natives import DescriptorMethods, serve
from .._kernel.object_attributes import ObjectAttributeImpl
from .._kernel.ownership import adapter_of
from .._kernel.scalars import ScalarAttributeImpl
from .._kernel.sentinels import (
    NO_VALUE,
    PASSIVE_NO_FETCH,
    PASSIVE_OFF,
    LoaderCallableStatus,
)
from .._kernel.tokens import AttributeEventToken
from . import loading  # noqa: F401 - the layer looks at what loaders return
from .awaiting import as_loader
from .changing import alone
from .layer import CORE, Layer
from .names import is_attribute_name, is_reserved

__all__ = [
    "ATTRIBUTE_EVENTS",
    "AttributeEventToken",
    "AttributeFunctions",
    "CoreCollectionAttributeImpl",
    "CoreObjectAttributeImpl",
    "CoreScalarAttributeImpl",
    "InstrumentedAttribute",
    "register_attribute",
    "unregister_attribute",
]

ATTRIBUTE_EVENTS = frozenset(
    {
        "append",
        "append_wo_mutation",
        "bulk_replace",
        "dispose_collection",
        "init_collection",
        "init_scalar",
        "modified",
        "remove",
        "set",
    }
)


_OPTIONS = frozenset(
    {
        "accepts_scalar_loader",
        "active_history",
        "compare_function",
        "load_on_unexpire",
        "parent_token",
        "send_modified_events",
        "trackparent",
    }
)
_SCALAR_OPTIONS = _OPTIONS | {"default_scalar_value"}
_COLLECTION_OPTIONS = _OPTIONS | {"copy_function"}


def _begin_anew(impl: Any, state: Any, dict_: Any) -> Any:
    """Put a new, empty collection in the place of the present one; return its adapter."""
    key = impl.key
    old = dict_.get(key)
    if old is not None:
        current().note(put_back, dict_, key, old)
        del dict_[key]
        impl._dispose_previous_collection(state, old, adapter_of(impl, state, old), False)
    empty = impl._default_value(state, dict_)
    adapter = impl.get_collection(state, dict_, empty, passive=PASSIVE_NO_FETCH)
    adapter._reset_empty()
    return adapter


class CoreScalarAttributeImpl(ScalarAttributeImpl):
    """A plain value, in ormolu's own layer."""

    __slots__ = ()
    layer: ClassVar[Layer] = CORE


class CoreObjectAttributeImpl(ObjectAttributeImpl):
    """A reference to a tracked instance, in ormolu's own layer."""

    __slots__ = ()
    layer: ClassVar[Layer] = CORE


class CoreCollectionAttributeImpl(CollectionAttributeImpl):
    """A collection of tracked instances, in ormolu's own layer."""

    __slots__ = ()
    layer: ClassVar[Layer] = CORE


class InstrumentedAttribute(DescriptorMethods):  # type: ignore[misc]
    """The descriptor of one attribute of one class.

    Attributes:
        class_: the class.
        key: the name.
        impl: the implementation.
        dispatch: the listeners.
        listenings: what was given to ``listen`` for this very attribute.
    """

    __slots__ = ("__weakref__", "class_", "dispatch", "doc", "impl", "key", "listenings")

    def __init__(self, class_: type, key: str, doc: str | None = None) -> None:
        self.class_ = class_
        self.key = key
        self.impl: Any = None
        self.dispatch = Dispatch(ATTRIBUTE_EVENTS)
        self.listenings: list[Any] = []
        self.doc = doc
        for base in class_.__mro__[1:]:
            manager = CORE.opt_manager_of(base)
            if manager is not None and key in manager.local_attrs:
                inherited = manager.local_attrs[key].dispatch
                self.dispatch.inherit(inherited)
                if inherited._active_history:
                    self.dispatch._active_history = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.class_.__name__}.{self.key}>"

    def get_history(self, instance: Any, passive: int = PASSIVE_OFF) -> History:
        """Return the history of the attribute of ``instance``."""
        history: History = self.impl.get_history(
            CORE.state_of(instance), CORE.dict_of(instance), passive
        )
        return history

    def hasparent(self, state: Any, optimistic: bool = False) -> bool:
        """Return whether ``state`` is held through this attribute."""
        held: bool = self.impl.hasparent(state, optimistic=optimistic)
        return held


serve(InstrumentedAttribute)


@alone
def register_attribute(
    class_: type,
    key: str,
    *,
    uselist: bool = False,
    useobject: bool = False,
    callable_: Callable[[Any, int], Any] | None = None,
    typecallable: Any = None,
    backref: str | None = None,
    doc: str | None = None,
    **options: Any,
) -> InstrumentedAttribute:
    """Instrument an attribute of a registered class.

    Args:
        class_: the class.
        key: the name of the attribute.
        uselist: the attribute holds a collection of tracked instances.
        useobject: the attribute holds a reference to one.
        callable_: loader ``(state, passive)`` of a value that is missing; it
            returns the value, or ``ATTR_WAS_SET`` once it has set it. One that is a
            coroutine function is awaited by :func:`ormolu.asyncio.load`.
        typecallable: the class of collections, ``list`` by default, or a
            function that returns an empty collection.
        backref: the name of the attribute at the other side, to keep in step.
        doc: the docstring of the attribute.
        **options: ``trackparent``, ``compare_function``, ``active_history``,
            ``load_on_unexpire``, ``send_modified_events``,
            ``accepts_scalar_loader``, ``default_scalar_value``,
            ``copy_function``, as of :class:`AttributeImpl`.

    Returns:
        the attribute, which is on the class now.

    Raises:
        UnregisteredClassError: the class is not registered.
        InvalidKeyError: the name is not an identifier, or not one in normal form.
        ReservedNameError: the name is one that the layer or the interpreter uses.
        CollectionClassError: the class of collections lacks a method.
        RegistrationError: there is no such option.

    Example:
        >>> from ormolu.instrumentation import register_class
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> register_attribute(Point, "x")
        <InstrumentedAttribute Point.x>
    """
    manager = CORE.manager_of(class_)
    key = _checked_key(manager, key)
    known = _COLLECTION_OPTIONS if uselist else _SCALAR_OPTIONS
    if not known.issuperset(options):
        raise CORE.faults.unknown_options(class_, key, options.keys() - known, known)
    attribute = InstrumentedAttribute(class_, key, doc)
    impl_class: type[AttributeImpl] = CoreScalarAttributeImpl
    if uselist:
        factory = manager.instrument_collection_class(key, typecallable or list)
        options["typecallable"] = factory
        impl_class = CoreCollectionAttributeImpl
    elif useobject:
        impl_class = CoreObjectAttributeImpl
    loader = as_loader(callable_, key)
    attribute.impl = impl_class(class_, key, loader, attribute.dispatch, **options)
    if backref is not None:
        for event, fn in backref_listeners(attribute.impl, backref, uselist).items():
            attribute.dispatch.of(event).add(fn)
    before = manager.local_attrs.get(key)
    manager.instrument_attribute(key, attribute)
    try:
        manager.post_configure_attribute(key)
    except BaseException:
        if before is None:
            manager.uninstrument_attribute(key)
        else:
            manager.instrument_attribute(key, before)
        raise
    return attribute


def _checked_key(manager: Any, key: Any) -> str:
    """Return the name of an attribute to be, as a plain string; raise if it cannot be one."""
    name = str.__str__(key) if isinstance(key, str) else ""
    if not is_attribute_name(name):
        raise CORE.faults.invalid_key(manager.class_, key)
    if is_reserved(name):
        raise CORE.faults.reserved_name(manager.class_, name)
    manager._refuse_reserved(name)
    return name


def unregister_attribute(class_: type, key: str) -> None:
    """Take an attribute off a class again, and put back what was there before.

    Args:
        class_: the class the attribute was registered on.
        key: the name of the attribute; nothing happens if there is none of that name.

    Raises:
        NoSuchAttributeError: it is no name at all.
    """
    manager = CORE.manager_of(class_)
    if not isinstance(key, str):
        raise CORE.faults.no_such_attribute(class_, key)
    manager.uninstrument_attribute(str.__str__(key))


class AttributeFunctions(Inquiry):
    """What can be done with an attribute from outside, for one layer.

    The public functions of :mod:`ormolu.attributes` are the methods of one of
    these.

    Args:
        layer: the layer.
    """

    layer: Layer

    def _parts(self, instance: Any, key: str) -> tuple[Any, Any, Any]:
        state = self.instance_state(instance)
        return state, self.layer.dict_of(instance), self._impl(state, key)

    def _impl(self, state: Any, key: str) -> Any:
        manager = state.manager
        return manager[key if type(key) is str else self.plain_key(manager, key)].impl

    def instance_state(self, instance: Any) -> Any:
        """Return the state of ``instance``.

        Raises:
            UntrackedInstanceError: it has none.
        """
        try:
            return self.layer.state_of(instance)
        except (AttributeError, KeyError) as missing:
            raise self.layer.faults.untracked_instance(instance) from missing

    def instance_dict(self, instance: Any) -> Any:
        """Return the dictionary of the values of ``instance``."""
        return self.layer.dict_of(instance)

    def get_attribute(self, instance: Any, key: str) -> Any:
        """Return the value of an attribute, loaded if need be.

        It works, like all of these, whether or not the class has descriptors.
        """
        state, dict_, impl = self._parts(instance, key)
        return impl.get(state, dict_)

    def set_attribute(
        self, instance: Any, key: str, value: Any, initiator: AttributeEventToken | None = None
    ) -> None:
        """Assign an attribute, with history and events.

        Args:
            instance: the instance.
            key: the name of the attribute.
            value: the new value.
            initiator: the token of the chain of events this is part of.
        """
        state, dict_, impl = self._parts(instance, key)
        impl.set(state, dict_, value, initiator)

    def del_attribute(self, instance: Any, key: str) -> None:
        """Delete the value of an attribute, with history and events.

        Raises:
            NoValueError: it has none.
        """
        state, dict_, impl = self._parts(instance, key)
        impl.delete(state, dict_)

    def get_state_history(self, state: Any, key: str, passive: int = PASSIVE_OFF) -> Any:
        """Return the :class:`History` of an attribute, by the state of the instance."""
        return self._impl(state, key).get_history(state, state.dict, passive)

    def has_parent(self, cls: Any, obj: Any, key: str, optimistic: bool = False) -> bool:
        """Return whether ``obj`` is held through the attribute ``key`` of ``cls``.

        Args:
            cls: the class of the holder.
            obj: the instance that may be held.
            key: the name of the holding attribute.
            optimistic: the answer where nothing is recorded.
        """
        manager = self.layer.manager_of(cls)
        name = key if type(key) is str else self.plain_key(manager, key)
        held: bool = manager.has_parent(self.instance_state(obj), name, optimistic)
        return held

    def set_committed_value(self, instance: Any, key: str, value: Any) -> None:
        """Take ``value`` as loaded: no events, and no change afterwards."""
        state, dict_, impl = self._parts(instance, key)
        if isinstance(value, LoaderCallableStatus) and self.layer.checked_load is not None:
            raise self.layer.faults.loader_answered(impl, state, value)
        impl.set_committed_value(state, dict_, value)

    def init_collection(self, obj: Any, key: str) -> CollectionAdapter:
        """Give ``obj`` a new, empty collection, to be filled through its adapter.

        Raises:
            CollectionError: the attribute does not hold a collection.
        """
        state = self.instance_state(obj)
        return self.init_state_collection(state, state.dict, key)

    def init_state_collection(self, state: Any, dict_: Any, key: str) -> CollectionAdapter:
        """Give the instance of ``state`` a new, empty collection; return its adapter."""
        impl = self._impl(state, key)
        if not impl._is_has_collection_adapter:
            raise self.layer.faults.collection_expected(impl)
        adapter: CollectionAdapter = atomically(_begin_anew, impl, state, dict_)
        return adapter

    def flag_modified(self, instance: Any, key: str) -> None:
        """Count an attribute as changed, though it was not assigned.

        Raises:
            NoValueError: it has no value.
        """
        state, dict_, impl = self._parts(instance, key)
        impl.dispatch.modified(state, impl._modified_token)
        state._modified_event(dict_, impl, NO_VALUE, is_userland=True)

    def flag_dirty(self, instance: Any) -> None:
        """Count an instance as changed, though none of its attributes is."""
        state = self.instance_state(instance)
        state._modified_event(self.layer.dict_of(instance), None, NO_VALUE, is_userland=True)
