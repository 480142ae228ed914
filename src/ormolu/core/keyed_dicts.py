"""Dictionaries of members that know the key of each member."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .._kernel.sentinels import NO_VALUE
from .collections import collection
from .layer import CORE
from .preparation import instrument_class

__all__ = ["KeyFuncDict", "attribute_keyed_dict", "keyfunc_mapping", "mapping_keyed_dict"]

_K = TypeVar("_K")
_V = TypeVar("_V")


class KeyFuncDict(dict[_K, _V]):
    """A dictionary of members under a key that each member gives.

    Args:
        keyfunc: ``(member) -> key``; ``NO_VALUE`` says that it is not known yet.
        ignore_unpopulated_attribute: leave out members whose key is not known,
            rather than raise.

    The key is asked for when a member comes and when it goes; a change of it in
    between is not followed.

    One that comes from a pickle asks the function that its class gave for the attribute.
    Without an owner it has none, unless the key is an attribute: ``keyfunc`` is to be set
    again, since what a pickle names is not called.

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

    def __setstate__(self, state: Any) -> None:
        raise CORE.faults.corrupt_pickle(type(self), None, "a dictionary has no state of its own")

    def __deepcopy__(self, memo: dict[int, Any]) -> KeyFuncDict[_K, _V]:
        twin = memo[id(self)] = KeyFuncDict(
            self.keyfunc, ignore_unpopulated_attribute=self.ignore_unpopulated_attribute
        )
        dict.update(twin, copy.deepcopy(dict(self), memo))
        # it ties itself to the twin
        copy.deepcopy(getattr(self, "_sa_adapter", None), memo)
        return twin

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
    own = type(keyfunc) in (_AttributeKey, _MappingKey)
    restored: KeyFuncDict[Any, Any] = KeyFuncDict(keyfunc if own else _unknown_key)
    if type(members) is not dict:
        raise CORE.faults.corrupt_pickle(KeyFuncDict, None, "its members are in no dictionary")
    dict.update(restored, members)
    return restored


def _unknown_key(member: Any) -> Any:
    """Stand for a function that a pickle has named."""
    raise CORE.faults.unknown_key_function(member)


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
        try:
            value = getattr(member, self.name)
        except AttributeError:
            if hasattr(member, CORE.state_attr):
                raise
            # what is not tracked is no member, whose key could be known
            return NO_VALUE
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


# ready before anyone derives from it: see the ready-made ones
instrument_class(KeyFuncDict)
