"""Pickles of states and adapters that nobody has ever had, made by hand.

Loading one fails with an error of ormolu's or gives something; what it gives may fail in any
way when it is used.  In no case does a callable of the pickle run, or a bystander change.
"""

from __future__ import annotations

import gc
import pickle
import random
from contextlib import suppress
from typing import Any

from ormolu.attributes import flag_modified, get_history, instance_state
from ormolu.errors import OrmoluError
from ormolu.state import IdentityMap

from .victims import KINDS, Forged, Member, Owner, graph, junk, unharmed

__all__ = ["attack", "use"]


def attack(seed: int) -> bool:
    """Load one forged pickle, and use what comes out; return whether it was refused.

    Raises:
        AssertionError: it did harm, or it was refused in other words than ormolu's.
    """
    chance = random.Random(seed)
    data = pickle.dumps(_forgery(chance), chance.randrange(2, pickle.HIGHEST_PROTOCOL + 1))
    with unharmed():
        try:
            loaded = pickle.loads(data)
        except OrmoluError as error:
            assert "unpickle" in str(error), error
            return True
        except Exception as error:
            raise AssertionError(f"refused in the words {error!r}") from error
        use(chance, loaded)
    return False


def _forgery(chance: random.Random) -> Any:
    """Return what pickles as a state or an adapter with something wrong, in some wrapping."""
    one = chance.choice(graph(chance))
    adapters = [vars(one)[key]._sa_adapter for key in list(vars(one)) if key.startswith("in_")]
    if adapters and chance.random() < 0.4:
        adapter = chance.choice(adapters)
        values = _changed(chance, adapter.__getstate__())
        return [one, Forged.blank(type(adapter), values)]
    if chance.random() < 0.3:
        return [one, Forged.blank(type(one), {**vars(one), **_values(chance)})]
    state = Forged.state(_changed(chance, instance_state(one).__getstate__()))
    if chance.random() < 0.3:
        return [one, Forged.blank(type(one), {"_ormolu_state": state, "name": junk(chance)})]
    return [one, state]


def _values(chance: random.Random) -> dict[str, Any]:
    """Return values that no operation leaves behind, for some attributes."""
    names = ("name", "_ormolu_state", *(f"{way}_{kind}" for way in ("in", "of") for kind in KINDS))
    return {name: junk(chance) for name in chance.sample(names, 2)}


def _changed(chance: random.Random, values: Any) -> Any:
    """Return a state's or an adapter's values with something missing, added or exchanged."""
    if chance.random() < 0.05:
        return junk(chance) or 5
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice(list(values) or ["none"])
        kind = chance.randrange(5)
        if kind == 0:
            values.pop(name, None)
        elif kind == 1:
            values[chance.choice(_NAMES)] = junk(chance)
        elif kind == 2 and isinstance(values.get(name), dict):
            values[name] = {**values[name], chance.choice(("name", "in_set", 7)): junk(chance)}
        else:
            values[name] = junk(chance)
    return values


_NAMES = (
    *("callables", "parents", "_pending_mutations", "info", "key", "modified", "expired"),
    *("committed_state", "expired_attributes", "manager", "class_", "instance", "load_path"),
    *("invalidated", "empty", "owner_cls", "owner_state", "data", "extra"),
)


def use(chance: random.Random, loaded: Any) -> None:
    """Do to what came out of a pickle all that one does to instances."""
    things = loaded if isinstance(loaded, list) else [loaded]
    # what is done to a class is no harm that the pickle has done
    for thing in (thing for thing in things if not isinstance(thing, type)):
        instance = thing.obj() if hasattr(type(thing), "obj") else thing
        for doing in chance.sample(_DOINGS, 5):
            with suppress(Exception):
                doing(instance)
        for doing in chance.sample(_STATE_DOINGS, 3):
            with suppress(Exception):
                doing(thing if instance is not thing else instance_state(instance))
    gc.collect(0)


_DOINGS: list[Any] = [
    lambda instance: [getattr(instance, key) for key in ("name", "in_list", "in_set", "in_dict")],
    lambda instance: setattr(instance, "name", "new"),
    lambda instance: delattr(instance, "name"),
    lambda instance: instance.in_list.append(Member("b")),
    lambda instance: instance.in_list.clear(),
    lambda instance: setattr(instance, "in_set", {Member("c")}),
    lambda instance: instance.in_dict.set(Member("d")),
    lambda instance: setattr(instance, "of_list", Owner()),
    lambda instance: setattr(Member(), "of_dict", instance),
    lambda instance: [get_history(instance, f"in_{kind}") for kind in KINDS],
    lambda instance: get_history(instance, "name"),
    lambda instance: flag_modified(instance, "name"),
    lambda instance: instance.in_list._sa_adapter.append_with_event(Member("e")),
    lambda instance: pickle.loads(pickle.dumps(instance)),
    lambda instance: IdentityMap().make_persistent(instance, "key"),
    lambda instance: Owner.in_list.hasparent(instance_state(instance)),
    lambda instance: list(map(vars, instance.in_list)),
    lambda instance: instance.in_list.pop(),
]
_STATE_DOINGS: list[Any] = [
    lambda state: state._expire(state.dict, set()),
    lambda state: state._commit_all(state.dict),
    lambda state: state._commit(state.dict, ["name", "in_list"]),
    lambda state: state._expire_attributes(state.dict, ["name", "in_dict"]),
    lambda state: (state.unmodified, state.unloaded, state.life_cycle, repr(state)),
    lambda state: state._reset(state.dict, "in_list"),
    lambda state: [(one.value, one.history) for one in state.attrs.values()],
    lambda state: state.get_impl("in_list").hasparent(state),
    lambda state: pickle.loads(pickle.dumps(state)),
    lambda state: (state.parents, state.callables, state.info, state.key, state.class_),
]
