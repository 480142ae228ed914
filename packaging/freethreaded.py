"""Test ormolu on a free-threaded interpreter, and stress it from many threads.

usage: freethreaded.py PYTHON [SECONDS]

Both cores are tested: the pure one, and the native one, which is compiled in place. The
GIL is neither forced off nor on: that it stays off shows that the extension declares so.
"""

from __future__ import annotations

import os
import sys

from other_python import PROJECT, OtherPython

__all__ = ["CORES", "check_gil", "require_free_threading"]

TESTS = ("tests/core", "tests/tracking")
ALSO = ("attrs", "jsonpatch", "pydantic")
CORES = [
    {"ORMOLU_NATIVE": native, "PYTHONPATH": str(PROJECT / "src")} for native in ("off", "require")
]


def require_free_threading(python: OtherPython) -> None:
    """End the run if an interpreter was not built to be without a GIL."""
    if python.says("sysconfig.get_config_var('Py_GIL_DISABLED') or 0") != "1":
        raise SystemExit("that has a GIL; give a free-threaded one: make PYTHON=python3.14t")


def check_gil(python: OtherPython, core: dict[str, str]) -> None:
    """End the run if the GIL is on with all of ormolu imported."""
    if (
        python.says("__import__('ormolu.instrumentation') and sys._is_gil_enabled()", core)
        != "False"
    ):
        raise SystemExit("importing ormolu has turned the GIL on")


def main() -> None:
    """Run the tests of the core and the stress run."""
    seconds = sys.argv[2] if len(sys.argv) > 2 else "20"
    os.environ.pop("PYTHON_GIL", None)
    python = OtherPython(sys.argv[1], "freethreaded", also=ALSO)
    require_free_threading(python)
    python.compile_in_place()
    for core in CORES:
        check_gil(python, core)
        python.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS], core)
        python.run(["-m", "reliability.threads.work", seconds, "1"], core)


if __name__ == "__main__":
    main()
