"""Fuzzing that looks which code its bytes reach: ``python -m reliability.fuzz.guided FOLDER``.

The bytes are chosen by atheris (libFuzzer).  It sees what
Python code is reached, and none that is compiled: so it looks for inputs on the pure core,
and goes on from what it has found on the native one, where all of it is run again first.

More arguments are libFuzzer's own, such as ``-max_total_time=60`` and ``-seed=1``.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from ..cores import on_core

__all__ = ["is_possible", "run"]

OPTIONS = (
    "-detect_leaks=0",
    "-rss_limit_mb=8000",
    "-timeout=300",
    "-max_len=600",
    "-len_control=0",
)


def is_possible() -> bool:
    """Return whether atheris is installed."""
    return importlib.util.find_spec("atheris") is not None


def run(
    cores: tuple[str, ...], seconds: float, seed: int, tell: Callable[[str], None]
) -> dict[str, int]:
    """Fuzz each core in a process of its own, the later ones with what the first has found.

    Args:
        cores: ``pure``, ``native``, or both in this order.
        seconds: how long, all together.
        seed: the same one chooses the same bytes, as far as the machine is as fast.
        tell: told of the progress.

    Returns:
        How many inputs were found that reach something new.

    Raises:
        AssertionError: a process did not end as it should; it says with which bytes.
    """
    with TemporaryDirectory() as folder:
        for core in cores:
            tell(f"guided: {seconds / len(cores):,.0f} seconds on the {core} core")
            _fuzz(core, Path(folder), seconds / len(cores), seed)
        return {"inputs kept": len(list(Path(folder).iterdir()))}


def _fuzz(core: str, folder: Path, seconds: float, seed: int) -> None:
    options = [*OPTIONS, f"-max_total_time={max(round(seconds), 1)}", f"-seed={seed}"]
    command = [sys.executable, "-m", __spec__.name, str(folder), *options]
    done = subprocess.run(
        command,
        **on_core(core),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    ending = f"guided fuzzing of the {core} core, seed {seed}, ended with {done.returncode}"
    assert done.returncode == 0, f"{ending}\n{done.stderr[-4000:]}"


def main() -> None:
    """Fuzz in this process, as libFuzzer's arguments say."""
    import atheris  # noqa: PLC0415 - only here is it needed

    with atheris.instrument_imports(include=["ormolu", "reliability.fuzz"]):
        from .calls import run as run_calls  # noqa: PLC0415 - instrumented as it is imported

    sys.unraisablehook = lambda unraisable: None  # what __del__ raises is told nobody
    atheris.Setup(sys.argv, lambda data: run_calls(data) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
