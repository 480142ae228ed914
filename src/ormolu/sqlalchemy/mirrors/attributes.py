"""In ``sqlalchemy.orm.attributes``: what an attribute does with an instance.

The expression side of ``QueryableAttribute`` stays SQLAlchemy's.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy import event

from ..._kernel import (
    attributes,
    collection_attributes,
    history,
    object_attributes,
    scalars,
    sentinels,
    tokens,
)
from ..._kernel.backrefs import backref_listeners
from ..._kernel.natives import DescriptorMethods, serve
from ...core.attributes import AttributeFunctions
from ..fetching.settings import recording
from .door import SERIES, SQLALCHEMY, adopt_identity
from .unawaited import load_at_hand, must_wait

__all__ = ["exchange"]


class AttributeEventToken(tokens.AttributeEventToken):
    """Where a chain of attribute events began."""

    __slots__ = ()


SQLALCHEMY.token_class = AttributeEventToken


class History(history.History):
    """The change of one attribute since the last flush."""

    __slots__ = ()

    def as_state(self) -> History:
        """Return the history with the states in the place of the instances."""

        def states(members: Any) -> list[Any]:
            state_of = SQLALCHEMY.state_of
            return [None if member is None else state_of(member) for member in members]

        return History(*map(states, self))


class _AttributeImpl(attributes.AttributeImpl):
    __slots__ = ()
    layer: ClassVar[Any] = SQLALCHEMY
    history_class: ClassVar[type[history.History]] = History

    def _guarded_load(self, loader: Any, state: Any, passive: int) -> Any:
        if must_wait(state):
            answer = load_at_hand(self, loader, state, passive)
            if answer is not sentinels.PASSIVE_NO_RESULT:
                return answer
        if recording.on and passive == sentinels.PASSIVE_OFF and state.manager.is_mapped:
            loader = _with_peers(self, loader)
        return super()._guarded_load(loader, state, passive)

    def _default_value(self, state: Any, dict_: Any) -> Any:
        # of dynamic and write-only ones; the others have their own
        return None if SERIES.has_empty_values else super()._default_value(state, dict_)


def _with_peers(impl: Any, loader: Any) -> Any:
    """Return what loads for the peers of an object as well; what is left is for the loader."""
    from ..fetching.loads.trips import load_attribute  # noqa: PLC0415 - of modules that are there by now

    def load(state: Any, passive: int) -> Any:
        load_attribute(impl, loader, state)
        return sentinels.ATTR_WAS_SET if impl.key in state.dict else loader(state, passive)

    return load


class _ScalarAttributeImpl(scalars.ScalarAttributeImpl, _AttributeImpl):
    __slots__ = ()


class _ScalarObjectAttributeImpl(object_attributes.ObjectAttributeImpl, _ScalarAttributeImpl):
    __slots__ = ()


class _HasCollectionAdapter(collection_attributes.HasCollectionAdapter):
    __slots__ = ()


class _CollectionAttributeImpl(
    collection_attributes.CollectionAttributeImpl, _HasCollectionAdapter, _AttributeImpl
):
    __slots__ = ()

    def _members_of(
        self, adapter: Any, value: Any, adapt: bool
    ) -> tuple[list[Any], list[Any] | None]:
        # there is none but in a series that has them
        convert = getattr(adapter.data, "_sa_converter", None) if adapt else None
        if convert is None:
            return super()._members_of(adapter, value, adapt)
        return list(convert(value)), None


def backref_events(attribute: Any, key: str, uselist: bool) -> None:
    """Keep ``attribute`` and ``key`` at its other side in step."""
    listeners = backref_listeners(attribute.impl, key, uselist)
    for name, listener in listeners.items():
        event.listen(attribute, name, listener, retval=True, raw=True, include_key=True)


def register_impl(
    class_: Any,
    key: str,
    uselist: bool = False,
    callable_: Any = None,
    useobject: bool = False,
    impl_class: Any = None,
    backref: str | None = None,
    **options: Any,
) -> Any:
    """Give the instrumented attribute ``key`` its implementation."""
    manager = SQLALCHEMY.manager_of(class_)
    attribute = manager[key]
    dispatch = attribute.dispatch
    if uselist:
        wanted = options.pop("typecallable", None) or list
        options["typecallable"] = manager.instrument_collection_class(key, wanted)
    else:
        options.pop("typecallable", None)
    if impl_class is not None:
        # dynamic and write-only ones have neither loader nor collection class
        options.pop("typecallable", None)
        attribute.impl = impl_class(class_, key, dispatch, **options)
    else:
        kind: Any = _ScalarAttributeImpl
        if uselist:
            kind = _CollectionAttributeImpl
        elif useobject:
            kind = _ScalarObjectAttributeImpl
        attribute.impl = kind(class_, key, callable_, dispatch, **options)
    if backref:
        backref_events(attribute, backref, uselist)
    manager.post_configure_attribute(key)
    return attribute


def exchange(module: ModuleType) -> None:
    """Put ormolu's implementations and functions into ``module``."""
    attribute_class = module.InstrumentedAttribute
    for name in ("__get__", "__set__", "__delete__"):
        delattr(attribute_class, name)
    attribute_class.__bases__ = (DescriptorMethods, *attribute_class.__bases__)
    serve(attribute_class)

    def register_descriptor(
        class_: Any, key: str, *, comparator: Any, parententity: Any, doc: Any = None
    ) -> Any:
        descriptor = attribute_class(class_, key, comparator=comparator, parententity=parententity)
        descriptor.__doc__ = doc
        SQLALCHEMY.manager_of(class_).instrument_attribute(key, descriptor)
        return descriptor

    def register(
        class_: Any,
        key: str,
        *,
        comparator: Any,
        parententity: Any,
        doc: Any = None,
        **options: Any,
    ) -> Any:
        found = register_descriptor(
            class_, key, comparator=comparator, parententity=parententity, doc=doc
        )
        register_impl(class_, key, **options)
        return found

    def unregister(class_: Any, key: str) -> None:
        SQLALCHEMY.manager_of(class_).uninstrument_attribute(key)

    adopt_identity(
        module,
        AttributeEventToken=AttributeEventToken,
        History=History,
        _AttributeImpl=_AttributeImpl,
        _ScalarAttributeImpl=_ScalarAttributeImpl,
        _ScalarObjectAttributeImpl=_ScalarObjectAttributeImpl,
        _HasCollectionAdapter=_HasCollectionAdapter,
        _CollectionAttributeImpl=_CollectionAttributeImpl,
        AttributeEvent=AttributeEventToken,
        Event=AttributeEventToken,
        HISTORY_BLANK=History((), (), ()),
        OP_REMOVE=sentinels.OP_REMOVE,
        OP_APPEND=sentinels.OP_APPEND,
        OP_REPLACE=sentinels.OP_REPLACE,
        OP_BULK_REPLACE=sentinels.OP_BULK_REPLACE,
        OP_MODIFIED=sentinels.OP_MODIFIED,
        _backref_listeners=backref_events,
        _register_attribute=register,
        _register_attribute_impl=register_impl,
        _register_descriptor=register_descriptor,
        _unregister_attribute=unregister,
    )
    functions = AttributeFunctions(SQLALCHEMY)
    for name in (
        "get_attribute",
        "set_attribute",
        "del_attribute",
        "get_history",
        "get_state_history",
        "has_parent",
        "set_committed_value",
        "init_collection",
        "init_state_collection",
        "flag_modified",
        "flag_dirty",
    ):
        setattr(module, name, getattr(functions, name))
    SQLALCHEMY.give_lookups(module)
