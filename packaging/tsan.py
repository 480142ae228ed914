"""Let many threads work on a free-threaded interpreter beneath ThreadSanitizer.

usage: tsan.py PYTHON [SECONDS]

PYTHON is one that was configured with --disable-gil and --with-thread-sanitizer. The native
core is compiled in place, with the sanitizer, as the interpreter itself was. A race that is
seen ends the run; the interpreter's own ones are in suppressions.txt, each with its reason.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from freethreaded import CORES, check_gil, require_free_threading
from other_python import OtherPython

SUPPRESSIONS = Path(__file__).with_name("tsan_suppressions.txt")
OPTIONS = f"halt_on_error=1:exitcode=66:history_size=7:suppressions={SUPPRESSIONS}"


def require_sanitizer(python: OtherPython) -> None:
    """End the run if an interpreter was built without the sanitizer."""
    if "-fsanitize=thread" not in python.says("sysconfig.get_config_var('PY_CFLAGS')"):
        raise SystemExit("that has no sanitizer: configure Python --with-thread-sanitizer")


def main() -> None:
    """Run as the command line says."""
    seconds = sys.argv[2] if len(sys.argv) > 2 else "60"
    os.environ["TSAN_OPTIONS"] = "report_bugs=0"  # of what is installed, nothing is wanted
    # some compilers' runtimes do not get along with the addresses of newer kernels
    fixed = ("setarch", "-R") if shutil.which("setarch") else ()
    python = OtherPython(sys.argv[1], "tsan", before=fixed)
    require_free_threading(python)
    require_sanitizer(python)
    python.compile_in_place()
    os.environ["TSAN_OPTIONS"] = OPTIONS
    for core in CORES:
        check_gil(python, core)
        for seed in ("1", "2"):
            python.run(["-m", "reliability.threads.work", seconds, seed], core)


if __name__ == "__main__":
    main()
