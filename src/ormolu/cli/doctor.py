"""``ormolu doctor``: what is installed, and whose code runs, piece by piece."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from typing import Any

from .. import __version__, _backend, errors
from ..sqlalchemy.versions import SUPPORTED, check_version, found_version

__all__ = ["diagnose", "report"]


def report(as_json: bool = False) -> int:
    """Print the diagnosis.

    Args:
        as_json: as one JSON object, for programs.

    Returns:
        0 if all is well, 1 if something is not supported.
    """
    found = diagnose()
    print(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))
    return 0 if found["sqlalchemy"]["supported"] else 1


def diagnose() -> dict[str, Any]:
    """Return versions, cores, and the owner of every piece of the layer.

    The keys are ``ormolu``, ``python``, ``core``, ``sqlalchemy`` and
    ``pieces``.  The last is measured: a new process installs ormolu, imports
    SQLAlchemy's layer modules, and looks at where each class and function
    comes from.
    """
    version = found_version()
    problem = None
    try:
        check_version(version)
    except errors.UnsupportedVersionError as error:
        problem = str(error)
    return {
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
        "pieces": {} if problem else _pieces(),
    }


def _pieces() -> dict[str, dict[str, list[str]]]:
    command = [sys.executable, "-m", "ormolu.cli.pieces"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise errors.InstallError(f"the layer cannot be looked at: {result.stderr.strip()}")
    pieces: dict[str, dict[str, list[str]]] = json.loads(result.stdout)
    return pieces


def _lines(found: dict[str, Any]) -> list[str]:
    python, database = found["python"], found["sqlalchemy"]
    core = found["core"]
    lines = [
        f"ormolu      {found['ormolu']}, {core['backend']} core "
        f"({len(core['modules'])} modules: {', '.join(sorted(set(core['modules'].values())))})",
        f"Python      {python['implementation']} {python['version']}",
        f"SQLAlchemy  {database['version'] or 'not installed'}, "
        f"{'supported' if database['supported'] else 'NOT supported'}",
    ]
    if database["problem"]:
        lines += ["", database["problem"]]
    for module, owners in found["pieces"].items():
        lines += ["", module]
        for owner in ("ormolu", "sqlalchemy"):
            names = ", ".join(owners[owner]) or "-"
            lines.append(f"  {owner:<11} {names}")
    return lines
