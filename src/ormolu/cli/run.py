"""``ormolu run``: a program as ``python`` runs it, with the ORM on ormolu."""

from __future__ import annotations

import importlib.util
import io
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from .. import errors
from ..sqlalchemy import install

__all__ = ["run_module", "run_script"]

# runs a module in the namespace of __main__, as `python -m` does; the public
# run_module() puts another __main__ back as soon as the module has run, so
# that threads and exit functions of the program would miss theirs
_run_as_main: Callable[[str, bool], Any] = runpy._run_module_as_main  # type: ignore[attr-defined]


def run_script(path: str, arguments: Sequence[str]) -> int:
    """Run a script, a directory with a ``__main__.py``, or a zip file with one.

    Args:
        path: where it is.
        arguments: what the program finds in ``sys.argv`` after its name.

    Returns:
        the exit status, 1 if the program failed.

    Raises:
        ScriptError: there is no such program.
    """
    script = Path(path)
    if not script.exists():
        raise errors.ScriptError(f"cannot run {path}: there is no such file; check the path")
    is_archive = script.is_dir() or _is_zip(script)
    if script.is_dir() and not (script / "__main__.py").exists():
        raise errors.ScriptError(
            f"cannot run {path}: it is a directory without a __main__.py; name a script in it"
        )
    install()
    sys.argv = [path, *arguments]
    _set_first_path(path if is_archive else str(script.resolve().parent))
    if is_archive:
        _fresh_main()
        return _run(lambda: _run_as_main("__main__", False))
    return _run(lambda: _execute(path))


def run_module(name: str, arguments: Sequence[str]) -> int:
    """Run a module, or the ``__main__`` of a package, by its name.

    Args:
        name: the dotted name.
        arguments: what the program finds in ``sys.argv`` after its name.

    Returns:
        the exit status, 1 if the program failed.

    Raises:
        ScriptError: there is no such module.
    """
    _set_first_path(os.getcwd())
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise errors.ScriptError(
            f"cannot run -m {name}: there is no such module; check its name, and that it can "
            "be imported from here"
        )
    install()
    sys.argv = [name, *arguments]
    _fresh_main()
    return _run(lambda: _run_as_main(name, True))


def _is_zip(path: Path) -> bool:
    import zipfile  # noqa: PLC0415 - few programs are one

    return path.suffix in (".zip", ".pyz", ".pyzw") and zipfile.is_zipfile(path)


def _set_first_path(entry: str) -> None:
    """Have imports find what is beside the program, in the place of what was ours."""
    if not sys.flags.safe_path:
        sys.path[0] = entry


def _fresh_main() -> ModuleType:
    module = ModuleType("__main__")
    module.__dict__["__builtins__"] = sys.modules["builtins"]
    sys.modules["__main__"] = module
    return module


def _execute(path: str) -> None:
    module = _fresh_main()
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    with io.open_code(str(Path(path).resolve())) as source:
        code = compile(source.read(), path, "exec")
    exec(code, module.__dict__)


def _run(program: Callable[[], object]) -> int:
    """Run ``program`` and end as python ends: traceback, status, signal."""
    try:
        program()
    except SystemExit:
        raise
    except BaseException as error:
        error.__traceback__ = _of_the_program(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        if isinstance(error, KeyboardInterrupt):
            # shown already; leave the rest (exit functions, death by SIGINT) to python
            sys.excepthook = lambda *_: None
            raise KeyboardInterrupt from None
        return 1
    return 0


def _of_the_program(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without the frames that are not the program's."""
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if filename != __file__ and "runpy" not in filename:
            return traceback
        traceback = traceback.tb_next
    return None
