"""Another interpreter than the project's own: an environment, the native core, the tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["PROJECT", "OtherPython"]

PROJECT = Path(__file__).parent.parent
NEEDED = ("pytest", "hypothesis", "cython>=3.1,<3.3", "setuptools>=77")


class OtherPython:
    """An environment in ``build`` with what the tests need.

    Args:
        python: the interpreter it is made from; the environment is made anew.
        name: what it is called.
        before: what every command is run through, such as ``setarch -R``.
        also: packages that more than the tests of the core need.

    Attributes:
        python: the interpreter in the environment.
    """

    def __init__(
        self, python: str, name: str, before: Sequence[str] = (), also: Sequence[str] = ()
    ) -> None:
        self._before = tuple(before)
        made = PROJECT / "build" / name
        self._call([python, "-m", "venv", "--clear", str(made)])
        self.python = str(made / "bin" / "python")
        pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        self.run([*pip, "--only-binary", ":all:", *NEEDED, *also])

    def says(self, expression: str, given: Mapping[str, str] | None = None) -> str:
        """Return what an expression is there, as it is printed."""
        code = f"import sys, sysconfig; print({expression})"
        command = [*self._before, self.python, "-c", code]
        environment = {**os.environ, **(given or {})}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def compile_in_place(self, flags: str = "") -> None:
        """Compile the native core for it, beside its sources."""
        build = ["setup.py", "--quiet", "build_ext", "--inplace"]
        flags = f"{os.environ.get('CFLAGS', '')} {flags}".strip()
        self.run(build, {"ORMOLU_BUILD_NATIVE": "1", "CFLAGS": flags})

    def run(self, arguments: Sequence[str], given: Mapping[str, str] | None = None) -> None:
        """Run it in the project's folder; what fails ends this process too."""
        self._call([self.python, *arguments], given)

    def _call(self, command: Sequence[str], given: Mapping[str, str] | None = None) -> None:
        environment = {**os.environ, **(given or {})}
        done = subprocess.run([*self._before, *command], cwd=PROJECT, env=environment, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
