"""``ormolu inspect``: run a program, then look at its objects at a prompt."""

from __future__ import annotations

import builtins
import code
import sys
from collections.abc import Sequence
from typing import Any

from .. import inspection
from ..inspection.finding import is_known
from .run import run_module, run_script

__all__ = ["inspect_program"]

_BANNER = (
    "Objects that ormolu knows are shown with their state; nothing is loaded for it.\n"
    "inspect(obj) and graph(obj) are at hand."
)


def inspect_program(module: str | None, script: str | None, arguments: Sequence[str]) -> int:
    """Run a program as ``ormolu run`` does, then read commands in its namespace.

    Args:
        module: the name of a module, or ``None``.
        script: a script, a directory or a zip file; ``None`` if there is a module.
        arguments: what the program finds in ``sys.argv`` after its name.

    Returns:
        the exit status: 0, or 2 if there is no such program.
    """
    try:
        if module is not None:
            status = run_module(module, arguments)
        else:
            status = run_script(str(script), arguments)
        if status:
            return status
    except SystemExit as ended:
        if ended.code:
            print(f"ormolu: the program ended with status {ended.code}", file=sys.stderr)
    except Exception as error:
        # what it has made up to there is what one wants to look at
        sys.excepthook(type(error), error, error.__traceback__)
    converse(vars(sys.modules["__main__"]))
    return 0


def converse(names: dict[str, Any]) -> None:
    """Read commands until there are no more, and show what they give.

    Args:
        names: the namespace; what is asked for as ``inspect`` and ``graph`` is put into it,
            unless it has something of that name.
    """
    names.setdefault("inspect", inspection.inspect)
    names.setdefault("graph", inspection.graph)
    shown_by = sys.displayhook
    sys.displayhook = show
    try:
        _have_history(names)
        code.interact(_BANNER, local=names, exitmsg="")
    finally:
        sys.displayhook = shown_by


def show(value: Any) -> None:
    """Show what a command gave: tracked objects by their state, all else as usual."""
    if value is None:
        return
    if is_known(value):
        builtins._ = value  # type: ignore[attr-defined]
        print_view(inspection.inspect(value))
    elif isinstance(value, inspection.InstanceView):
        builtins._ = value  # type: ignore[attr-defined]
        print_view(value)
    else:
        sys.__displayhook__(value)


def print_view(view: inspection.InstanceView) -> None:
    """Print a view: with colours in a terminal, if rich is there."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console  # noqa: PLC0415 - it may not be installed
        except ImportError:
            pass
        else:
            Console().print(view)
            return
    print(view)


def _have_history(names: dict[str, Any]) -> None:
    """Have the lines that were typed come back, and names be completed, where that can be."""
    if not sys.stdin.isatty():
        return
    try:
        import readline  # noqa: PLC0415 - not on every system
        import rlcompleter  # noqa: PLC0415 - the same
    except ImportError:
        return
    readline.set_completer(rlcompleter.Completer(names).complete)
    readline.parse_and_bind("tab: complete")
