"""Test ormolu on a free-threaded interpreter, and stress it from many threads.

usage: freethreaded.py PYTHON [SECONDS]

Both cores are tested: the pure one, and the native one, which is compiled in place. The
GIL is neither forced off nor on: that it stays off shows that the extension declares so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
VENV = PROJECT / "build" / "freethreaded"


def prepare(python: str) -> str:
    """Make an environment with what the tests need; return its interpreter."""
    subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)
    made = str(VENV / "bin" / "python")
    ask = "import sysconfig; print(sysconfig.get_config_var('Py_GIL_DISABLED') or 0)"
    found = subprocess.run([made, "-c", ask], capture_output=True, text=True, check=True)
    if found.stdout.strip() != "1":
        raise SystemExit(f"{python} has a GIL; give a free-threaded one: make PYTHON=python3.14t")
    needed = ["pytest", "hypothesis", "cython>=3.1,<3.3", "setuptools"]
    pip = [made, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--only-binary", ":all:", *needed], check=True)
    return made


def compile_in_place(python: str) -> None:
    """Compile the native core for the interpreter, beside its sources."""
    command = [python, "setup.py", "--quiet", "build_ext", "--inplace"]
    environment = {**os.environ, "ORMOLU_BUILD_NATIVE": "1"}
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)


def check_gil(python: str, environment: dict[str, str]) -> None:
    """End the run if the GIL is on with all of ormolu imported."""
    ask = "import ormolu.instrumentation, sys; sys.exit(sys._is_gil_enabled())"
    if subprocess.run([python, "-c", ask], env=environment, check=False).returncode:
        raise SystemExit("importing ormolu has turned the GIL on")


def main() -> None:
    """Run the tests of the core and the stress run."""
    python = prepare(sys.argv[1])
    seconds = sys.argv[2] if len(sys.argv) > 2 else "20"
    compile_in_place(python)
    given = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    for native in ("off", "require"):
        environment = {**given, "ORMOLU_NATIVE": native, "PYTHONPATH": str(PROJECT / "src")}
        check_gil(python, environment)
        for command in (
            ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/core"],
            ["-W", "ignore", "tests/stress/threads.py", seconds],
        ):
            subprocess.run([python, *command], cwd=PROJECT, env=environment, check=True)


if __name__ == "__main__":
    main()
