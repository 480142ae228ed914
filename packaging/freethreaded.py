"""Test ormolu on a free-threaded interpreter, and stress it from many threads.

usage: freethreaded.py PYTHON [SECONDS]

The native core does not say that it can do without the GIL, so that the interpreter
turns it on for it; what runs without one is the pure core.
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
    install = ["install", "--quiet", "--only-binary", ":all:", "pytest", "hypothesis"]
    pip = [made, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, *install], check=True)
    return made


def main() -> None:
    """Run the tests of the core and the stress run."""
    python = prepare(sys.argv[1])
    seconds = sys.argv[2] if len(sys.argv) > 2 else "20"
    environment = {
        **os.environ,
        "PYTHON_GIL": "0",
        "ORMOLU_NATIVE": "off",
        "PYTHONPATH": str(PROJECT / "src"),
    }
    for command in (
        ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/core"],
        ["tests/stress/threads.py", seconds],
    ):
        subprocess.run([python, *command], cwd=PROJECT, env=environment, check=True)


if __name__ == "__main__":
    main()
