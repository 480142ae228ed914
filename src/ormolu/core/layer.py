"""What one door of ormolu has of its own, and what the kernel asks it for.

ormolu's own layer and the one beneath SQLAlchemy run on the same kernel and the
same core in one process.  They differ in the names of the attributes that hold
manager and state, in the classes of their errors, and in who wants to be told
when an instance is first changed.  A :class:`Layer` holds exactly that.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import GetSetDescriptorType
from typing import Any, NoReturn

from .._kernel.adapter import CollectionAdapter
from .._kernel.pending import PendingCollection
from .._kernel.places import Places
from .._kernel.sentinels import LoaderCallableStatus
from .._kernel.tokens import AttributeEventToken
from .faults import Faults

__all__ = ["CORE", "Layer"]


class Layer(Places):
    """The look-ups and choices of one door.

    The look-ups are attributes, not methods: alternate instrumentation replaces
    them, and until it does they are as fast as can be.

    Args:
        name: the name of the door, for error messages.
        state_attr: the attribute of an instance that holds its state.
        manager_attr: the attribute of a class that holds its manager.
        faults: makes the errors.

    Attributes:
        state_of: ``(instance) -> state``.
        dict_of: ``(instance) -> dictionary of values``.
        manager_of: ``(class) -> manager``; raises where there is none.
        opt_manager_of: ``(class) -> manager or None``.
        follows_moves: whether the old owner at the other side of a one-to-one
            relationship lets go when a new one takes its place.
        plain: whether values are in the ``__dict__`` of the instance, for sure.
        token_class: the class of event tokens.
        adapter_class: the class of collection adapters.
        pending_class: the class of what waits for a collection to be loaded.
        collection_roles: the roles that a method of a collection can have; without
            appender, remover and iterator it is none, others may be left open.
        serialized_manager: the class of what stands for a manager in a pickle.
        pickled_loaders: loaders, and classes of loaders, that a pickle may bring for
            instances of any class of the layer.
        restore_adapter: ``(adapter, values)``, fills an adapter from a pickle.
        checked_load: ``(impl, state, value)``, looks at what a loader returns, and
            ``check_values``, ``(state, keys)``, at what one has set; ``None`` where programs
            count on that nobody does.
        ready_made_collections: what stands for each of the built-in types.
        registry: registers classes for this door.
    """

    _has_own_dicts: bool = False
    follows_moves: bool = True
    collection_roles: tuple[str, ...] = ("appender", "remover", "iterator")
    state_of: Callable[[Any], Any]
    dict_of: Callable[[Any], Any]
    manager_of: Callable[[Any], Any]
    opt_manager_of: Callable[[Any], Any]

    def __init__(
        self, name: str, state_attr: str, manager_attr: str, faults: Faults | None = None
    ) -> None:
        super().__init__(state_attr)
        self.name = name
        self.manager_attr = manager_attr
        self.faults: Any = faults or Faults(state_attr, manager_attr)
        self.token_class: type[AttributeEventToken] = AttributeEventToken
        self.adapter_class: type[CollectionAdapter] = CollectionAdapter
        self.pending_class: type[PendingCollection] = PendingCollection
        self.ready_made_collections: dict[type, type] = {}
        self.serialized_manager: Any = None
        self.restore_adapter: Any = None
        self.checked_load: Any = None
        self.check_values: Any = None
        self.pickled_loaders: tuple[Any, ...] = ()
        self.registry: Any = None
        self.default_state_of: Callable[[Any], Any] = operator.attrgetter(state_attr)
        self.default_dict_of: Callable[[Any], Any] = operator.attrgetter("__dict__")
        self.use_default_lookups()

    def use_default_lookups(self) -> None:
        """Look for state, values and manager where the layer puts them itself."""
        self.use_lookups(
            self.default_state_of,
            self.default_dict_of,
            self.default_manager_of,
            self.default_opt_manager_of,
        )

    def use_lookups(
        self,
        state_of: Callable[[Any], Any],
        dict_of: Callable[[Any], Any],
        manager_of: Callable[[Any], Any],
        opt_manager_of: Callable[[Any], Any],
    ) -> None:
        """Look for state, values and manager with these."""
        self.state_of = state_of
        self.dict_of = dict_of
        self.manager_of = manager_of
        self.opt_manager_of = opt_manager_of
        self.plain = dict_of is self.default_dict_of and not self._has_own_dicts

    def admit(self, class_: type) -> None:
        """Take note of a class to be registered: where its instances keep their values.

        One whose ``__dict__`` is a member of its own is asked for it each time, as is
        every other class of the layer from then on.
        """
        found = next((vars(c)["__dict__"] for c in class_.__mro__ if "__dict__" in vars(c)), None)
        if found is not None and not isinstance(found, GetSetDescriptorType):
            self._has_own_dicts = True
            self.plain = False

    def default_manager_of(self, cls: Any) -> Any:
        """Return the manager kept on ``cls`` itself; raise where there is none."""
        try:
            return cls.__dict__[self.manager_attr]
        except (KeyError, AttributeError) as missing:
            raise self.faults.unregistered_class(cls) from missing

    def default_opt_manager_of(self, cls: Any) -> Any:
        """Return the manager kept on ``cls`` itself, or ``None``."""
        return cls.__dict__.get(self.manager_attr)

    def parts_of(self, listeners: Any) -> tuple[Any, Any] | None:
        """Return where listeners come from, as long as it is looked at each time.

        Args:
            listeners: what the dispatch of a target has for one event.

        Returns:
            two sequences that are the listeners one after the other, at any time;
            ``None`` in the place of one that there is not.  ``None`` instead of the
            two if nothing is known.
        """
        return listeners, None

    def told_as(self, fn: Callable[..., Any]) -> Any:
        """Return what stands for a listener: itself, or a ``Bystander``."""
        return fn

    # -- pickling ----------------------------------------------------------------------

    def ready_manager(self, class_: type) -> Any:
        """Return the manager of a class, ready for instances from a pickle, or ``None``."""
        return self.opt_manager_of(class_)

    def reduce_symbol(self, symbol: LoaderCallableStatus) -> tuple[Any, ...]:
        """Return what a symbol is pickled as: a function, and what to call it with."""
        return symbol_named, (symbol.name,)

    def read_belonging(
        self, values: dict[str, Any], refuse: Callable[[str], NoReturn]
    ) -> dict[str, Any]:
        """Return what a pickled state says of its identity and its load, by field.

        Args:
            values: what was pickled of the state.
            refuse: called with what is wrong, if something is.
        """
        return {"key": values["key"]} if "key" in values else {}

    # -- what is known of what others do ---------------------------------------------------

    def is_idle_loader(self, loader: Any) -> bool:
        """Return whether a loader has nothing for an instance with no identity and session."""
        return False

    def is_plain_equality(self, compare: Any) -> bool:
        """Return whether a comparison is ``==`` by another name."""
        return False

    def before_first_change(self, state: Any) -> None:
        """Hear that an attached instance is about to have its first change."""


def symbol_named(name: Any) -> LoaderCallableStatus:
    """Return a symbol; for pickles, which name it so."""
    if type(name) is not str or name not in LoaderCallableStatus.__members__:
        raise CORE.faults.corrupt_pickle(None, None, "it names a symbol that there is not")
    return LoaderCallableStatus[name]


CORE = Layer("ormolu", "_ormolu_state", "_ormolu_manager")
# of the classes of the kernel, only this one has no subclass of the core's
CollectionAdapter.layer = CORE
