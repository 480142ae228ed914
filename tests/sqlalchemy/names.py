"""Prints, as JSON, what is to be had in the modules of SQLAlchemy's layer.

usage: names.py stock|ormolu

By module and name: what kind of thing it is, where it says it is from, and of
classes the bases and the public members, with the parameters of what is called.
"""

import importlib
import inspect
import json
import sys

if sys.argv[1] == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

MODULES = (
    "sqlalchemy.orm",
    "sqlalchemy.orm.attributes",
    "sqlalchemy.orm.base",
    "sqlalchemy.orm.collections",
    "sqlalchemy.orm.exc",
    "sqlalchemy.orm.identity",
    "sqlalchemy.orm.instrumentation",
    "sqlalchemy.orm.state",
    "sqlalchemy.ext.instrumentation",
    "sqlalchemy.ext.mutable",
    "sqlalchemy.ext.orderinglist",
)
_HIDDEN = {"ormolu", "builtins", "object", "Generic"}


def kind_of(value):
    if inspect.isclass(value):
        return "class"
    if inspect.ismodule(value):
        return "module"
    return "callable" if callable(value) else "value"


def parameters_of(value):
    """The names and kinds of the parameters; None of what takes anything, or does not tell."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[p.name, p.kind.name, p.default is not p.empty] for p in parameters]


def members_of(class_):
    found = {}
    for name in dir(class_):
        if not name.startswith("_"):
            value = inspect.getattr_static(class_, name)
            if isinstance(value, (classmethod, staticmethod)):
                value = value.__func__
            found[name] = parameters_of(value) if inspect.isroutine(value) else "value"
    return found


def described(value):
    about = {"kind": kind_of(value)}
    if about["kind"] == "callable":
        about["parameters"] = parameters_of(value)
    if about["kind"] == "class":
        about["module"], about["qualname"] = value.__module__, value.__qualname__
        about["bases"] = [
            base.__name__ for base in value.__mro__ if base.__module__.startswith("sqlalchemy")
        ]
        about["members"] = members_of(value)
    return about


print(
    json.dumps(
        {
            module: {
                name: described(value)
                for name, value in vars(importlib.import_module(module)).items()
                if not name.startswith("_")
            }
            for module in MODULES
        }
    )
)
