"""The attributes of fields that hold other tracked objects: the core's own, on this layer."""

from __future__ import annotations

import weakref
from typing import Any, ClassVar

from ..._kernel.backrefs import backref_listeners
from ..._kernel.collection_attributes import CollectionAttributeImpl
from ..._kernel.dispatch import Dispatch
from ..._kernel.history import History
from ..._kernel.object_attributes import ObjectAttributeImpl
from ..._kernel.sentinels import MISSING, NO_VALUE
from ..._kernel.storage import Storage
from ...core.attributes import ATTRIBUTE_EVENTS, InstrumentedAttribute
from ...core.layer import Layer
from ..instances import held
from ..instances.adoption import is_reference, manager_of, related_values
from ..instances.following import follow, notice, telling_after
from ..layer import TRACKED
from .collections import RelatedDict, copyable, members_of, need_own_key, plain, recorded, refill
from .holding_again import hold_again, put_in_order
from .mirroring import mirrored
from .related import Related

__all__ = ["RelatedAttribute"]


class RelatedObjectImpl(ObjectAttributeImpl):
    """A reference to a tracked object."""

    __slots__ = ()
    layer: ClassVar[Layer] = TRACKED


class RelatedCollectionImpl(CollectionAttributeImpl):
    """A collection of tracked objects."""

    __slots__ = ()
    layer: ClassVar[Layer] = TRACKED

    def _members_of(
        self, adapter: Any, value: Any, adapt: bool
    ) -> tuple[list[Any], list[Any] | None]:
        members, keys = super()._members_of(adapter, value, adapt)
        if keys is not None and isinstance(adapter.data, RelatedDict):
            state = adapter.owner_state
            present = related_values(state.obj()).get(self.key) or {}
            for key, member in zip(keys, members, strict=True):
                if present.get(key) is not member:  # or it came under that, and stays
                    need_own_key(adapter.data, key, member)
        return members, keys


class RelatedStorage(Storage):
    """Gives and takes what an instance holds, past everybody: the other side is not told.

    Args:
        attribute: the attribute.
    """

    __slots__ = ("attribute",)

    def __init__(self, attribute: RelatedAttribute) -> None:
        self.attribute = attribute

    def get(self, instance: Any) -> Any:
        """Return the object, or a plain copy of the collection."""
        return self.attribute.present(instance)

    def put(self, instance: Any, value: Any) -> None:
        """Have the instance hold an object, or the members of a collection; or nothing."""
        attribute = self.attribute
        if not attribute.impl.collection:
            TRACKED.dict_of(instance)[attribute.key] = None if value is MISSING else value
            return
        collection = attribute.__get__(instance)
        adapter = collection._sa_adapter
        if adapter.empty:
            adapter._reset_empty()
        refill(collection, () if value is MISSING else value)


class RelatedAttribute(InstrumentedAttribute):
    """The descriptor of a field that holds other tracked objects.

    Attributes:
        declared: what its class says of it.
        member: what the class has under that name of its own.
        storage: gives and takes what instances hold.
    """

    __slots__ = ("_sides", "declared", "member", "storage")

    relates: ClassVar[bool] = True

    def __init__(self, manager: Any, key: str, declared: Related, member: Any) -> None:
        self.class_ = manager.class_
        self.key = key
        self.doc = None
        self.dispatch = Dispatch(ATTRIBUTE_EVENTS)
        self.listenings = []
        self.declared = declared
        self.member = member
        self.storage = RelatedStorage(self)
        self._sides: weakref.WeakSet[type] = weakref.WeakSet()
        self.impl = self._implementation(manager)
        self._listen()

    def _implementation(self, manager: Any) -> Any:
        if self.declared.collection is None:
            return RelatedObjectImpl(self.class_, self.key, None, self.dispatch)
        collection = copyable(self.declared.collection)
        factory = manager.instrument_collection_class(self.key, collection)
        follow(type(factory()))
        return RelatedCollectionImpl(
            self.class_,
            self.key,
            None,
            self.dispatch,
            typecallable=factory,
            copy_function=recorded,
        )

    def _listen(self) -> None:
        """Keep the other side in step, and have those told who listen."""
        has_room = self.declared.collection is not None
        for event in ("append", "remove") if has_room else ("set", "remove"):
            notice_ = self._notice_member if event == "append" else self._notice
            self.dispatch.of(event).add(notice_)
        if self.declared.back_populates is not None:
            followers = backref_listeners(self.impl, self.declared.back_populates, has_room)
            is_own = self.declared.back_populates == self.key
            for event, follower in (mirrored(self, followers) if is_own else followers).items():
                self.dispatch.of(event).add(follower)

    def _notice_member(self, state: Any, value: Any, *rest: Any, **key: Any) -> Any:
        if not is_reference(value):
            raise TRACKED.faults.untracked_member(self.impl, value)
        return self._notice(state, value, *rest, **key)

    def _notice(self, state: Any, value: Any, *rest: Any, **key: Any) -> Any:
        if value is not None and type(value) not in self._sides:
            self._need_other_side(value)
        return notice(self, state, value)

    def _need_other_side(self, value: Any) -> None:
        """Refuse an object whose class does not name this field as its other side.

        Raises:
            RelationshipError: it names another, or none, or has no such related field.
        """
        wanted = self.declared.back_populates
        # what is not tracked is refused where the state of it is asked for
        if wanted is not None and is_reference(value):
            other = manager_of(value).get(wanted)
            if other is not None and not names_back(other, self.key):
                raise TRACKED.faults.one_sided(self, type(value), other)
        self._sides.add(type(value))

    # -- access ------------------------------------------------------------------------------

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        found = related_values(instance).get(self.key)
        if not self.impl.collection:
            return found
        state, values = TRACKED.state_of(instance), TRACKED.dict_of(instance)
        if found is None:
            return self.impl.get(state, values)
        adapter = getattr(found, "_sa_adapter", None)
        if adapter is not None and adapter.owner_state is state:
            return found
        # it has come with a copy, or out of a pickle, past everybody
        return self._take_over(state, values, found)

    def _take_over(self, state: Any, values: Any, found: Any) -> Any:
        """Have an instance hold what it has held before it was copied or pickled."""
        if not isinstance(found, dict):
            return self.impl.set_committed_value(state, values, members_of(found))
        # also what is no more under its own key
        collection = self.impl.set_committed_value(state, values, [])
        refill(collection, found)
        return collection

    @telling_after
    def __set__(self, instance: Any, value: Any) -> None:
        if isinstance(value, Related):
            return  # the default of an __init__: there is none
        state, values = TRACKED.state_of(instance), TRACKED.dict_of(instance)
        if held.is_being_restored(instance):
            if self.impl.collection:
                self._take_over(state, values, value)
            else:
                self.impl.set_committed_value(state, values, value)
            return
        # of members that only go, or come in another order, it hears when it is too late
        notice(self, state, value)
        if self.impl.collection and isinstance(value, dict) and self._has_stale(instance, value):
            hold_again(self.__get__(instance), value)
            return
        self.impl.set(state, values, value)
        if isinstance(value, dict) and self.impl.collection:
            # each is put under its own key first
            put_in_order(self.__get__(instance), value)

    def _has_stale(self, instance: Any, value: dict[Any, Any]) -> bool:
        """Return whether some that stay in a dictionary are there under keys no more their own.

        Raises:
            CollectionError: one that is not there yet has another key than its own.
        """
        present = self.__get__(instance)
        if not isinstance(present, RelatedDict):
            return False
        stale = False
        for key, member in value.items():
            if present.get(key) is not member:
                need_own_key(present, key, member)
            elif not stale:
                stale = not present.has_own_key(key, member)
        return stale

    @telling_after
    def __delete__(self, instance: Any) -> None:
        self.impl.delete(TRACKED.state_of(instance), TRACKED.dict_of(instance))

    # -- what changed ------------------------------------------------------------------------

    @property
    def is_many(self) -> bool:
        """Whether it holds a collection."""
        return bool(self.impl.collection)

    def present(self, instance: Any) -> Any:
        """Return the object, or a plain copy of the collection."""
        value = self.__get__(instance)
        return plain(value) if self.impl.collection else value

    def held(self, instance: Any) -> list[Any]:
        """Return the objects that an instance holds."""
        found = related_values(instance).get(self.key)
        if self.impl.collection:
            return [] if found is None else members_of(self.__get__(instance))
        return [] if found is None else [found]

    @telling_after
    def let_go(self, instance: Any, objects: list[Any]) -> None:
        """Have an instance hold some objects no more; the other side follows."""
        numbers = set(map(id, objects))
        if self.impl.collection:
            wanted = self.present(instance)
            hold_again(self.__get__(instance), _without(wanted, numbers))
        elif id(related_values(instance).get(self.key)) in numbers:
            self.impl.set(TRACKED.state_of(instance), TRACKED.dict_of(instance), None)

    def old(self, state: Any, instance: Any, since: int) -> Any:
        """Return what there was, in the same form; see ``FieldAttribute.old``."""
        value, _ = state.baseline(self.key, since)
        if value is MISSING:
            return self.present(instance)
        if value is NO_VALUE:
            return self._nothing()
        return value if not self.impl.collection else self._like_present(instance, value)

    def _nothing(self) -> Any:
        return plain(self.declared.collection()) if self.impl.collection else None

    def _like_present(self, instance: Any, kept: Any) -> Any:
        present = self.__get__(instance)
        kind = next(kind for kind in (dict, set, list) if isinstance(present, kind))
        return kind(kept)

    def is_as_before(self, state: Any, instance: Any, since: int) -> bool:
        """Return whether it holds the very objects that it held."""
        return self.is_same(self.old(state, instance, since), self.present(instance))

    def is_same(self, old: Any, new: Any) -> bool:
        """Return whether they hold the very same objects."""
        if not self.impl.collection:
            return old is new
        if isinstance(old, list):
            return list(map(id, old)) == list(map(id, new))
        if isinstance(old, dict):
            return old.keys() == new.keys() and all(old[key] is new[key] for key in old)
        return set(map(id, old)) == set(map(id, new))

    def history(self, old: Any, new: Any) -> History:
        """Return the history of the field, object by object, from what it held and holds."""
        if not self.impl.collection:
            same = self.is_same(old, new)
            return History((), [new], ()) if same else History([new], (), [old])
        before, after = members_of(old), members_of(new)
        return History(
            _without(after, _numbers(before)),
            _without(after, _numbers(_without(after, _numbers(before)))),
            _without(before, _numbers(after)),
        )

    @telling_after
    def hold(self, instance: Any, value: Any) -> None:
        """Have an instance hold an object, or some, in a dictionary under any keys."""
        if self.impl.collection:
            hold_again(self.__get__(instance), value)
        else:
            self.impl.set(TRACKED.state_of(instance), TRACKED.dict_of(instance), value)

    @telling_after
    def restore(self, state: Any, instance: Any, since: int) -> None:
        """Hold again what was held; the other side follows, and is told."""
        value, _ = state.baseline(self.key, since)
        values = TRACKED.dict_of(instance)
        if not self.impl.collection:
            self.impl.set(state, values, None if value is NO_VALUE else value)
        else:
            wanted = self._nothing() if value is NO_VALUE else value
            hold_again(self.__get__(instance), wanted)

    @telling_after
    def restore_order(self, instance: Any, kept: Any) -> None:
        """Have the members be where they were, if they are the same."""
        put_in_order(self.__get__(instance), kept)


def names_back(other: Any, key: str) -> bool:
    """Return whether a field is related, and says of another that it is the other side."""
    return bool(other.relates and other.declared.back_populates == key)


def _numbers(objects: list[Any]) -> set[int]:
    return set(map(id, objects))


def _without(members: Any, numbers: set[int]) -> Any:
    """Return a plain collection without some of its members, given by their ids."""
    if isinstance(members, dict):
        return {key: one for key, one in members.items() if id(one) not in numbers}
    return type(members)(one for one in members if id(one) not in numbers)
