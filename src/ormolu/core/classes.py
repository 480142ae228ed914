"""The manager of one class: its attributes, its ``__init__``, its instances."""

from __future__ import annotations

from collections.abc import Callable
from functools import partialmethod
from typing import Any, ClassVar, Generic, TypeVar

from .._kernel.dispatch import Dispatch
from .._kernel.journal import noted_as_made
from .awaiting import as_loader
from .class_attributes import ClassAttributes
from .copying import copy_instance
from .layer import CORE
from .pickling import SerializedManager
from .preparation import prepare_instrumentation
from .state import InstanceState

__all__ = ["INSTANCE_EVENTS", "ClassManager"]

_O = TypeVar("_O")

INSTANCE_EVENTS = frozenset(
    {
        "first_init",
        "init",
        "init_failure",
        "load",
        "refresh",
        "expire",
        "pickle",
        "unpickle",
    }
)


class ClassManager(ClassAttributes, Generic[_O]):
    """What the layer knows of one registered class.

    A manager is a mapping of attribute name to instrumented attribute, inherited
    ones included, as Python's own look-up on the class would find them.  It is
    made by :func:`ormolu.instrumentation.register_class`, and is kept on the
    class itself.

    Args:
        class_: the class to manage.

    Attributes:
        class_: the class.
        info: a dictionary for the user's own notes.
        local_attrs: the attributes registered on this very class.
        originals: what the members installed on the class have replaced.
        pickled_loaders: loaders of one instance alone (``state.callables``) that a pickle
            may bring: the functions themselves, or classes of callables. Any other that is
            not the attribute's own is refused.
        expired_attribute_loader: ``(state, keys, passive)``, called with a set
            of keys when one of several expired attributes is read.

    Example:
        >>> from ormolu.instrumentation import register_class
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> manager.class_ is Point
        True
    """

    init_origin: ClassVar[str] = "ormolu"

    class_: type[_O]
    dispatch: Any
    expired_attribute_loader: Any
    original_init: Callable[..., None] | None = None
    init_method: Callable[..., None] | None = None
    new_init: Callable[..., None] | None = None
    factory: Any = None
    pickled_loaders: tuple[Any, ...] = ()

    _announces_first_init: bool = True
    _finalized: bool = False
    # whether an instance and its state refer to each other
    _makes_cycles: bool = True

    def __init__(self, class_: type[_O]) -> None:
        self.layer.admit(class_)
        super().__init__(class_)
        self.info: dict[Any, Any] = {}
        self._bases: list[Any] = [
            mgr for mgr in map(self._opt_manager_of, class_.__bases__) if mgr is not None
        ]
        self._inherit(self._managers_above())
        self.manage()
        if "__del__" in class_.__dict__ and self._makes_cycles:
            self.layer.faults.warn_finalizer(class_)

    def _inherit(self, managers: list[Any]) -> None:
        """Take over the listeners that base classes propagate."""
        self.dispatch = Dispatch(INSTANCE_EVENTS)
        for manager in managers:
            self.dispatch.inherit(manager.dispatch)
        self.layer.registry.adopt_held_listeners(self)

    # -- configuration ---------------------------------------------------------

    def configure(
        self,
        finalize: bool = False,
        expired_attribute_loader: Any = None,
        init_method: Callable[..., None] | None = None,
    ) -> None:
        """Set what is given, and finalise if asked to; see ``register_class``."""
        if expired_attribute_loader is not None:
            self.expired_attribute_loader = as_loader(expired_attribute_loader)
        if init_method is not None:
            if self._finalized:
                raise self.layer.faults.init_too_late(self.class_)
            self.init_method = init_method
        if not self._finalized:
            own_init = _init_of(self.class_)
            without = own_init is object.__init__
            self.original_init = (self.init_method if without else None) or own_init
        if finalize:
            self._finalize()

    def _finalize(self) -> None:
        """Instrument ``__init__`` and tell that the class is instrumented, once."""
        if self._finalized:
            return
        self._finalized = True
        try:
            self._instrument_init()
            self._instrument_copy()
            self.layer.registry.class_instrument(self.class_)
        except BaseException:
            self._finalized = False
            self.uninstall_member("__init__")
            self.uninstall_member("__copy__")
            raise

    def _instrument_init(self) -> None:
        original = self.original_init or _init_of(self.class_)
        # with what it needs to read signatures, it takes longer to import than all else
        from .initializer import generate_init  # noqa: PLC0415

        self.new_init = generate_init(self.class_, self, original, self.init_origin)
        self.install_member("__init__", self.new_init)

    def _instrument_copy(self) -> None:
        """Have ``copy.copy`` give a copy its own state, unless the class copies itself.

        Not beneath another library, whose users count on what it does.
        """
        if self.layer is CORE and not hasattr(self.class_, "__copy__"):
            self.install_member("__copy__", copy_instance)

    @property
    def deferred_scalar_loader(self) -> Any:
        """The old name of :attr:`expired_attribute_loader`; warns."""
        self._warn_of_old_loader_name()
        return self.expired_attribute_loader

    @deferred_scalar_loader.setter
    def deferred_scalar_loader(self, loader: Any) -> None:
        self._warn_of_old_loader_name()
        self.expired_attribute_loader = loader

    def _warn_of_old_loader_name(self) -> None:
        self.layer.faults.warn_old_name(
            "ClassManager.deferred_scalar_loader", "expired_attribute_loader"
        )

    def _nearest_expired_loader(self, state: Any, keys: set[str], passive: int) -> None:
        """Load with the loader of the nearest base class that has one."""
        for manager in self._managers_above():
            loader = vars(manager).get("expired_attribute_loader")
            if loader is not None:
                loader(state, keys, passive)
                return
        raise self.layer.faults.no_expired_loader(state, keys)

    expired_attribute_loader = _nearest_expired_loader

    # -- look-ups, which alternate instrumentation overrides ------------------------------

    def manage(self) -> None:
        """Make this the manager of its class."""
        setattr(self.class_, self.MANAGER_ATTR, self)

    def manager_getter(self) -> Callable[[Any], Any]:
        """Return ``(class) -> manager``."""
        return self.layer.default_manager_of

    def state_getter(self) -> Callable[[Any], Any]:
        """Return ``(instance) -> state``, raising AttributeError or KeyError for none."""
        return self.layer.default_state_of

    def dict_getter(self) -> Callable[[Any], Any]:
        """Return ``(instance) -> dictionary of values``."""
        return self.layer.default_dict_of

    # -- unregistration --------------------------------------------------------

    def unregister(self) -> None:
        """Take everything off the class again, or nothing if any of it fails."""
        attributes = dict(self.local_attrs)
        # whoever manages the class otherwise may keep them elsewhere
        members = {key: vars(self.class_).get(key) for key in self.originals}
        try:
            for key in members:
                self.uninstall_member(key)
            for key in attributes:
                self.uninstrument_attribute(key)
            if self.MANAGER_ATTR in self.class_.__dict__:
                delattr(self.class_, self.MANAGER_ATTR)
        except BaseException:
            for key in attributes.keys() - self.local_attrs.keys():
                self.instrument_attribute(key, attributes[key])
            for key in members.keys() - self.originals.keys():
                self.install_member(key, members[key])
            raise
        self.dispatch = None
        self.new_init = None
        self.info.clear()

    # -- collections -----------------------------------------------------------

    def instrument_collection_class(self, key: str, collection_class: Any) -> Any:
        """Return a factory of instrumented collections for the attribute ``key``."""
        return prepare_instrumentation(collection_class, self.layer)

    def initialize_collection(self, key: str, state: Any, factory: Any) -> tuple[Any, Any]:
        """Return the adapter and the collection of a new, empty collection."""
        collection = factory()
        return self.layer.adapter_class(self.get_impl(key), state, collection), collection

    # -- instances -------------------------------------------------------------

    @property
    def _state_constructor(self) -> Any:
        return InstanceState

    def _state_setter(self, instance: Any, state: Any) -> None:
        # past a __setattr__ of the class, which is about the user's attributes
        object.__setattr__(instance, self.STATE_ATTR, state)

    def new_instance(self, state: Any = None) -> _O:
        """Return an instance made without ``__init__``, with a state."""
        instance = self.class_.__new__(self.class_)
        self.setup_instance(instance, state)
        return instance

    def setup_instance(self, instance: Any, state: Any = None) -> Any:
        """Give ``instance`` a state, a new one by default, and return it."""
        if state is None:
            state = self._state_constructor(instance, self)
        self._state_setter(instance, state)
        return state

    def teardown_instance(self, instance: Any) -> None:
        """Take the state of ``instance`` away."""
        object.__delattr__(instance, self.STATE_ATTR)

    def has_state(self, instance: Any) -> bool:
        """Return whether ``instance`` has a state."""
        if not hasattr(type(instance), "__getattr__"):
            return hasattr(instance, self.STATE_ATTR)
        try:
            # without asking a __getattr__ of the class, which may need the state itself
            getattribute: Any = type(instance).__getattribute__
            getattribute(instance, self.STATE_ATTR)
        except AttributeError:
            return False
        return True

    def _new_state_if_none(self, instance: Any) -> Any:
        """Give ``instance`` a state unless a subclass's ``__init__`` has; for ``__init__``."""
        return False if self.has_state(instance) else noted_as_made(self.setup_instance(instance))

    def _serialize(self, state: Any, state_dict: dict[str, Any]) -> Any:
        return SerializedManager(state, state_dict)


def _init_of(class_: type) -> Callable[..., Any]:
    """Return the ``__init__`` of a class as a function of the instance and its arguments."""
    found = next(vars(base)["__init__"] for base in class_.__mro__ if "__init__" in vars(base))
    if callable(found) or isinstance(found, partialmethod):
        usual: Callable[..., Any] = class_.__init__  # type: ignore[misc]
        return usual

    def init(self: Any, *args: Any, **kwargs: Any) -> Any:
        # a descriptor that is nothing without an instance
        return found.__get__(self, type(self))(*args, **kwargs)

    return init
