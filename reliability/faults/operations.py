"""Operations of the layer, each as a call that is ready to be made.

What has to be looked up for an operation is looked up before, so that the call is that
operation and nothing else.
"""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from .application import COLLECTIONS, PLAIN, REFERENCES, Value
from .world import World

__all__ = ["OPERATIONS", "TAKES_ANY", "Operation"]

Operation = Callable[[World], Callable[[], Any]]
_PASSIVE = ("PASSIVE_OFF", "PASSIVE_NO_INITIALIZE", "PASSIVE_NO_FETCH", "PASSIVE_ONLY_PERSISTENT")


def _all() -> Iterator[tuple[str, Operation]]:
    yield from _of_values()
    yield from _of_references()
    for key in COLLECTIONS:
        yield from _of_collection(key)
    yield from _of_lists()
    yield from _of_sets()
    yield from _of_dicts()
    yield from _of_bags()
    yield from _of_states()
    yield from _of_instances()


def _calling(name: str, *arguments: Any) -> Operation:
    """Return the operation that calls a function of the door's ``attributes``."""
    return lambda w: partial(
        getattr(w.door.attributes, name), w.p, *[_taken(w, argument) for argument in arguments]
    )


def _taken(world: World, argument: Any) -> Any:
    return argument(world) if callable(argument) else argument


def _of_values() -> Iterator[tuple[str, Operation]]:
    for key in PLAIN:
        for who in "pg":
            yield f"{who}.{key} = other", partial(_setting, who, key, lambda w: Value(8))
            yield f"del {who}.{key}", partial(_deleting, who, key)
            yield f"read {who}.{key}", partial(_reading, who, key)
        yield f"{key} = same", partial(_setting, "p", key, partial(_present, key))
        yield f"{key} as loaded", _calling("set_committed_value", key, 5)
        yield f"flag {key}", _calling("flag_modified", key)
    for key in (*PLAIN, *REFERENCES, *COLLECTIONS):
        for passive in _PASSIVE:
            yield f"history of {key}, {passive}", partial(_inquiring, key, passive)
    yield "flag", _calling("flag_dirty")


def _present(key: str, w: World) -> Any:
    # of the beginning: another try is to do the same, whatever the first one has loaded
    return w.present.get(key)


def _setting(who: str, key: str, value: Callable[[World], Any], w: World) -> Callable[[], Any]:
    return partial(setattr, getattr(w, who), key, value(w))


def _deleting(who: str, key: str, w: World) -> Callable[[], Any]:
    return partial(delattr, getattr(w, who), key)


def _reading(who: str, key: str, w: World) -> Callable[[], Any]:
    return partial(getattr, getattr(w, who), key)


def _inquiring(key: str, passive: str, w: World) -> Callable[[], Any]:
    attributes = w.door.attributes
    return partial(attributes.get_history, w.p, key, getattr(attributes, passive))


def _of_references() -> Iterator[tuple[str, Operation]]:
    values: dict[str, Callable[[World], Any]] = {
        "q": lambda w: w.q,
        "p": lambda w: w.p,
        "None": lambda w: None,
    }
    for key in REFERENCES:
        for who in "acp":
            for name, value in values.items():
                yield f"{who}.{key} = {name}", partial(_setting, who, key, value)
        yield f"del a.{key}", partial(_deleting, "a", key)
        yield f"read a.{key}", partial(_reading, "a", key)
        yield f"a.{key} as loaded", _calling("set_committed_value", key, lambda w: w.q)
        yield f"pending of {key}", partial(_all_pending, key)


def _impl_call(key: str, name: str, *arguments: Any) -> Operation:
    def ready(w: World) -> Callable[[], Any]:
        state = w.state_of(w.p)
        given = [_taken(w, argument) for argument in arguments]
        return partial(getattr(state.manager[key].impl, name), state, state.dict, *given)

    return ready


def _all_pending(key: str, w: World) -> Callable[[], Any]:
    return _impl_call(key, "get_all_pending")(w)


def _of_collection(key: str) -> Iterator[tuple[str, Operation]]:
    kind = COLLECTIONS[key]
    yield f"read q.{key}", partial(_reading, "q", key)
    yield f"read p.{key}", partial(_reading, "p", key)
    yield f"del p.{key}", partial(_deleting, "p", key)
    yield f"pending of {key}", partial(_all_pending, key)
    for name, chosen in _CHOICES.items():
        for who in "pqg":
            value = partial(_collection, kind, chosen)
            yield f"{who}.{key} = {name}", partial(_setting, who, key, value)
        yield f"{key} = {name} as loaded", _calling("set_committed_value", key, chosen)
    for name, member in (("a", lambda w: w.a), ("c", lambda w: w.c)):
        for change in ("append", "remove", "pop"):
            yield f"{change} {name} by impl of {key}", _impl_call(key, change, member, None)
            off = lambda w: w.door.attributes.PASSIVE_NO_FETCH  # noqa: E731
            unloaded = _impl_call(key, change, member, None, off)
            yield f"{change} {name} to {key}, not loaded", unloaded
        for change in ("append_with_event", "remove_with_event", "append_without_event"):
            yield f"{change} {name} of {key}", _on(f"p.{key}._sa_adapter", change, member)
    yield f"clear {key} by adapter", _on(f"p.{key}._sa_adapter", "clear_with_event")
    yield f"new {key}", _calling("init_collection", key)


_CHOICES: dict[str, Callable[[World], list[Any]]] = {
    "nothing": lambda w: [],
    "b, c": lambda w: [w.b, w.c],
    "all": lambda w: [w.a, w.b, w.c],
    "twins": lambda w: [w.a, w.a, w.c],
}


def _collection(kind: str, chosen: Callable[[World], list[Any]], w: World) -> Any:
    things = chosen(w)
    if kind == "dict":
        return {thing.number: thing for thing in things}
    if kind == "bag":
        bag = type(w.q.shelf)()
        bag.things.extend(things)
        return bag
    return set(things) if kind == "set" else things


def _on(path: str, name: str, *arguments: Any) -> Operation:
    """Return the operation that calls a method of what is found at a path."""

    def ready(w: World) -> Callable[[], Any]:
        given = [_taken(w, argument) for argument in arguments]
        return partial(getattr(operator.attrgetter(path)(w), name), *given)

    return ready


def _a(w: World) -> Any:
    return w.a


def _c(w: World) -> Any:
    return w.c


def _both(w: World) -> list[Any]:
    return [w.b, w.c]


def _of_lists() -> Iterator[tuple[str, Operation]]:
    calls: list[tuple[Any, ...]] = [
        *[("append", one) for one in (_a, _c)],
        *[("remove", one) for one in (_a, _c)],
        *[("insert", 0, _c), ("pop",), ("pop", 0), ("clear",), ("extend", _both)],
        *[("__iadd__", _both), ("__imul__", 2), ("__imul__", 0)],
        *[("__setitem__", 0, _c), ("__delitem__", 0), ("reverse",), ("sort",)],
        *[("__setitem__", slice(None), _both), ("__setitem__", slice(0, 1), _both)],
        *[("__setitem__", slice(None, None, -1), _both), ("__delitem__", slice(None))],
        *[("__delitem__", slice(None, None, 2)), ("copy",), ("count", _a), ("index", _a)],
    ]
    for key in ("children", "lazy"):
        for name, *arguments in calls:
            yield f"{key}.{name}{_spelled(arguments)}", _on(f"p.{key}", name, *arguments)


def _spelled(arguments: list[Any]) -> str:
    told = [getattr(argument, "__name__", repr(argument)) for argument in arguments]
    return f"({', '.join(told)})"


def _as_set(w: World) -> set[Any]:
    return {w.b, w.c}


def _of_sets() -> Iterator[tuple[str, Operation]]:
    names = ("update", "difference_update", "intersection_update", "symmetric_difference_update")
    operators = ("__ior__", "__iand__", "__isub__", "__ixor__")
    calls: list[tuple[Any, ...]] = [
        *[(name, one) for name in ("add", "remove", "discard") for one in (_a, _c)],
        *[("pop",), ("clear",)],
        *[(name, _both) for name in names],
        *[(name, _as_set) for name in operators],
    ]
    for name, *arguments in calls:
        yield f"tags.{name}{_spelled(arguments)}", _on("p.tags", name, *arguments)


def _as_dict(w: World) -> dict[int, Any]:
    return {3: w.b, 4: w.c}


def _of_dicts() -> Iterator[tuple[str, Operation]]:
    calls: list[tuple[Any, ...]] = [
        *[("__setitem__", 2, _c), ("__setitem__", 4, _c), ("__delitem__", 2)],
        *[("pop", 2), ("pop", 9), ("pop", 9, None), ("popitem",), ("clear",)],
        *[("setdefault", 2, _a), ("setdefault", 4, _c), ("update", _as_dict)],
        *[("__ior__", _as_dict), ("set", _c), ("remove", _a), ("remove", _c)],
    ]
    for name, *arguments in calls:
        yield f"held.{name}{_spelled(arguments)}", _on("p.held", name, *arguments)


def _of_bags() -> Iterator[tuple[str, Operation]]:
    calls: list[tuple[Any, ...]] = [
        ("put", _c),
        ("take", _a),
        ("take", _c),
        ("draw",),
        ("exchange", 0, _c),
    ]
    for name, *arguments in calls:
        yield f"shelf.{name}{_spelled(arguments)}", _on("p.shelf", name, *arguments)


def _state_call(who: str, name: str, *arguments: Any) -> Operation:
    def ready(w: World) -> Callable[[], Any]:
        state = w.state_of(getattr(w, who))
        given = [_taken(w, argument) for argument in arguments]
        return partial(getattr(state, name), state.dict, *given)

    return ready


def _of_states() -> Iterator[tuple[str, Operation]]:
    keys = (*PLAIN, *REFERENCES, *COLLECTIONS)
    for who in "pg":
        yield f"expire {who}", _state_call(who, "_expire", lambda w: w.identities._modified)
        yield f"expire some of {who}", _state_call(who, "_expire_attributes", keys[::2])
        no_loader = _state_call(who, "_expire_attributes", keys, True)
        yield f"expire all of {who} without loaders", no_loader
        yield f"commit {who}", _state_call(who, "_commit_all")
        yield f"commit some of {who}", _state_call(who, "_commit", keys[::2])
    for key in ("heard", "children", "friend"):
        yield f"reset {key}", _state_call("p", "_reset", key)
    for name in ("unmodified", "unloaded", "unloaded_expirable"):
        yield name, partial(_naming, name)
    yield "add c to identities", lambda w: partial(w.identities.add, _identified(w, w.c))
    yield "replace a in identities", lambda w: partial(w.identities.replace, _identified(w, w.b))
    yield "discard p", lambda w: partial(w.identities.safe_discard, w.state_of(w.p))


def _naming(name: str, w: World) -> Callable[[], Any]:
    return partial(getattr, w.state_of(w.p), name)


def _identified(w: World, thing: Any) -> Any:
    state = w.state_of(thing)
    if state.key is None:
        state.key = (type(thing), (2,), None)
    return state


def _of_instances() -> Iterator[tuple[str, Operation]]:
    yield "make one", lambda w: partial(w.program.Thing, 6)
    yield "make one guarded", lambda w: partial(w.program.Guarded, 6)
    for key in (*PLAIN, "owner"):
        value = _a if key == "owner" else (lambda w: Value(6))
        yield f"make one with {key}", partial(_making, key, value)
    yield "pickle", lambda w: partial(pickle.dumps, [w.p, w.a])
    yield "unpickle", lambda w: partial(pickle.loads, w.pickled)
    for who in "pag":
        yield f"copy {who}", partial(_copying, copy.copy, who)
        yield f"copy {who} deeply", partial(_copying, copy.deepcopy, who)


def _making(key: str, value: Callable[[World], Any], w: World) -> Callable[[], Any]:
    return partial(w.program.Thing, 6, **{key: value(w)})


def _copying(copying: Callable[[Any], Any], who: str, w: World) -> Callable[[], Any]:
    return partial(copying, getattr(w, who))


OPERATIONS: dict[str, Operation] = dict(_all())
TAKES_ANY = frozenset({"tags.pop()"})
"""Which member these take is nobody's promise."""
