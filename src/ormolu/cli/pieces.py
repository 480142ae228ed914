"""Prints, as JSON, whose code each piece of SQLAlchemy's layer modules is.

Run in a process of its own, by :mod:`ormolu.cli.doctor`: it puts ormolu beneath
SQLAlchemy, imports the modules of the layer, and looks.
"""

from __future__ import annotations

import importlib
import inspect
import json
from types import FunctionType, MethodType, ModuleType

from ..sqlalchemy import MIRRORED, install

__all__ = ["owners_of"]


def owners_of(module: ModuleType) -> dict[str, list[str]]:
    """Return the names of classes and functions of a module, by whose they are.

    Args:
        module: one of SQLAlchemy's, of which ormolu may have exchanged parts.

    Returns:
        lists of names under ``"ormolu"`` and ``"sqlalchemy"``; a class of
        SQLAlchemy's with some of ormolu's methods is in the second, with those
        methods in the first.
    """
    owners: dict[str, list[str]] = {"ormolu": [], "sqlalchemy": []}
    for name, value in sorted(vars(module).items()):
        if isinstance(value, type):
            _sort_class(name, value, module, owners)
        elif isinstance(value, (FunctionType, MethodType)):
            owner = _owner(value)
            if owner == "ormolu" or value.__module__ == module.__name__:
                owners[owner].append(name)
    return owners


def _sort_class(name: str, class_: type, module: ModuleType, owners: dict[str, list[str]]) -> None:
    from ..sqlalchemy.mirrors.door import EXCHANGED  # noqa: PLC0415 - it imports the ORM

    if class_ in EXCHANGED:
        owners["ormolu"].append(name)
    elif class_.__module__ == module.__name__:
        owners["sqlalchemy"].append(name)
        for base in class_.__bases__:
            if base.__module__.startswith("ormolu."):
                methods = [part for part in vars(base) if _is_method(base, part)]
                owners["ormolu"] += [f"{name}.{part}" for part in methods]


def _is_method(class_: type, name: str) -> bool:
    return callable(getattr(class_, name)) and isinstance(vars(class_)[name], FunctionType)


def _owner(function: FunctionType | MethodType) -> str:
    filename = inspect.unwrap(function).__code__.co_filename.replace("\\", "/")
    return "ormolu" if "/ormolu/" in filename else "sqlalchemy"


def _main() -> None:
    install()
    modules = {name: importlib.import_module(name) for name in MIRRORED}
    print(json.dumps({name: owners_of(module) for name, module in modules.items()}))


if __name__ == "__main__":
    _main()
