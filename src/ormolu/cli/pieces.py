"""Prints, as JSON, whose code each piece of SQLAlchemy's layer modules is.

Run in a process of its own, by :mod:`ormolu.cli.doctor`: it puts ormolu beneath
SQLAlchemy, imports the modules of the layer, and looks at where the code of
each function and method comes from.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator
from types import MethodDescriptorType, ModuleType, WrapperDescriptorType
from typing import Any

from ..sqlalchemy import MIRRORED, install

__all__ = ["owner_of", "owners_of"]

_OWNERS = ("ormolu", "sqlalchemy")
_COMPILED = (MethodDescriptorType, WrapperDescriptorType)


def owners_of(module: ModuleType) -> dict[str, list[str]]:
    """Return the names of classes and functions of a module, by whose they are.

    Args:
        module: one of SQLAlchemy's, of which ormolu may have exchanged parts.

    Returns:
        lists of names under ``"ormolu"`` and ``"sqlalchemy"``; a class of
        SQLAlchemy's that has some methods from ormolu is in the second, with
        those methods in the first.
    """
    owners: dict[str, list[str]] = {owner: [] for owner in _OWNERS}
    for name, value in sorted(vars(module).items()):
        home = str(getattr(value, "__module__", None))
        # what the module only imports is not reported, unless ormolu put it there
        is_here = home == module.__name__
        if isinstance(value, type):
            if is_here or home.startswith("ormolu."):
                _sort_class(name, value, owners)
        elif _is_function(value):
            owner = owner_of(value)
            if owner == "ormolu" or (owner and is_here):
                owners[owner].append(name)
    return owners


def owner_of(function: Any) -> str | None:
    """Return whose code a function is: ``"ormolu"``, ``"sqlalchemy"``, or ``None`` for neither."""
    code = getattr(function, "__code__", None)
    filename = os.path.realpath(code.co_filename) if code else ""
    for owner in _OWNERS:
        if filename.startswith(_folder(owner)):
            return owner
    inner = inspect.unwrap(function)
    if inner is not function:
        return owner_of(inner)
    # compiled code has no file of its own, and code made from a string none at all
    home = getattr(function, "__objclass__", function)
    package = str(getattr(home, "__module__", None)).partition(".")[0]
    return package if package in _OWNERS else None


def _folder(package: str) -> str:
    return os.path.join(os.path.dirname(os.path.realpath(str(sys.modules[package].__file__))), "")


def _sort_class(name: str, class_: type, owners: dict[str, list[str]]) -> None:
    owner = _definer(class_)
    owners[owner].append(name)
    if owner == "sqlalchemy":
        owners["ormolu"] += [f"{name}.{method}" for method in _methods_of_ormolu(class_)]


def _definer(class_: type) -> str:
    """Whose the class is: whose functions are in its body."""
    from ..sqlalchemy.mirrors.door import EXCHANGED  # noqa: PLC0415 - it imports the ORM

    found = {owner_of(function) for _, function in _functions(class_)}
    if "sqlalchemy" in found:
        return "sqlalchemy"
    # a body without functions has no code to be looked at, and the class may
    # go by the name of the one that it replaces
    is_ours = "ormolu" in found or class_ in EXCHANGED or class_.__module__.startswith("ormolu.")
    return "ormolu" if is_ours else "sqlalchemy"


def _methods_of_ormolu(class_: type) -> list[str]:
    """The methods of ormolu in the body of a class, and in the bases ormolu gave it."""
    given = [base for base in class_.__bases__ if base.__module__.startswith("ormolu.")]
    return [
        name
        for part in (class_, *given)
        for name, function in _functions(part)
        if owner_of(function) == "ormolu"
    ]


def _functions(class_: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in vars(class_).items():
        if isinstance(value, (classmethod, staticmethod)):
            yield name, value.__func__
        elif isinstance(value, property):
            yield name, value.fget  # type: ignore[misc]
        elif _is_function(value):
            yield name, value


def _is_function(value: Any) -> bool:
    # compiled functions have code too; methods of compiled types do not
    return hasattr(value, "__code__") or isinstance(value, _COMPILED)


def _main() -> None:
    install()
    modules = {name: importlib.import_module(name) for name in MIRRORED}
    print(json.dumps({name: owners_of(module) for name, module in modules.items()}))


if __name__ == "__main__":
    _main()
