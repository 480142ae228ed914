"""Collection classes: made ready for tracking, and the ready-made ones.

A class of collections is prepared once, in place: its mutating methods are
exchanged for recorded ones, and the three roles that the adapter needs
(appender, remover, iterator) are looked up.  Built-in types cannot be changed,
so trivial subclasses stand for them.
"""

from __future__ import annotations

import copy
import inspect
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .._kernel.adapter import CollectionAdapter, bulk_replace, duck_type
from .._kernel.dicts import dict_methods
from .._kernel.journal import close_journal, current, open_journal
from .._kernel.lists import list_methods
from .._kernel.sentinels import NO_VALUE
from .._kernel.sets import set_methods
from .layer import CORE, Layer

__all__ = [
    "CollectionAdapter",
    "InstrumentedDict",
    "InstrumentedList",
    "InstrumentedSet",
    "KeyFuncDict",
    "attribute_keyed_dict",
    "bulk_replace",
    "collection",
    "collection_adapter",
    "instrument_class",
    "keyfunc_mapping",
    "mapping_keyed_dict",
    "prepare_instrumentation",
]

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")
_F = TypeVar("_F", bound=Callable[..., Any])

_APPEND, _REMOVE = "fire_append_event", "fire_remove_event"
_CHANGES = {"appender": _APPEND, "remover": _REMOVE, "iterator": None}


class InstrumentedList(list[_T]):
    """A list whose changes are recorded."""


class InstrumentedSet(set[_T]):
    """A set whose changes are recorded."""


class InstrumentedDict(dict[_K, _V]):
    """A dictionary whose changes are recorded; the members are its values."""


class collection:  # noqa: N801 - a namespace of decorators, known by this name
    """Decorators for the methods of a class of collections.

    Only what cannot be seen needs to be said: a class that derives from
    ``list``, ``set`` or ``dict``, or is like one, needs none of these.

    Example:
        >>> class Bag:
        ...     def __init__(self): self.items = []
        ...     @collection.appender
        ...     def put(self, item): self.items.append(item)
        ...     @collection.remover
        ...     def take(self, item): self.items.remove(item)
        ...     @collection.iterator
        ...     def members(self): return iter(self.items)
    """

    @staticmethod
    def appender(fn: _F) -> _F:
        """Mark the method that appends one member, its first argument.

        A method that does its own telling takes ``_sa_initiator`` as well.
        """
        return _mark(fn, "_sa_instrument_role", "appender")

    @staticmethod
    def remover(fn: _F) -> _F:
        """Mark the method that removes one member, its first argument."""
        return _mark(fn, "_sa_instrument_role", "remover")

    @staticmethod
    def iterator(fn: _F) -> _F:
        """Mark the method that returns an iterator over all members."""
        return _mark(fn, "_sa_instrument_role", "iterator")

    @staticmethod
    def internally_instrumented(fn: _F) -> _F:
        """Mark a method that does its own telling and is to be left as it is."""
        return _mark(fn, "_sa_instrumented", True)

    @staticmethod
    def adds(arg: int | str) -> Callable[[_F], _F]:
        """Mark a method that adds the member given as ``arg``, a position or a name."""
        return lambda fn: _mark(fn, "_sa_instrument_before", (_APPEND, arg))

    @staticmethod
    def replaces(arg: int | str) -> Callable[[_F], _F]:
        """Mark a method that adds ``arg`` and returns the member it replaced."""
        return lambda fn: _mark(
            _mark(fn, "_sa_instrument_before", (_APPEND, arg)), "_sa_instrument_after", _REMOVE
        )

    @staticmethod
    def removes(arg: int | str) -> Callable[[_F], _F]:
        """Mark a method that removes the member given as ``arg``."""
        return lambda fn: _mark(fn, "_sa_instrument_before", (_REMOVE, arg))

    @staticmethod
    def removes_return() -> Callable[[_F], _F]:
        """Mark a method that removes the member it returns."""
        return lambda fn: _mark(fn, "_sa_instrument_after", _REMOVE)


def _mark(fn: _F, name: str, value: object) -> _F:
    setattr(fn, name, value)
    return fn


def collection_adapter(collection: Any) -> CollectionAdapter | None:
    """Return the adapter of an instrumented collection.

    Args:
        collection: the value of a collection attribute; ``None`` is returned
            for one that its owner has replaced.

    Raises:
        AttributeError: it is not an instrumented collection.
    """
    adapter: CollectionAdapter | None = collection._sa_adapter
    return adapter


# -- preparation ----------------------------------------------------------------------

_lock = threading.RLock()

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
    with _lock:
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
    kind = next((base for base in _FILL if issubclass(cls, base)), None)
    if kind is not None:
        _make_copyable(cls, kind)
    for role in layer.collection_roles:
        setattr(cls, f"_sa_{role}", getattr(cls, roles[role]) if role in roles else None)
    cls._sa_adapter = None  # type: ignore[attr-defined]
    cls._sa_instrumented = id(cls)  # type: ignore[attr-defined]


_FILL: dict[type, Callable[..., Any]] = {list: list.extend, set: set.update, dict: dict.update}


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
        _FILL[kind](twin, self)
        return twin

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Any:
        twin = memo[id(self)] = bare(self)
        _FILL[kind](twin, copy.deepcopy(kind(self), memo))
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
        mark = len(journal)
        try:
            if before:
                getattr(adapter, before)(member, initiator)
            result = method(*args, **kwargs)
            if before:
                journal.note(_take_back, adapter, before, member)
            if after and result is not None:
                journal.note(_take_back, adapter, after, result)
                getattr(adapter, after)(result, initiator)
        except BaseException:
            journal.undo(mark)
            raise
        finally:
            if opened:
                close_journal()
        return result

    recorded.__name__ = method.__name__
    recorded.__doc__ = method.__doc__
    _mark(recorded, "_sa_instrumented", True)
    role = getattr(method, "_sa_instrument_role", None)
    if role is not None:
        _mark(recorded, "_sa_instrument_role", role)
    return recorded


def _take_back(adapter: CollectionAdapter, change: str, member: Any) -> None:
    """Undo in a user's collection what one of its own methods did.

    Where in the collection the member was, only the class itself could tell.
    """
    if change == _APPEND:
        adapter.remove_without_event(member)
    else:
        adapter.append_without_event(member)


def _locate(
    method: Callable[..., Any], argument: int | str | None
) -> tuple[int | None, str | None]:
    """Position and name of the argument that is the member."""
    try:
        names = list(inspect.signature(method).parameters)
    except ValueError:  # a method of a built-in tells no signature
        names = []
    if isinstance(argument, int):
        return argument, names[argument] if argument < len(names) else None
    return (names.index(argument) if argument in names else None), argument


# -- dictionaries that know the key of a member -----------------------------------------


class KeyFuncDict(dict[_K, _V]):
    """A dictionary of members under a key that each member gives.

    Args:
        keyfunc: ``(member) -> key``; ``NO_VALUE`` says that it is not known yet.
        ignore_unpopulated_attribute: leave out members whose key is not known,
            rather than raise.

    The key is asked for when a member comes and when it goes; a change of it in
    between is not followed.

    Example:
        >>> class Note:
        ...     def __init__(self, word): self.word = word
        >>> notes = KeyFuncDict(lambda note: note.word)
        >>> notes.set(Note("a"), _sa_initiator=False)
        >>> list(notes)
        ['a']
    """

    def __init__(
        self,
        keyfunc: Callable[[Any], Any],
        *contents: Any,
        ignore_unpopulated_attribute: bool = False,
    ) -> None:
        super().__init__(*contents)
        self.keyfunc = keyfunc
        self.ignore_unpopulated_attribute = ignore_unpopulated_attribute

    def __reduce__(self) -> Any:
        # the adapter comes along, and ties itself to the dictionary when loaded
        adapter = getattr(self, "_sa_adapter", None)
        return _restored_dict, (self.keyfunc, dict(self), adapter)

    def _key_of(self, value: Any, initiator: Any) -> Any:
        key = self.keyfunc(value)
        if key is NO_VALUE and not self.ignore_unpopulated_attribute:
            raise CORE.faults.unkeyed_member(self, value, initiator)
        return key

    @collection.appender
    @collection.internally_instrumented
    def set(self, value: Any, _sa_initiator: Any = None) -> None:
        """Put a member under the key it gives."""
        key = self._key_of(value, _sa_initiator)
        if key is not NO_VALUE:
            self.__setitem__(key, value, _sa_initiator)  # type: ignore[call-arg]

    @collection.remover
    @collection.internally_instrumented
    def remove(self, value: Any, _sa_initiator: Any = None) -> None:
        """Take away the member under the key that ``value`` gives.

        Raises:
            KeyError: there is none.
            NotAMemberError: there is another one.
        """
        key = self._key_of(value, _sa_initiator)
        if key is NO_VALUE:
            return
        if self[key] is not value:
            raise CORE.faults.misplaced_member(self, value, key)
        self.__delitem__(key, _sa_initiator)  # type: ignore[call-arg]


def _restored_dict(
    keyfunc: Callable[[Any], Any], members: dict[Any, Any], adapter: Any
) -> KeyFuncDict[Any, Any]:
    restored: KeyFuncDict[Any, Any] = KeyFuncDict(keyfunc)
    dict.update(restored, members)
    return restored


def keyfunc_mapping(
    keyfunc: Callable[[Any], Any], *, ignore_unpopulated_attribute: bool = False
) -> Callable[[], KeyFuncDict[Any, Any]]:
    """Return a factory of dictionaries keyed by a function of the member.

    Args:
        keyfunc: ``(member) -> key``.
        ignore_unpopulated_attribute: see :class:`KeyFuncDict`.
    """

    def make() -> KeyFuncDict[Any, Any]:
        return KeyFuncDict(keyfunc, ignore_unpopulated_attribute=ignore_unpopulated_attribute)

    return make


class _AttributeKey:
    """The value of an attribute of the member; a class, so that it pickles."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, member: Any) -> Any:
        value = getattr(member, self.name)
        if value is None and self.name in (CORE.opt_manager_of(type(member)) or ()):
            return CORE.dict_of(member).get(self.name, NO_VALUE)
        return value


class _MappingKey:
    """The values of several attributes of the member, as a tuple."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.parts = tuple(_AttributeKey(name) for name in names)

    def __call__(self, member: Any) -> Any:
        values = tuple(part(member) for part in self.parts)
        return NO_VALUE if any(value is NO_VALUE for value in values) else values


def attribute_keyed_dict(
    attr_name: str, *, ignore_unpopulated_attribute: bool = False
) -> Callable[[], KeyFuncDict[Any, Any]]:
    """Return a factory of dictionaries keyed by an attribute of the member.

    Args:
        attr_name: the name of the attribute.
        ignore_unpopulated_attribute: see :class:`KeyFuncDict`.
    """
    return keyfunc_mapping(
        _AttributeKey(attr_name), ignore_unpopulated_attribute=ignore_unpopulated_attribute
    )


def mapping_keyed_dict(
    attr_names: Iterable[str], *, ignore_unpopulated_attribute: bool = False
) -> Callable[[], KeyFuncDict[Any, Any]]:
    """Return a factory of dictionaries keyed by several attributes, as a tuple.

    Args:
        attr_names: the names of the attributes, in the order of the tuple.
        ignore_unpopulated_attribute: see :class:`KeyFuncDict`.
    """
    return keyfunc_mapping(
        _MappingKey(tuple(attr_names)), ignore_unpopulated_attribute=ignore_unpopulated_attribute
    )


# ready before anyone derives from them: a subclass that marks a method as
# internally instrumented relies on the one it calls being recorded
for _ready in (InstrumentedList, InstrumentedSet, KeyFuncDict):
    instrument_class(_ready)
