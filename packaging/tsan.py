"""Let many threads work on a free-threaded interpreter beneath ThreadSanitizer.

usage: tsan.py PYTHON [SECONDS]

PYTHON is one that was configured with --disable-gil and --with-thread-sanitizer. The native
core is translated to C by this interpreter, beneath the sanitizer that takes hours, and
compiled for the other, with the sanitizer, into a copy of the sources. A race that is seen
ends the run; the interpreter's own ones are in tsan_suppressions.txt, each with its reason.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
BUILT = PROJECT / "build" / "tsan"
SUPPRESSIONS = Path(__file__).with_name("tsan_suppressions.txt")
OPTIONS = f"halt_on_error=1:exitcode=66:history_size=7:suppressions={SUPPRESSIONS}"
ASKED = """
import json, sys, sysconfig
names = ("CC", "PY_CFLAGS", "CCSHARED", "INCLUDEPY", "EXT_SUFFIX", "Py_GIL_DISABLED")
print(json.dumps({name: sysconfig.get_config_var(name) for name in names}))
"""
# some compilers' runtimes do not get along with the addresses that newer kernels give
FIXED = ["setarch", "-R"] if shutil.which("setarch") else []


def ask(python: str) -> dict[str, str]:
    """Return how an interpreter was built; end the run if it is of no use."""
    said = subprocess.check_output([*FIXED, python, "-c", ASKED], text=True)
    built: dict[str, str] = json.loads(said)
    if not built["Py_GIL_DISABLED"]:
        raise SystemExit(f"{python} has a GIL: configure it with --disable-gil")
    if "-fsanitize=thread" not in built["PY_CFLAGS"]:
        raise SystemExit(f"{python} has no sanitizer: configure it --with-thread-sanitizer")
    return built


def build(built: dict[str, str]) -> Path:
    """Compile a copy of the sources; return the folder to import from."""
    shutil.rmtree(BUILT, ignore_errors=True)
    leave_out = shutil.ignore_patterns("*.so", "*.c", "__pycache__", "*.egg-info")
    shutil.copytree(PROJECT / "src", BUILT / "src", ignore=leave_out)
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, BUILT)
    # translates all modules before it tells the name
    translate = [sys.executable, "setup.py", "--quiet", "--name"]
    environment = {**os.environ, "ORMOLU_BUILD_NATIVE": "1"}
    subprocess.run(translate, cwd=BUILT, env=environment, check=True)
    for source in sorted((BUILT / "src" / "ormolu" / "_kernel").glob("*.c")):
        compile_one(source, built)
    return BUILT / "src"


def compile_one(source: Path, built: dict[str, str]) -> None:
    """Compile one module of the core."""
    flags = shlex.split(f"{built['PY_CFLAGS']} {built['CCSHARED']}")
    target = source.with_suffix(built["EXT_SUFFIX"])
    command = [*shlex.split(built["CC"]), "-shared", *flags, "-w", f"-I{built['INCLUDEPY']}"]
    subprocess.run([*command, "-o", str(target), str(source)], check=True)


def work(python: str, core: str, seconds: str, seed: str, path: Path) -> None:
    """Let the threads of one process work; a race ends the run."""
    environment = {
        **os.environ,
        "TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", OPTIONS),
        "ORMOLU_NATIVE": core,
        "PYTHONPATH": str(path),
    }
    command = [*FIXED, python, "-m", "reliability.threads.work", seconds, seed]
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"ORMOLU_NATIVE={core}, seed {seed}: ended with {done.returncode}")


def main() -> None:
    """Run as the command line says."""
    python = sys.argv[1]
    seconds = sys.argv[2] if len(sys.argv) > 2 else "60"
    path = build(ask(python))
    for core in ("off", "require"):
        for seed in ("1", "2"):
            work(python, core, seconds, seed, path)


if __name__ == "__main__":
    main()
