"""Classes that are attacked, and what tells whether an attack has done something."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ormolu._kernel.adapter import CollectionAdapter
from ormolu._kernel.pending import MemberSet, PendingCollection
from ormolu.attributes import instance_state, register_attribute
from ormolu.collections import attribute_keyed_dict
from ormolu.core.keyed_dicts import _restored_dict
from ormolu.core.pickling import SerializedManager
from ormolu.core.state import _blank_state
from ormolu.instrumentation import manager_of_class, opt_manager_of_class, register_class
from ormolu.state import InstanceState

__all__ = ["Calls", "Forged", "Member", "Owner", "Stranger", "graph", "junk", "unharmed"]

STRUCK: list[Any] = []
"""What the callables that pickles bring were called with; nothing, if all is well."""


def strike(*args: Any, **kwargs: Any) -> Any:
    """Be called, which nobody should do to what a pickle brings."""
    STRUCK.append((args, kwargs))
    return args[0] if args else None


def bare(class_: Any) -> Any:
    """Return an instance made without ``__init__``, as pickles make them."""
    return class_.__new__(class_)


class Calls:
    """An object of which a pickle has a copy, and that strikes when it is called."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return strike(*args, **kwargs)


class _Owner:
    """Has members in three kinds of collection."""


class _Member:
    """Is held by owners."""

    def __init__(self, name: Any = None) -> None:
        self.name = name


class Stranger:
    """Is registered nowhere."""


# what is registered for them later is nothing that a type checker sees
Owner: Any = _Owner
Member: Any = _Member
KINDS = {"list": list, "set": set, "dict": attribute_keyed_dict("name")}


def _load(state: Any, keys: set[str], passive: Any) -> None:
    state.dict.update(dict.fromkeys(keys, "loaded"))


def _prepare() -> None:
    for class_ in (_Owner, _Member):
        register_class(class_, expired_attribute_loader=_load)
        register_attribute(class_, "name")
    both: dict[str, Any] = {"useobject": True, "trackparent": True}
    for kind, factory in KINDS.items():
        many: dict[str, Any] = {"uselist": True, "typecallable": factory, "backref": f"of_{kind}"}
        register_attribute(Owner, f"in_{kind}", **many, **both)
        register_attribute(Member, f"of_{kind}", backref=f"in_{kind}", **both)


_prepare()
COLLECTIONS = [type(getattr(Owner(), f"in_{kind}")) for kind in KINDS]


class Forged:
    """Pickles as whatever is wanted.

    Args:
        reduced: what ``__reduce__`` is to return.
    """

    def __init__(self, *reduced: Any) -> None:
        self._reduced = reduced

    def __reduce__(self) -> Any:
        return self._reduced

    @classmethod
    def state(cls, values: Any) -> Forged:
        """Return a state of which a pickle says ``values``."""
        return cls(_blank_state, (InstanceState,), values)

    @classmethod
    def blank(cls, class_: type, values: Any = None) -> Forged:
        """Return an instance of any class, made without ``__init__``, with a state or none."""
        return cls(bare, (class_,), values)

    @classmethod
    def manager(cls, class_: Any) -> Forged:
        """Return what stands for the manager of a class, or of anything."""
        return cls.blank(SerializedManager, {"class_": class_})


def graph(chance: random.Random) -> list[Any]:
    """Return an owner with members, changed, expired and pending in some way."""
    owner = Owner()
    owner.name = "owner"
    members = [Member(chance.choice("abc")) for _ in range(chance.randrange(1, 4))]
    for member in members:
        setattr(member, f"of_{chance.choice(list(KINDS))}", owner)
    state = instance_state(owner)
    if chance.random() < 0.5:
        state._commit_all(vars(owner))
    if chance.random() < 0.3:
        state._expire(vars(owner), set())
    if chance.random() < 0.3:
        state._get_pending_mutation("in_list").append(members[0])
    state.key = chance.choice((None, ("Owner", (1,), None)))
    return [owner, *members]


_PLAIN: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**70, 1.5, "", "name", "in_list", "in_dict", "\udc00", b"x"),
    *((), ("a", 1), [], [None], {}, {"name": 1}, {1: 2}, set(), {"name"}, {3}, frozenset({"x"})),
    *(Owner, Member, Stranger, InstanceState, CollectionAdapter, SerializedManager, object, int),
    *(strike, functools.partial(strike, "partial"), Calls(), print, Ellipsis),
)


def junk(chance: random.Random) -> Any:
    """Return any object that can be pickled, or that pickles as something forged."""
    made = chance.randrange(19)
    if made > 11:
        return chance.choice(_PLAIN)
    blank = chance.choice((Owner, Member, Stranger, Calls, MemberSet, PendingCollection))
    return [
        lambda: Forged.blank(blank),
        lambda: Forged.blank(CollectionAdapter),
        lambda: Forged(_blank_state, (InstanceState,)),
        lambda: Forged.manager(junk(chance)),
        lambda: Forged.blank(MemberSet, chance.choice((([1],), [1], 5, (5,)))),
        lambda: Forged.blank(PendingCollection, (None, {"added_items": junk(chance)})),
        lambda: Forged.blank(Member, {"_ormolu_state": junk(chance)}),
        lambda: {chance.choice(("name", "in_list", 5)): junk(chance)},
        lambda: graph(chance)[0],
        lambda: instance_state(graph(chance)[-1]),
        lambda: Forged.blank(chance.choice(COLLECTIONS), {"_sa_adapter": junk(chance)}),
        lambda: Forged(_restored_dict, (Calls(), {"a": Member("a")}, junk(chance))),
    ][made]()


# -- whether somebody was harmed -----------------------------------------------------------


def _condition(witness: Any) -> tuple[Any, ...]:
    classes = tuple(
        (sorted(vars(class_)), sorted(manager_of_class(class_))) for class_ in (Owner, Member)
    )
    state = instance_state(witness)
    values = {key: value for key, value in vars(witness).items() if key != "in_list"}
    committed = sorted(state.committed_state)
    return classes, values, list(witness.in_list), state.modified, committed, id(state)


@contextmanager
def unharmed() -> Iterator[None]:
    """Look that what goes on calls nothing that it should not, and changes nobody else.

    Raises:
        AssertionError: it does.
    """
    STRUCK.clear()
    witness = Owner()
    witness.name = "witness"
    witness.in_list = [Member("a")]
    before = _condition(witness)
    yield
    assert not STRUCK, f"a callable of the pickle was called with {STRUCK}"
    assert _condition(witness) == before, "a bystander was changed"
    assert opt_manager_of_class(Stranger) is None, "a class was registered"
