"""Collections of tracked objects: recorded, and to everyone else what they look like."""

from __future__ import annotations

import copy
import operator
import reprlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from ..._kernel import changes
from ..._kernel.adapter import CollectionAdapter
from ..._kernel.journal import atomically, current
from ..._kernel.lists import take_at
from ..._kernel.sentinels import MISSING
from ...core.collections import collection
from ...core.keyed_dicts import KeyFuncDict
from ...core.layer import Layer
from ...core.preparation import FILL, InstrumentedList, InstrumentedSet
from ..instances.adoption import is_reference, related_values
from ..instances.following import notice, telling_after
from ..layer import TRACKED

__all__ = [
    "RelatedDict",
    "RelatedList",
    "RelatedSet",
    "copyable",
    "keyed_by",
    "members_of",
    "need_own_key",
    "plain",
    "rearrange",
    "recorded",
    "refill",
]


class _Plainly:
    """Copies and pickles of it are built-in collections: they are nobody's."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        found = plain(self)
        return type(found), (found,)

    def __copy__(self) -> Any:
        return plain(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        twin = memo[id(self)] = type(plain(self))()
        fill: Any = twin.extend if isinstance(twin, list) else twin.update
        fill(copy.deepcopy(plain(self), memo))
        return twin


def copyable(factory: Any) -> Any:
    """Return what makes collections of a user's class, the copies of which are nobody's.

    Args:
        factory: a class of collections, or a function that makes them.
    """
    if isinstance(factory, type):
        return _copyable_class(factory)

    def make() -> Any:
        made = factory()
        with suppress(TypeError):  # its class lets none be exchanged for it
            made.__class__ = _copyable_class(type(made))
        return made

    return make


def _copyable_class(class_: Any) -> Any:
    if class_ in FILL or issubclass(class_, _Plainly):
        return class_
    # one for all fields; the class refers to it weakly, so both go together
    for derived in class_.__subclasses__():
        if _STANDS_FOR in vars(derived):
            return derived
    names = {"__module__": class_.__module__, "__qualname__": class_.__qualname__}
    return type(class_)(class_.__name__, (_Plainly, class_), {**names, _STANDS_FOR: class_})


_STANDS_FOR = "__ormolu_stands_for__"
"""What notes on a class of collections for which one of a user it stands."""


class RelatedList(_Plainly, InstrumentedList[Any]):
    """A list of tracked objects; to put them in another order is a change as well."""

    @collection.remover
    @collection.internally_instrumented
    def remove(self, value: Any, _sa_initiator: Any = None) -> None:
        """Take an object away: itself, if it is here, or else the first that is equal.

        Raises:
            ValueError: there is none.
        """
        places = (at for at, member in enumerate(self) if member is value)
        at = next(places, None)
        take_at(self, self.index(value) if at is None else at, _sa_initiator)

    @collection.internally_instrumented
    def __imul__(self, times: Any) -> Any:
        """Have all members several times; each is put in, as far as others can tell."""
        more = list(self) * (operator.index(times) - 1)
        if times <= 0:
            self.clear()
        self.extend(more)
        return self

    @telling_after
    def reverse(self) -> None:
        """Reverse the order."""
        atomically(_reorder, self, super().reverse)

    @telling_after
    def sort(self, **how: Any) -> None:
        """Sort; see ``list.sort``."""
        atomically(_reorder, self, lambda: super(RelatedList, self).sort(**how))


class RelatedSet(_Plainly, InstrumentedSet[Any]):
    """A set of tracked objects."""

    @reprlib.recursive_repr("{...}")
    def __repr__(self) -> str:
        return repr(set(self))

    @collection.remover
    @collection.internally_instrumented
    def remove(self, value: Any, _sa_initiator: Any = None) -> None:
        """Take away the member that an object is, or is equal to; see ``set.remove``."""
        super().remove(_member_of(self, value), _sa_initiator)  # type: ignore[call-arg]

    @collection.internally_instrumented
    def discard(self, value: Any, _sa_initiator: Any = None) -> None:
        """Take away the member that an object is, or is equal to, if there is one."""
        super().discard(_member_of(self, value), _sa_initiator)  # type: ignore[call-arg]


def _member_of(members: RelatedSet, value: Any) -> Any:
    """The member that is equal to an object, or the object itself: it is the member that goes."""
    by_identity: Any = object.__eq__
    if type(value).__eq__ is by_identity or value not in members:
        return value
    return next((member for member in members if member is value or member == value), value)


class RelatedDict(_Plainly, KeyFuncDict[Any, Any]):
    """A dictionary of tracked objects, each under a key of its own."""

    def _key_of(self, value: Any, initiator: Any) -> Any:
        try:
            return super()._key_of(value, initiator)
        except AttributeError as error:
            raise TRACKED.faults.unkeyed_member(self, value, initiator) from error

    def has_own_key(self, key: Any, value: Any) -> bool:
        """Return whether a key is that of an object now."""
        own = self._key_of(value, None)
        return bool(own is key or own == key)

    @collection.internally_instrumented
    def __setitem__(self, key: Any, value: Any, _sa_initiator: Any = None) -> None:
        need_own_key(self, key, value)
        present = self.get(key, MISSING)
        if present is value:
            return
        before = self._stale_key_of(value) if _sa_initiator is not False else MISSING
        if present is not MISSING and (_sa_initiator or before is not MISSING):
            # the other side has begun it: what has to go is told as if nobody had
            del self[key]
        if before is MISSING:
            super().__setitem__(key, value, _sa_initiator)  # type: ignore[call-arg]
        else:
            atomically(_move, self, before, key)

    def _stale_key_of(self, value: Any) -> Any:
        """Return the key that a member came under, before it got another; or ``MISSING``."""
        # only where the other side knows: to look for each that comes would take too long
        if not _holds(value, self._sa_adapter):  # type: ignore[attr-defined]
            return MISSING
        return next((key for key, present in self.items() if present is value), MISSING)

    @collection.remover
    @collection.internally_instrumented
    def remove(self, value: Any, _sa_initiator: Any = None) -> None:
        """Take an object away, wherever it is: the field that is its key may have changed.

        Raises:
            NotAMemberError: it is not here.
        """
        key = self._place_of(value)
        if key is MISSING:
            missing = KeyError(value)
            adapter = self._sa_adapter  # type: ignore[attr-defined]
            raise TRACKED.faults.not_a_member(adapter, value, missing) from missing
        self.__delitem__(key, _sa_initiator)  # type: ignore[call-arg]

    def _place_of(self, value: Any) -> Any:
        own = self._key_of(value, None)
        if self.get(own) is value:
            return own
        return next((key for key, present in self.items() if present is value), MISSING)


def _holds(value: Any, adapter: Any) -> bool:
    """Return whether the other side of what comes to a collection holds the owner already."""
    if adapter is None or not is_reference(value):
        return False
    state = adapter.owner_state
    far_key = state.manager[adapter.attr.key].declared.back_populates
    found, owner = related_values(value).get(far_key), state.obj()
    if isinstance(found, set):
        return owner in found
    members = getattr(found, "_sa_adapter", None)
    return found is owner or (members is not None and any(one is owner for one in members))


def _move(members: RelatedDict, before: Any, key: Any) -> None:
    """Have a member be under another key."""
    rearrange(members, {key if one == before else one: value for one, value in members.items()})


def need_own_key(members: RelatedDict, key: Any, value: Any) -> None:
    """Refuse another key for an object than its own.

    Raises:
        CollectionError: it has another, or none yet.
    """
    if not members.has_own_key(key, value):
        raise TRACKED.faults.misfit_key(members, value, key, members._key_of(value, None))


class TrackedAdapter(CollectionAdapter):
    """The adapter of a collection of tracked objects."""

    __slots__ = ()
    layer: ClassVar[Layer] = TRACKED


TRACKED.adapter_class = TrackedAdapter
TRACKED.ready_made_collections = {list: RelatedList, set: RelatedSet}


def keyed_by(key: str | Callable[[Any], Any]) -> Callable[[], RelatedDict]:
    """Return what makes empty dictionaries of objects.

    Args:
        key: the name of the field that is the key of an object, or a function of it.
    """
    keyfunc = operator.attrgetter(key) if isinstance(key, str) else key

    def make() -> RelatedDict:
        return RelatedDict(keyfunc)

    return make


def plain(collection: Any) -> Any:
    """Return a built-in collection like one, with the same members."""
    for kind in (list, set, dict):
        if isinstance(collection, kind):
            return kind(collection)
    return list(collection._sa_adapter)


def recorded(collection: Any) -> Any:
    """Return what is kept of a collection: its members, and of a dictionary its keys."""
    return dict(collection) if isinstance(collection, dict) else members_of(collection)


def members_of(collection: Any) -> list[Any]:
    """Return the members of a collection; of a dictionary, its values."""
    return list(collection.values() if isinstance(collection, dict) else collection)


def refill(collection: Any, members: Any) -> None:
    """Have a collection hold others, and tell nobody.

    Args:
        collection: the collection, which stays the same object.
        members: a collection like it.
    """
    for kind, fill in FILL.items():
        if isinstance(collection, kind):
            kept = kind(members)
            kind.clear(collection)
            fill(collection, kept)
            return
    adapter = collection._sa_adapter
    adapter.clear_without_event()
    for member in members:
        adapter.append_without_event(member)


def rearrange(collection: Any, wanted: Any) -> None:
    """Have the members of a collection be at other places, as part of an operation."""
    _note_order(collection)
    journal = current()
    if journal is not None:
        journal.note(refill, collection, plain(collection))
    refill(collection, wanted)


def _reorder(collection: Any, act: Callable[[], None]) -> None:
    _note_order(collection)
    act()


def _note_order(collection: Any) -> None:
    """Record that the members of a collection are about to be at other places."""
    adapter = collection._sa_adapter
    if adapter is not None:
        state, attribute = adapter.owner_state, adapter.attr
        notice(state.manager[attribute.key], state, None)
        changes.record_members(state, state.dict, attribute, collection)
