"""Where it is run: an environment and the test suite of each version of SQLAlchemy.

All of it is made below ``.upstream``, which git ignores.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tarfile
from pathlib import Path

from ormolu.sqlalchemy.series import KNOWN_SERIES
from ormolu.sqlalchemy.versions import SUPPORTED, UNTESTED

__all__ = [
    "ROOT",
    "UPSTREAM",
    "environment",
    "interpreter",
    "new_releases",
    "python_for",
    "sources_of",
    "unpacked",
]

ROOT = Path(__file__).resolve().parent.parent
UPSTREAM = ROOT / ".upstream"

_TO_TEST = ("pytest>=8", "pytest-xdist>=3.6", "coverage>=7")
_PACKAGES = (
    *_TO_TEST,
    "setuptools>=70.1",  # whose bdist_wheel the metadata of 2.0 asks for
    "cython",
    "greenlet",
    "aiosqlite",
    "asyncpg",
    "psycopg[binary]>=3.2",
    "pymysql",
    # test/ext/mypy is skipped without it
    "mypy",
    # one of the examples
    "dogpile.cache",
)


def python_for(version: str) -> Path:
    """Return the interpreter of an environment with this SQLAlchemy and its tests' needs."""
    return interpreter(version, f"sqlalchemy=={version}", *_PACKAGES)


def interpreter(name: str, *packages: str) -> Path:
    """Return the interpreter of an environment with these packages, made if need be.

    Its Python is the one that runs this script; what runs tests is there too.

    Args:
        name: of the environment.
        packages: what pip is to install.
    """
    folder = UPSTREAM / f"environments/{platform.python_version()}-{name}"
    python = folder / "bin/python"
    done = folder / ".made"
    wanted = "\n".join(packages)
    if not done.exists() or done.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        _pip(python, "install", *_TO_TEST, *packages)
        done.write_text(wanted)
    return python


def sources_of(version: str) -> Path:
    """Return SQLAlchemy's unpacked source distribution, which has the tests."""
    # its build would compile the extensions, only to tell their names
    return unpacked("sqlalchemy", version, python_for(version), "--no-build-isolation")


def unpacked(package: str, version: str, python: Path, *options: str) -> Path:
    """Return the folder of an unpacked source distribution, fetched if need be.

    Args:
        package: its name on the index.
        version: of the package.
        python: an interpreter that has pip.
        options: more of them for ``pip download``.
    """
    name = f"{package.replace('-', '_').replace('.', '_')}-{version}"
    folder = UPSTREAM / name
    if not (folder / "PKG-INFO").exists():
        UPSTREAM.mkdir(exist_ok=True)
        exactly = ("--no-deps", "--no-binary", package, "--dest", str(UPSTREAM), *options)
        _pip(python, "download", *exactly, f"{package}=={version}")
        with tarfile.open(UPSTREAM / f"{name}.tar.gz") as archive:
            archive.extractall(UPSTREAM, filter="data")
    return folder


def new_releases() -> list[str]:
    """Return the newest version of each series that ormolu does not support yet.

    A series is one that ormolu knows, or whatever the newest version of all is of.
    """
    wanted = ["sqlalchemy", *(f"sqlalchemy=={series.name}.*" for series in KNOWN_SERIES)]
    return sorted({_newest(one) for one in wanted} - set(SUPPORTED), reverse=True)


def _newest(requirement: str) -> str:
    options = ["--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-"]
    report = _pip(Path(sys.executable), "install", *options, requirement)
    (found,) = json.loads(report)["install"]
    return str(found["metadata"]["version"])


def environment(version: str, **more: str) -> dict[str, str]:
    """Return the environment variables to run SQLAlchemy's tests with.

    Args:
        version: of SQLAlchemy.
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
        # to try a new release is what a run of one is for
        **({} if version in SUPPORTED else {UNTESTED: "1"}),
        **more,
    }


def _pip(python: Path, *arguments: str) -> str:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
