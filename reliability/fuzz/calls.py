"""One call after the other, of any public function, as some bytes say."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import ormolu
from ormolu import attributes, collections, events, instrumentation, state

from .objects import Choice, World

__all__ = ["run"]

_MODULES = (attributes, collections, events, instrumentation, ormolu, state)
FUNCTIONS: list[Callable[..., Any]] = [
    found
    for module in _MODULES
    for name in sorted(module.__all__)
    if callable(found := getattr(module, name))
]
# of the objects that those functions give; their names only, as the objects are of many kinds
_METHODS = (
    *("append", "remove", "pop", "clear", "extend", "add", "discard", "update", "setdefault"),
    *("insert", "sort", "popitem", "__iadd__", "__ior__", "__isub__", "__setitem__"),
    *("__delitem__", "__getitem__", "get", "set", "get_history", "initialize", "hasparent"),
    *("_expire", "_commit", "_commit_all", "_expire_attributes", "_modified_event", "_reset"),
    *("_cleanup", "_detach", "obj", "get_impl", "add", "replace", "discard", "make_persistent"),
    *("append_with_event", "append_without_event", "remove_with_event", "clear_with_event"),
    *("fire_append_event", "fire_remove_event", "bulk_appender", "bulk_remover", "__reduce__"),
    *("__set__", "__get__", "__delete__", "__getstate__", "__setstate__", "__init__", "merge"),
    *("attach", "delete", "commit", "rollback", "checkpoint", "changes", "apply", "invert"),
    *("undo", "redo", "paths", "within", "to_json", "__enter__", "__exit__", "keys", "find"),
    *("manager_getter", "install_member", "uninstall_member", "new_instance", "dispose"),
)


def run(data: bytes) -> int:
    """Do what the bytes say; return how many calls were made.

    Any exception will do; what is looked for is a process that ends.
    """
    choice = Choice(data)
    calls = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        world = World(choice)
        while not choice.is_over:
            calls += 1
            try:
                world.keep(_call(world, choice))
            except Exception as error:
                # what is in the frames of an exception lives as long as it does
                if choice.below(8) == 0:
                    world.keep(error)
        world.close()
    return calls


def _call(world: World, choice: Choice) -> Any:
    manner = choice.below(4)
    if manner == 0:
        return world.call_back()
    called = choice.of(FUNCTIONS)
    if manner == 1:
        called = getattr(world.thing(), choice.of(_METHODS))
    return called(*(world.thing() for _ in range(choice.below(5))))
