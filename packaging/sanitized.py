"""Build the native core with sanitizers, beside the usual one, and run tests on it.

usage: sanitized.py --cflags FLAGS [TESTS...]

The interpreter itself is not sanitized: the runtime is loaded before it, its own
allocator is out of the way, and what it does not free at its end is not looked at.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from imported import imported_from

PROJECT = Path(__file__).parent.parent
BUILT = PROJECT / "build" / "sanitized"


def build(flags: str) -> Path:
    """Compile a copy of the sources; return the folder to import from."""
    shutil.rmtree(BUILT, ignore_errors=True)
    leave_out = shutil.ignore_patterns("*.so", "*.c", "__pycache__", "*.egg-info")
    shutil.copytree(PROJECT / "src", BUILT / "src", ignore=leave_out)
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, BUILT)
    environment = {**os.environ, "ORMOLU_BUILD_NATIVE": "1", "CFLAGS": flags, "LDFLAGS": flags}
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    subprocess.run(command, cwd=BUILT, env=environment, check=True)
    return BUILT / "src"


def runtimes() -> str:
    """Return the libraries of the sanitizers, which have to be loaded first."""
    compiler = os.environ.get("CC", "cc")
    found = [
        subprocess.run(
            [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name in ("libasan.so", "libubsan.so", "libstdc++.so")
    ]
    return ":".join(path for path in found if "/" in path)


def main() -> None:
    """Build and test as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cflags", required=True, help="how to compile")
    parser.add_argument("tests", nargs="*", default=["tests/core"], help="what to run")
    options = parser.parse_args()
    source = build(options.cflags)
    environment = {
        **os.environ,
        "LD_PRELOAD": runtimes(),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": str(source),
        "ORMOLU_NATIVE": "require",
    }
    found = imported_from(sys.executable, environment)
    if not found.is_relative_to(BUILT.resolve()):
        raise SystemExit(f"{found} would be tested, and not what has just been built")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options.tests]
    raise SystemExit(subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
