"""Look for reference leaks with a debug build of the interpreter, on both cores.

usage: debug_build.py PYTHON [TESTS...]

PYTHON is one that counts all references, such as Debian's python3.11-dbg. It also checks,
with assertions, what it is handed; the native core is compiled with assertions of its own.
Each test is run again and again: see tests/plugins/leaks.py.
"""

from __future__ import annotations

import os
import sys

from other_python import PROJECT, OtherPython

FLAGS = "-O1 -UNDEBUG"


def main() -> None:
    """Build and test as the command line says."""
    tests = sys.argv[2:] or ["tests/core", "tests/reliability/test_lives.py"]
    python = OtherPython(sys.argv[1], "debug")
    if python.says("hasattr(sys, 'gettotalrefcount')") != "True":
        raise SystemExit(f"{sys.argv[1]} is no debug build: it does not count its references")
    python.compile_in_place(FLAGS)
    path = os.pathsep.join(str(PROJECT / folder) for folder in ("src", "tests/plugins"))
    for native in ("off", "require"):
        core = {"ORMOLU_NATIVE": native, "PYTHONPATH": path}
        python.run(["-X", "dev", "-m", "pytest", "-q", "-p", "leaks", *tests], core)


if __name__ == "__main__":
    main()
