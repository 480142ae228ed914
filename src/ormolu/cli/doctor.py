"""``ormolu doctor``: what is installed, and whose code runs, piece by piece."""

from __future__ import annotations

import importlib.util
import json
import platform
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from .. import __version__, _backend, errors
from ..sqlalchemy.remaining import reason_for
from ..sqlalchemy.versions import SUPPORTED, check_version, found_version

__all__ = ["diagnose", "report"]

_OURS, _THEIRS = "ormolu's", "SQLAlchemy's"


def report(as_json: bool = False) -> int:
    """Print the diagnosis.

    Args:
        as_json: as one JSON object, for programs.

    Returns:
        0 if all is well, 1 if something is not supported.
    """
    found = diagnose()
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        _show(found)
    return 0 if found["ok"] else 1


def diagnose() -> dict[str, Any]:
    """Return versions, cores, and the owner of every piece of the layer.

    The keys are ``schema``, ``ok``, ``ormolu``, ``python``, ``core``,
    ``sqlalchemy``, ``pieces`` and ``reasons``.  The pieces are measured: a new
    process installs ormolu, imports SQLAlchemy's layer modules, and looks at where
    the code of each class and function comes from.  The reasons say, of each that
    is SQLAlchemy's, why; ``None`` is for one that ormolu's own list lacks.
    """
    version = found_version()
    problem = None
    try:
        check_version(version)
    except errors.UnsupportedVersionError as error:
        problem = str(error)
    pieces = {} if problem else _pieces()
    return {
        # to be raised when a key changes its meaning or goes away
        "schema": 1,
        "ok": problem is None,
        "ormolu": __version__,
        "python": {
            "version": platform.python_version(),
            "implementation": platform.python_implementation(),
        },
        "core": {"backend": _backend.backend(), "modules": _backend.describe()},
        "sqlalchemy": {
            "version": version,
            "supported": problem is None,
            "supported_versions": list(SUPPORTED),
            "problem": problem,
        },
        "pieces": pieces,
        "reasons": {
            module: {name: reason_for(module, name) for name in owners["sqlalchemy"]}
            for module, owners in pieces.items()
        },
    }


def _pieces() -> dict[str, dict[str, list[str]]]:
    command = [sys.executable, "-m", "ormolu.cli.pieces"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise errors.InstallError(f"the layer cannot be looked at: {result.stderr.strip()}")
    pieces: dict[str, dict[str, list[str]]] = json.loads(result.stdout)
    return pieces


def _show(found: dict[str, Any]) -> None:
    if sys.stdout.isatty() and importlib.util.find_spec("rich"):
        _show_rich(found)
        return
    print("\n".join(_facts(found)))
    for module, owners in found["pieces"].items():
        print(f"\n{module}")
        for label, names in _rows(module, owners):
            print(textwrap.fill(f"{label:<13} {names}", 98, **_INDENT))


def _rows(module: str, owners: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Whose, and what: all of ormolu's, then SQLAlchemy's, by why they stay so."""
    yield _OURS, ", ".join(owners["ormolu"]) or "none"
    by_reason: dict[str, list[str]] = {}
    for name in owners["sqlalchemy"]:
        reason = reason_for(module, name) or "not known to this version of ormolu"
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        yield _THEIRS, f"{', '.join(names)} ({reason})"


# names are not to be parted at what looks like a hyphen
_INDENT: dict[str, Any] = {
    "initial_indent": "  ",
    "subsequent_indent": " " * 16,
    "break_on_hyphens": False,
}


def _show_rich(found: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415 - it may not be installed
    from rich.table import Table  # noqa: PLC0415 - the same

    console = Console()
    # the words are not markup, and paths not to be coloured
    for line in _facts(found):
        console.print(line, markup=False, highlight=False)
    for module, owners in found["pieces"].items():
        console.print(f"\n[bold]{module}[/bold]", highlight=False)
        table = Table.grid(padding=(0, 2))
        for label, names in _rows(module, owners):
            style = "green" if label == _OURS else "dim"
            table.add_row(f"  {label}", names, style=style)
        console.print(table)


def _facts(found: dict[str, Any]) -> list[str]:
    python, database = found["python"], found["sqlalchemy"]
    lines = [
        f"ormolu      {found['ormolu']}, {_core(found['core'])}",
        f"Python      {python['implementation']} {python['version']}",
        f"SQLAlchemy  {database['version'] or 'not installed'}, "
        f"{'supported' if database['supported'] else 'NOT supported'}",
    ]
    if database["problem"]:
        return [*lines, "", str(database["problem"])]
    ours = sum(len(owners["ormolu"]) for owners in found["pieces"].values())
    theirs = sum(len(owners["sqlalchemy"]) for owners in found["pieces"].values())
    return [
        *lines,
        "",
        f"Under 'ormolu run', in SQLAlchemy's {len(found['pieces'])} layer modules, "
        f"{ours} names are ormolu's code and {theirs} SQLAlchemy's:",
    ]


def _core(core: dict[str, Any]) -> str:
    modules: dict[str, str] = core["modules"]
    native = sorted(name for name, kind in modules.items() if kind == "native")
    pure = sorted(modules.keys() - native)
    if not pure:
        return f"native core: all {len(native)} kernel modules are compiled"
    if not native:
        return f"pure core: none of the {len(pure)} kernel modules is compiled, so it is slower"
    return f"pure core, in part: native are {', '.join(native)}; pure are {', '.join(pure)}"
