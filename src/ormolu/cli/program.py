"""What there is to run: the code of a script or module, and its namespace."""

from __future__ import annotations

import importlib.util
import io
import os
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader, SourcelessFileLoader
from types import CodeType
from typing import Any

from .. import errors

__all__ = ["Program", "absolute", "find_container", "find_module", "find_script", "is_container"]


@dataclass
class Program:
    """A program that was found, and not compiled yet.

    Attributes:
        code: compiles it; a syntax error is the program's own.
        names: what its namespace has besides ``__name__``.
    """

    code: Callable[[], CodeType]
    names: dict[str, Any] = field(default_factory=dict)


def absolute(path: str) -> str:
    """Return the name that python gives: absolute, and otherwise as it was typed."""
    return os.path.join(os.getcwd(), path)


def find_script(path: str) -> Program:
    """Find a script, source or compiled.

    Raises:
        ScriptError: it is not there, or cannot be read.
    """
    filename = absolute(path)
    names: dict[str, Any] = {"__file__": filename, "__package__": None, "__spec__": None}
    if sys.version_info < (3, 15):
        names["__cached__"] = None
    if path.endswith(".pyc"):
        compiled = SourcelessFileLoader("__main__", filename)
        return Program(lambda: _code_of(compiled, path), {**names, "__loader__": compiled})
    try:
        with io.open_code(filename) as file:
            text = file.read()
    except OSError as error:
        raise errors.ScriptError(f"cannot run {path}: {error.strerror}; check the path") from None
    loader = SourceFileLoader("__main__", filename)
    # unlike compile() here, this does not hand on the __future__ of this module
    return Program(lambda: loader.source_to_code(text, filename), {**names, "__loader__": loader})


def is_container(path: str) -> bool:
    """Return whether modules can be imported from ``path``: a directory or a zip file."""
    return pkgutil.get_importer(path) is not None


def find_container(path: str) -> Program:
    """Find the ``__main__`` of a directory or of a zip file.

    Raises:
        ScriptError: it has none.
    """
    spec = PathFinder.find_spec("__main__", [absolute(path)])
    if spec is None:
        kind = "directory" if os.path.isdir(path) else "zip file"
        raise errors.ScriptError(
            f"cannot run {path}: it is a {kind} without a __main__.py; name a script in it"
        )
    return _of_spec(spec)


def find_module(name: str) -> Program:
    """Find a module, or the ``__main__`` of a package; the packages above it are imported.

    Raises:
        ScriptError: there is no such module, or it cannot be run.
    """
    spec = _spec_of(name)
    if spec is None:
        raise errors.ScriptError(
            f"cannot run -m {name}: there is no such module; check its name, and that it can "
            "be imported from here"
        )
    if spec.submodule_search_locations is not None:
        spec = _spec_of(f"{name}.__main__")
        if spec is None:
            raise errors.ScriptError(
                f"cannot run -m {name}: it is a package without a __main__; name a module in it"
            )
    return _of_spec(spec)


def _spec_of(name: str) -> ModuleSpec | None:
    if name.startswith("."):
        return None
    try:
        return importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        # a package above it that is not there; what that package itself lacks
        # is an error of the program
        missing = error.name or ""
        if name == missing or name.startswith(f"{missing}."):
            return None
        raise
    except ValueError:
        return None


def _of_spec(spec: ModuleSpec) -> Program:
    names: dict[str, Any] = {
        "__file__": spec.origin,
        "__loader__": spec.loader,
        "__package__": spec.parent,
        "__spec__": spec,
    }
    if sys.version_info < (3, 15):
        names["__cached__"] = spec.cached
    return Program(lambda: _code_of(spec.loader, spec.name), names)


def _code_of(loader: Any, name: str) -> CodeType:
    get_code = getattr(loader, "get_code", None)
    wanted = "__main__" if isinstance(loader, SourcelessFileLoader) else name
    code: CodeType | None = None if get_code is None else get_code(wanted)
    if code is None:
        raise errors.ScriptError(f"cannot run {name}: it has no Python code; name another module")
    return code
