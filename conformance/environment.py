"""Where it is run: an environment and the test suite of each version of SQLAlchemy.

All of it is made below ``.upstream``, which git ignores.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tarfile
from pathlib import Path

__all__ = ["ROOT", "UPSTREAM", "environment", "python_for", "sources_of"]

ROOT = Path(__file__).resolve().parent.parent
UPSTREAM = ROOT / ".upstream"

_PACKAGES = (
    "pytest>=8",
    "pytest-xdist>=3.6",
    "coverage>=7",
    "setuptools",
    "cython",
    "greenlet",
    "aiosqlite",
    "asyncpg",
    "psycopg[binary]>=3.2",
    "pymysql",
    "mypy",
)


def python_for(version: str) -> Path:
    """Return the interpreter of an environment with this SQLAlchemy, made if need be.

    Its Python is the one that runs this script.
    """
    folder = UPSTREAM / f"environments/{platform.python_version()}-{version}"
    python = folder / "bin/python"
    done = folder / ".made"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        _pip(python, "install", f"sqlalchemy=={version}", *_PACKAGES)
        done.touch()
    return python


def sources_of(version: str) -> Path:
    """Return the unpacked source distribution, which has the tests; fetched if need be."""
    folder = UPSTREAM / f"sqlalchemy-{version}"
    if not (folder / "setup.cfg").exists():
        UPSTREAM.mkdir(exist_ok=True)
        options = ["--no-deps", "--no-binary", "sqlalchemy", "--no-build-isolation"]
        _pip(
            python_for(version),
            *("download", *options, "--dest", str(UPSTREAM), f"sqlalchemy=={version}"),
        )
        with tarfile.open(UPSTREAM / f"sqlalchemy-{version}.tar.gz") as archive:
            archive.extractall(UPSTREAM, filter="data")
    return folder


def environment(**more: str) -> dict[str, str]:
    """Return the environment variables to run SQLAlchemy's tests with.

    Args:
        more: further variables.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    folders = [ROOT / "src", ROOT / "conformance", ROOT / "tests/upstream"]
    return {
        **kept,
        # ormolu needs no package, so its source is all there is to install
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        # where a user site is allowed, their conftest tests the sources and not
        # the package, compiled as it is installed; workers do not inherit -s
        "PYTHONNOUSERSITE": "1",
        **more,
    }


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)
