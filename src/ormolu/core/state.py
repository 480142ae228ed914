"""``InstanceState``, and the view of one attribute of one instance."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar

from .._kernel.referring import StateType
from .._kernel.sentinels import INIT_OK, NO_VALUE, PASSIVE_NO_INITIALIZE, PASSIVE_OFF
from .._kernel.state import State
from .layer import CORE, Layer
from .pickling import pack_symbols, state_to_dict
from .unpickling import restore_state

__all__ = ["AttributeState", "AttributeStates", "InstanceState"]

_State = TypeVar("_State", bound="InstanceState")


class InstanceState(State, metaclass=StateType):
    """What the layer knows of one instance.

    The instance holds its state, and the state holds the instance weakly.

    Args:
        obj: the instance.
        manager: the manager of its class.

    Attributes:
        class_: the class of the instance.
        manager: the manager of the class.
        obj: a weak reference to the instance: call it.
        key: the identity key, once the instance has one.
        modified: whether anything changed since the last commit.
        expired: whether the whole instance was expired.
        committed_state: the values that changed attributes had at the last
            commit, by key.
        expired_attributes: the keys to be loaded again when next read.
        callables: loaders of this instance alone, by key.

    Example:
        >>> from ormolu.attributes import instance_state, register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> attribute = register_attribute(Point, "x")
        >>> point = Point()
        >>> point.x = 1
        >>> instance_state(point).modified
        True
    """

    layer: ClassVar[Layer] = CORE

    _peers: Any = None
    """Those that it came in with, if it is known."""

    @cached_property
    def info(self) -> dict[Any, Any]:
        """A dictionary for the user's own notes about the instance."""
        return {}

    @property
    def attrs(self) -> AttributeStates:
        """The attributes, by name: value, loaded value and history of each."""
        return AttributeStates(self)

    @property
    def object(self) -> Any:
        """The instance, or ``None`` if it is gone."""
        return self.obj()

    @property
    def identity_key(self) -> Any:
        """The identity key, or ``None``."""
        return self.key

    @property
    def has_identity(self) -> bool:
        """Whether the instance has an identity key."""
        return bool(self.key)

    # -- life cycle -------------------------------------------------------------

    @property
    def identity_map(self) -> Any:
        """The identity map the instance belongs to, or ``None``."""
        return self.session_id() if self.session_id is not None else None

    @property
    def _attached(self) -> bool:
        return self.identity_map is not None

    @property
    def transient(self) -> bool:
        """Whether the instance has no identity and belongs to no identity map."""
        return self.key is None and not self._attached

    @property
    def pending(self) -> bool:
        """Whether the instance is to get an identity from its identity map."""
        return self.key is None and self._attached

    @property
    def persistent(self) -> bool:
        """Whether the instance has an identity and is in its identity map."""
        return self.key is not None and self._attached and not self._deleted

    @property
    def deleted(self) -> bool:
        """Whether the instance was deleted and its identity map not yet committed."""
        return self.key is not None and self._attached and bool(self._deleted)

    @property
    def was_deleted(self) -> bool:
        """Whether the instance was deleted, even if it is detached by now."""
        return bool(self._deleted)

    @property
    def detached(self) -> bool:
        """Whether the instance has an identity and belongs to no identity map."""
        return self.key is not None and not self._attached

    @property
    def life_cycle(self) -> str:
        """Which of the five the instance is, as a word."""
        words = ("transient", "pending", "persistent", "deleted", "detached")
        return next(word for word in words if getattr(self, word))

    # -- construction ------------------------------------------------------------

    def _initialize_instance(self, instance: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run the class's own ``__init__`` between the events; for the generated one."""
        manager = self.manager
        if manager._announces_first_init:
            manager._announces_first_init = False
            manager.dispatch.first_init(manager, manager.class_)
        manager.dispatch.init(self, args, kwargs)
        try:
            return manager.original_init(instance, *args, **kwargs)
        except BaseException:
            manager.dispatch.init_failure(self, args, kwargs)
            raise

    # -- pickling ------------------------------------------------------------------

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _blank_state, (type(self),), self.__getstate__()

    def __getstate__(self) -> dict[str, Any]:
        values = state_to_dict(self)
        values["manager"] = self.manager._serialize(self, values)
        pack_symbols(values, self.layer)
        return values

    def __setstate__(self, values: dict[str, Any]) -> None:
        restore_state(self, values)

    # what is copied in this process has nothing that a stranger has put into it

    def __copy__(self) -> Self:
        twin = _blank_state(type(self))
        restore_state(twin, self.__getstate__(), trusted=True)
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = memo[id(self)] = _blank_state(type(self))
        restore_state(twin, copy.deepcopy(self.__getstate__(), memo), trusted=True)
        return twin


def _blank_state(cls: type[_State]) -> _State:
    if not (isinstance(cls, type) and issubclass(cls, InstanceState)):
        raise CORE.faults.corrupt_pickle(None, None, "it names another class for its state")
    return cls.__new__(cls)


class AttributeStates(Mapping[str, "AttributeState"]):
    """The attributes of one instance, by name; also as ``attrs.NAME``."""

    __slots__ = ("_state",)

    def __init__(self, state: Any) -> None:
        self._state = state

    def __getitem__(self, key: str) -> AttributeState:
        if key not in self._state.manager:
            raise KeyError(key)
        return AttributeState(self._state, key)

    def __getattr__(self, key: str) -> AttributeState:
        if key.startswith("__") or key not in self._state.manager:
            raise AttributeError(key)
        return AttributeState(self._state, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.manager)

    def __len__(self) -> int:
        return len(self._state.manager)


class AttributeState:
    """One attribute of one instance, to be looked at.

    Attributes:
        state: the state of the instance.
        key: the name of the attribute.
    """

    __slots__ = ("key", "state")

    def __init__(self, state: Any, key: str) -> None:
        self.state = state
        self.key = key

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.state.class_.__name__}.{self.key}>"

    @property
    def loaded_value(self) -> Any:
        """The value if it is at hand, else ``NO_VALUE``; loads nothing."""
        return self.state.dict.get(self.key, NO_VALUE)

    @property
    def value(self) -> Any:
        """The value, loaded if need be, as a read of the attribute gives it."""
        get: Callable[..., Any] = self.state.manager[self.key].__get__
        return get(self.state.obj(), self.state.class_)

    @property
    def history(self) -> Any:
        """The history since the last commit; loads nothing."""
        return self.state.get_history(self.key, PASSIVE_NO_INITIALIZE)

    def load_history(self) -> Any:
        """Return the history since the last commit, loading what it needs."""
        return self.state.get_history(self.key, PASSIVE_OFF ^ INIT_OK)
