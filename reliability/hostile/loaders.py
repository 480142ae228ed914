"""Loaders that load nonsense, or do something else than to load.

A read gives a value that can be there, or fails with an error of ormolu's or the loader's own
and changes nothing; once the loader is mended, the value comes.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ormolu.attributes import (
    ATTR_WAS_SET,
    LoaderCallableStatus,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.collections import attribute_keyed_dict
from ormolu.errors import OrmoluError
from ormolu.instrumentation import register_class, unregister_class

from .inits import Coded, Hostile

__all__ = ["KINDS", "WAYS", "attack", "values"]


class _Mate:
    """Is tracked."""


class Stranger:
    """Is not."""


class Failed(Exception):  # noqa: N818 - what a loader raises
    """What a loader raises."""


Mate: Any = _Mate
register_class(_Mate)
register_attribute(Mate, "name")

KINDS: dict[str, dict[str, Any]] = {
    "scalar": {},
    "object": {"useobject": True, "trackparent": True},
    "list": {"useobject": True, "uselist": True},
    "set": {"useobject": True, "uselist": True, "typecallable": set},
    "dict": {"useobject": True, "uselist": True, "typecallable": attribute_keyed_dict("name")},
}
WAYS = ("returned", "returned for one", "put", "set")


def values() -> list[Any]:
    """Return what loaders return and set."""
    mate = Mate()
    mate.name = "mate"
    return [
        *(None, 5, 0, 2**70, "text", "", b"x", [], {}, {1}, (), object(), Stranger(), Mate),
        *([mate], {mate}, (mate,), {"mate": mate}, iter([mate]), (one for one in [mate]), mate),
        *([5], [None], [mate, 5], ["text"], [Stranger()], {"mate": 5}, range(3), KINDS),
        *(Hostile(), Coded(), [Hostile()], instance_state(mate), *LoaderCallableStatus),
    ]


def attack(seed: int) -> bool:
    """Read an attribute whose loader is hostile; return whether that failed.

    Raises:
        AssertionError: it failed in other words than ormolu's, or changed something.
    """
    chance = random.Random(seed)
    kind, way = chance.choice(list(KINDS)), chance.choice(WAYS)
    nonsense = _nonsense(chance, chance.choice(values()))
    class_, loaders = _class(kind, way)
    loaders.append(lambda one: nonsense(one, loaders))
    one = class_()
    state = instance_state(one)
    if way in ("put", "set"):
        state._expire(state.dict, set())
    if way == "returned for one":
        state.callables = {"x": lambda state, passive: loaders[-1](state.obj())}
    before = _condition(state)
    failed = _reads(one, chance)
    if failed:
        assert _condition(state) == before, (kind, way, before, _condition(state))
    _mend(loaders, kind, way)
    with suppress(Failed):
        assert failed is False or _is_right(one.x, kind), (kind, way, one.x)
    unregister_class(class_, force=True)
    return failed


def _class(kind: str, way: str) -> tuple[Any, list[Any]]:
    """Return a class with an attribute whose loader is the last of a list."""
    loaders: list[Any] = []

    class Loading:
        pass

    def load(state: Any, passive: Any) -> Any:
        return loaders[-1](state.obj())

    def load_expired(state: Any, keys: set[str], passive: Any) -> None:
        value = loaders[-1](state.obj())
        if way == "put":
            state.dict.update(dict.fromkeys(keys, value))
        else:
            for key in keys:
                set_committed_value(state.obj(), key, value)

    register_class(Loading, expired_attribute_loader=load_expired)
    options = {"callable_": load} if way == "returned" else {"accepts_scalar_loader": True}
    register_attribute(Loading, "x", **KINDS[kind], **options)
    return Loading, loaders


def _nonsense(chance: random.Random, value: Any) -> Callable[[Any, list[Any]], Any]:
    """Return a loader that returns a value, and perhaps does something before."""

    def again(one: Any, loaders: list[Any]) -> Any:
        return one.x

    def fail(one: Any, loaders: list[Any]) -> Any:
        raise Failed

    def set_first(one: Any, loaders: list[Any]) -> Any:
        instance_state(one).dict["foreign"] = value
        return value

    def claim(one: Any, loaders: list[Any]) -> Any:
        return ATTR_WAS_SET

    def collect(one: Any, loaders: list[Any]) -> Any:
        gc.collect(0)
        return value

    doings = [again, fail, set_first, claim, collect]
    if chance.random() < 0.3:
        return chance.choice(doings)
    return lambda one, loaders: value


def _condition(state: Any) -> Any:
    keys = {key: id(value) for key, value in state.dict.items() if key != "foreign"}
    committed = sorted(state.committed_state)
    return keys, committed, sorted(state.expired_attributes), state.modified, dict(state.callables)


def _reads(one: Any, chance: random.Random) -> bool:
    """Read; return whether it failed, in words that are ormolu's or the loader's own."""
    read: Any = chance.choice((lambda: one.x, lambda: get_history(one, "x")))
    try:
        read()
    except (OrmoluError, Failed):
        return True
    except ZeroDivisionError:
        # what a hostile object raises when it is gone through, or hashed
        return True
    except Exception as error:
        raise AssertionError(f"failed in the words {error!r}") from error
    return False


def _mend(loaders: list[Any], kind: str, way: str) -> None:
    """Have the loader load what it should."""
    mate = Mate()
    mate.name = "right"
    right = mate if kind in ("object", "scalar") else [mate]
    if way == "put" and kind not in ("object", "scalar"):
        # the members have to be set, and not put
        def load(one: Any) -> Any:
            set_committed_value(one, "x", right)
            return vars(one)["x"]

        loaders.append(load)
    else:
        loaders.append(lambda one: right)


def _is_right(value: Any, kind: str) -> bool:
    if kind in ("object", "scalar"):
        return getattr(value, "name", None) == "right"
    return [member.name for member in value._sa_adapter] == ["right"]
