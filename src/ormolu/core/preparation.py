"""Making a class of collections ready for tracking.

A class is prepared once, in place: its mutating methods are exchanged for
recorded ones, and the roles that the adapter needs (appender, remover,
iterator) are looked up.  Built-in types cannot be changed, so trivial
subclasses stand for them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

from .._kernel.adapter import CollectionAdapter
from .._kernel.bulk import duck_type
from .._kernel.dicts import dict_methods
from .._kernel.journal import current, open_journal
from .._kernel.lists import list_methods
from .._kernel.sets import set_methods
from .changing import CHANGING
from .layer import CORE, Layer

__all__ = [
    "APPEND",
    "FILL",
    "REMOVE",
    "InstrumentedDict",
    "InstrumentedList",
    "InstrumentedSet",
    "instrument_class",
    "mark",
    "prepare_instrumentation",
]

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")
_F = TypeVar("_F", bound=Callable[..., Any])

APPEND, REMOVE = "fire_append_event", "fire_remove_event"
"""The methods of the adapter that tell of a change, as marks name them."""

_CHANGES = {"appender": APPEND, "remover": REMOVE, "iterator": None}


class InstrumentedList(list[_T]):
    """A list whose changes are recorded."""


class InstrumentedSet(set[_T]):
    """A set whose changes are recorded."""


class InstrumentedDict(dict[_K, _V]):
    """A dictionary whose changes are recorded; the members are its values."""


CORE.ready_made_collections = {
    list: InstrumentedList,
    set: InstrumentedSet,
    dict: InstrumentedDict,
}


_KINDS: dict[Any, tuple[dict[str, str], dict[str, Any]]] = {
    list: ({"appender": "append", "remover": "remove", "iterator": "__iter__"}, list_methods()),
    set: ({"appender": "add", "remover": "remove", "iterator": "__iter__"}, set_methods()),
    # what key a value goes to, only the class itself can tell
    dict: ({"iterator": "values"}, dict_methods()),
}


def prepare_instrumentation(factory: Any, layer: Layer = CORE) -> Any:
    """Return a factory of instrumented collections.

    Args:
        factory: a class of collections, or a function that returns one; a
            built-in type is exchanged for its instrumented subclass.
        layer: the layer the collections are for.

    Raises:
        CollectionClassError: the class lacks an appender, remover or iterator.
    """
    if not callable(factory):
        raise layer.faults.not_a_factory(factory)
    ready_made = layer.ready_made_collections
    if isinstance(factory, type):
        factory = ready_made.get(factory, factory)
    kind = type(factory())
    if kind in ready_made:
        factory = kind = ready_made[kind]
    with CHANGING:
        # a subclass inherits the mark, and not what it overrides
        if getattr(kind, "_sa_instrumented", None) != id(kind):
            instrument_class(kind, layer)
    return factory


def instrument_class(cls: type, layer: Layer = CORE) -> None:
    """Exchange the mutating methods of a class of collections for recorded ones.

    Args:
        cls: the class; it is changed in place, or not at all.
        layer: the layer the collections are for.
    """
    faults = layer.faults
    if cls.__module__ == "builtins":
        raise faults.builtin_collection(cls)
    roles, marked = _declared(cls, layer.collection_roles)
    wrapped = _canned(cls, roles, marked)
    for role, change in _CHANGES.items():
        name = roles.get(role)
        method = getattr(cls, name, None) if name else None
        if name is None or method is None:
            raise faults.collection_role(cls, role)
        told = name in marked or name in wrapped or hasattr(method, "_sa_instrumented")
        if change is not None and not told:
            marked[name] = (change, 1, None)
    for name, marks in marked.items():
        method = wrapped[name] if name in wrapped else getattr(cls, name)
        wrapped[name] = _told(method, *marks, faults=faults)
    for name, recorded in wrapped.items():
        setattr(cls, name, recorded)
    kind = next((base for base in FILL if issubclass(cls, base)), None)
    if kind is not None:
        _make_copyable(cls, kind)
    for role in layer.collection_roles:
        setattr(cls, f"_sa_{role}", getattr(cls, roles[role]) if role in roles else None)
    cls._sa_adapter = None  # type: ignore[attr-defined]
    cls._sa_instrumented = id(cls)  # type: ignore[attr-defined]


FILL: dict[Any, Callable[..., Any]] = {list: list.extend, set: set.update, dict: dict.update}
"""What puts several members into a built-in collection at once, and tells nobody."""


def _make_copyable(cls: type, kind: type) -> None:
    """Have ``copy`` make a collection of nobody's, and ``deepcopy`` one of the copied owner.

    As built-ins they would be filled through their recorded methods, with the
    adapter of the original already in place: a copy would change the original.
    """

    def bare(self: Any) -> Any:
        twin = self.__class__.__new__(self.__class__)
        kept = {k: v for k, v in vars(self).items() if k != "_sa_adapter"}
        vars(twin).update(kept)
        return twin

    def __copy__(self: Any) -> Any:
        twin = bare(self)
        FILL[kind](twin, self)
        return twin

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Any:
        twin = memo[id(self)] = bare(self)
        FILL[kind](twin, copy.deepcopy(kind(self), memo))
        adapter = getattr(self, "_sa_adapter", None)
        if adapter is not None:
            copy.deepcopy(adapter, memo)  # which ties itself to the copy
        return twin

    for method in (__copy__, __deepcopy__):
        if not hasattr(cls, method.__name__):
            setattr(cls, method.__name__, method)


_Marks = tuple[str | None, int | str | None, str | None]


def _declared(cls: type, known_roles: tuple[str, ...]) -> tuple[dict[str, str], dict[str, _Marks]]:
    """The roles and the marks that decorators have left on methods."""
    roles: dict[str, str] = {}
    marked: dict[str, _Marks] = {}
    for base in cls.__mro__:
        for name, method in list(vars(base).items()):
            if not callable(method):
                continue
            role = getattr(method, "_sa_instrument_role", None)
            if role in known_roles:
                roles.setdefault(role, name)
            before = getattr(method, "_sa_instrument_before", None)
            after = getattr(method, "_sa_instrument_after", None)
            if before or after:
                change, argument = before or (None, None)
                marked[name] = (change, argument, after)
    return roles, marked


def _canned(
    cls: type, roles: dict[str, str], marked: dict[str, _Marks]
) -> dict[str, Callable[..., Any]]:
    """What the kind of collection says about roles and methods, where nothing else does."""
    canned_roles, methods = _KINDS.get(duck_type(cls), ({}, {}))
    for role, name in canned_roles.items():
        roles.setdefault(role, name)
    wrapped = {}
    for name, recorded in methods.items():
        method = getattr(cls, name, None)
        if method is not None and name not in marked and not hasattr(method, "_sa_instrumented"):
            wrapped[name] = recorded(method)
    return wrapped


def _told(
    method: Callable[..., Any],
    before: str | None,
    argument: int | str | None,
    after: str | None,
    faults: Any,
) -> Callable[..., Any]:
    """A method that tells the adapter what its marks say, as one operation."""
    position, name = _locate(method, argument) if before else (None, None)

    def member_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if position is not None and len(args) > position:
            return args[position]
        if name in kwargs:
            return kwargs[name]
        raise faults.missing_argument(method, argument)

    def recorded(*args: Any, **kwargs: Any) -> Any:
        member = member_of(args, kwargs) if before else None
        initiator = kwargs.pop("_sa_initiator", None)
        adapter = None if initiator is False else args[0]._sa_adapter
        if adapter is None:
            return method(*args, **kwargs)
        journal = current()
        opened = journal is None
        if journal is None:
            journal = open_journal()
        mark = journal.mark()
        try:
            if before:
                getattr(adapter, before)(member, initiator)
            # after what has been told, and before the method: it may raise at any point
            coming, going = _Change(adapter, before), _Change(adapter, after)
            if REMOVE in (before, after):
                coming.order = list(iter(adapter))
            journal.note(coming.take_back)
            journal.note(going.take_back)
            result = method(*args, **kwargs)
            coming.member, coming.has_happened = member, True
            if after and result is not None:
                going.member, going.has_happened = result, True
                getattr(adapter, after)(result, initiator)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                journal.close()
        return result

    recorded.__name__ = method.__name__
    recorded.__doc__ = method.__doc__
    mark(recorded, "_sa_instrumented", True)
    role = getattr(method, "_sa_instrument_role", None)
    if role is not None:
        mark(recorded, "_sa_instrument_role", role)
    return recorded


class _Change:
    """What a method of a user's collection does to it, and how to undo it.

    Args:
        adapter: that of the collection.
        told_by: the method of the adapter that tells of it, or ``None`` for no change.
    """

    __slots__ = ("adapter", "has_happened", "member", "order", "told_by")

    def __init__(self, adapter: CollectionAdapter, told_by: str | None) -> None:
        self.adapter, self.told_by = adapter, told_by
        self.member: Any = None
        self.order: list[Any] | None = None
        self.has_happened = False

    def take_back(self) -> None:
        """Undo it, if it has happened."""
        if not self.has_happened:
            return
        if self.told_by == APPEND:
            self.adapter.remove_without_event(self.member)
        elif self.told_by == REMOVE:
            self.adapter.append_without_event(self.member)
        if self.order is not None:
            _put_in_order(self.adapter, self.order)


def _put_in_order(adapter: CollectionAdapter, members: list[Any]) -> None:
    """Have the members of a user's collection come in the order in which they came before.

    Where a member was, only the class itself could tell: all of them are put in again.
    """
    if list(map(id, adapter)) != list(map(id, members)):
        adapter.clear_without_event()
        adapter.append_multiple_without_event(members)


def _locate(
    method: Callable[..., Any], argument: int | str | None
) -> tuple[int | None, str | None]:
    """Position and name of the argument that is the member."""
    import inspect  # noqa: PLC0415 - seldom needed

    try:
        names = list(inspect.signature(method).parameters)
    except ValueError:  # a method of a built-in tells no signature
        names = []
    if isinstance(argument, int):
        return argument, names[argument] if argument < len(names) else None
    return (names.index(argument) if argument in names else None), argument


def mark(fn: _F, name: str, value: object) -> _F:
    """Set an attribute of a method that says how it is to be recorded."""
    setattr(fn, name, value)
    return fn


# ready before anyone derives from them: a subclass that marks a method as
# internally instrumented relies on the one it calls being recorded
for _ready in (InstrumentedList, InstrumentedSet):
    instrument_class(_ready)
