"""What was asked for: some attributes of one object."""

from __future__ import annotations

from asyncio import Future
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ..core import loading
from ..core.awaiting import CoroutineLoader, as_loader
from ..core.batches import is_to_be_loaded
from ..errors import NoSuchAttributeError, UntrackedInstanceError
from ..inspection.finding import find
from ..tracking.layer import TRACKED

if TYPE_CHECKING:
    from .trips import Trip

__all__ = ["LOADING", "Request", "is_expired", "loader_of"]


LOADING: ContextVar[frozenset[tuple[Any, str]]] = ContextVar("LOADING", default=frozenset())
"""What the loaders are loading that the running code is part of: states and attributes."""


class Request:
    """Some attributes of one object, that somebody waits for.

    Args:
        obj: the object; it is kept alive until its attributes are loaded.
        attributes: the attributes, or their names.

    Attributes:
        obj: the object.
        state: its state.
        keys: the names of the attributes.
        within: what is being loaded by whoever asks, if a loader does.
        done: has the values when they are loaded; made when they are waited for.
        trip: loads them, once it has begun.

    Raises:
        UntrackedInstanceError: the object has no state that could say what is loaded.
        NoSuchAttributeError: it has no attribute of that name.
        LoaderReentryError: whoever asks is the loader of the attribute.
    """

    __slots__ = ("_found", "done", "keys", "obj", "state", "trip", "within")

    done: Future[tuple[Any, ...]]
    trip: Trip | None

    def __init__(self, obj: Any, attributes: tuple[Any, ...]) -> None:
        self.obj = obj
        self.trip = None
        self.state = _state_of(obj)
        self.keys = tuple(_key_of(self.state, attribute) for attribute in attributes)
        self._found: dict[str, Any] = {}
        self.note(*self.keys)
        self.within = LOADING.get()
        for key in self.keys:
            if (self.state, key) in self.within:
                raise self.state.layer.faults.loader_reentered(
                    self.state.manager[key].impl, self.state
                )

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of those attributes that have a loader, and no value."""
        values, manager = self.state.dict, self.state.manager
        return tuple(
            key
            for key in self.keys
            if key not in values
            and is_to_be_loaded(self.state, key)
            and loading.loader_of(manager[key].impl, self.state) is not None
        )

    def note(self, *keys: str) -> None:
        """Take note of values that are there: they may be expired before all others are."""
        present = self.state.dict
        self._found.update((key, present[key]) for key in keys if key in present)

    def values(self) -> tuple[Any, ...]:
        """Return the values, or what an attribute has that nothing is loaded for.

        Raises:
            LoaderLeftUnsetError: one was not loaded.
        """
        return tuple(map(self._value, self.keys))

    def _value(self, key: str) -> Any:
        state, impl = self.state, self.state.manager[key].impl
        if key not in state.dict and key in self._found:
            return self._found[key]
        if key not in state.dict and isinstance(loader_of(state, key), CoroutineLoader):
            raise state.layer.faults.loader_left_unset(impl, state)
        return impl.get(state, state.dict)


def is_expired(state: Any, key: str) -> bool:
    """Return whether the loader of the class is in charge of an attribute."""
    loader = loading.loader_of(state.manager[key].impl, state)
    whole: bool = getattr(loader, "__self__", None) is state
    return whole


def loader_of(state: Any, key: str) -> Any:
    """Return what loads an attribute: for an expired one, the loader of its class."""
    loader = loading.loader_of(state.manager[key].impl, state)
    if not is_expired(state, key):
        return as_loader(loader, key)
    for manager in (state.manager, *state.manager._managers_above()):
        own = vars(manager).get("expired_attribute_loader")
        if own is not None:
            return as_loader(own)
    return loader


def _state_of(obj: Any) -> Any:
    found = find(obj)
    if found is not None and found.layer is not TRACKED:
        state: Any = found.state
        return state
    name = type(obj).__qualname__
    why = "is not tracked" if found is None else "is tracked without loaders"
    raise UntrackedInstanceError(
        f"{name} {why}, so nothing of it can be loaded; register the class with "
        "ormolu.instrumentation.register_class, or map it with SQLAlchemy on ormolu",
        class_=type(obj),
    )


def _key_of(state: Any, attribute: Any) -> str:
    key = attribute if isinstance(attribute, str) else getattr(attribute, "key", None)
    # a dynamic one is asked of the store each time, and a composite is read from its parts
    if key in state.manager and state.manager[key].impl.supports_population:
        return str(key)
    name = state.class_.__qualname__
    raise NoSuchAttributeError(
        f"{name} has no attribute {key if key is not None else attribute!r} that could be "
        f"loaded; give one of its own, as in load(obj, {name}.{next(iter(state.manager), 'x')})",
        class_=state.class_,
        key=None if key is None else str(key),
    )
