"""``ormolu run``: a program as ``python`` runs it, with the ORM on ormolu."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType, TracebackType
from typing import Any

from .. import errors
from ..sqlalchemy import install, installed
from . import program as _program
from .program import Program, absolute, find_container, find_module, find_script, is_container
from .refusal import REFUSALS, refuse

__all__ = ["run_module", "run_script"]

# frames of these files stand above the program's own
_OWN_FILES = (__file__, _program.__file__, importlib.util.__file__)


def run_script(path: str, arguments: Sequence[str], fetch_peers: str | None = None) -> int:
    """Run a script, a directory with a ``__main__.py``, or a zip file with one.

    Args:
        path: where it is.
        arguments: what the program finds in ``sys.argv`` after its name.
        fetch_peers: how peers are fetched; as the environment says by default.

    Returns:
        the exit status: 0, or 2 if there is no such program.  What the program
        raises is raised.
    """
    sys.argv = [path, *arguments]
    try:
        found = _find(path)
        _install(fetch_peers)
    except REFUSALS as error:
        return refuse(error)
    return _run(lambda: found)


def run_module(name: str, arguments: Sequence[str], fetch_peers: str | None = None) -> int:
    """Run a module, or the ``__main__`` of a package, by its name.

    Args:
        name: the dotted name.
        arguments: what the program finds in ``sys.argv`` after its name.
        fetch_peers: how peers are fetched; as the environment says by default.

    Returns:
        the exit status: 0, or 2 if there is no such module.  What the program
        raises is raised.
    """
    # what python has there while it looks for the module
    sys.argv = ["-m", *arguments]
    _set_first_path(os.getcwd())
    try:
        # before the packages above the module are imported, which may import the ORM
        _install(fetch_peers)
    except REFUSALS as error:
        return refuse(error)
    return _run(lambda: _named_by_its_file(find_module(name)))


def _install(fetch_peers: str | None) -> None:
    # what watches the program has done so before
    if not installed():
        install(fetch_peers=fetch_peers)


def _find(path: str) -> Program:
    if not os.path.exists(path):
        raise errors.ScriptError(f"cannot run {path}: there is no such file; check the path")
    if is_container(path):
        _set_first_path(absolute(path))
        return find_container(path)
    _set_first_path(os.path.dirname(os.path.realpath(path)))
    return find_script(path)


def _set_first_path(entry: str) -> None:
    """Have imports find what is beside the program, in the place of what was ours."""
    if not sys.flags.safe_path:
        sys.path[0] = entry


def _named_by_its_file(found: Program) -> Program:
    sys.argv[0] = found.names["__file__"] or "-m"
    return found


def _run(find: Callable[[], Program]) -> int:
    """Find a program and run it; leave it to python how it ends."""
    namespace = _fresh_main().__dict__
    try:
        try:
            found = find()
            code = found.code()
        except errors.ScriptError as error:
            return refuse(error)
        namespace.update(found.names)
        exec(code, namespace)
    except SystemExit:
        raise
    except BaseException:
        _hide_own_frames()
        raise
    return 0


def _fresh_main() -> ModuleType:
    module = ModuleType("__main__")
    early: dict[str, Any] = {"__annotations__": {}} if sys.version_info < (3, 14) else {}
    module.__dict__.update(early, __builtins__=sys.modules["builtins"])
    sys.modules["__main__"] = module
    return module


def _hide_own_frames() -> None:
    """Have the traceback begin where the program does, whoever prints it."""
    shown_by = sys.excepthook

    def show(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        sys.excepthook = shown_by
        traceback = _of_the_program(traceback)
        error.__traceback__ = sys.last_traceback = traceback
        shown_by(kind, error, traceback)

    sys.excepthook = show


def _of_the_program(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without the frames that led to the program."""
    begun = False
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        begun = begun or filename == __file__
        # above our own frames is what started us: runpy, or an entry point
        if begun and filename not in _OWN_FILES and not filename.startswith("<frozen "):
            return traceback
        traceback = traceback.tb_next
    return None
