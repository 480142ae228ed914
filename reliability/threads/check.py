"""Threads in processes of their own, one after the other, on each core that is there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from ..cores import NATIVE_FOR, cores_here, on_core

__all__ = ["run"]

LONGEST = 30
"""Seconds for which one process works."""


def run(seconds: float, seed: int, tell: Callable[[str], None]) -> dict[str, int]:
    """Let threads work.

    Args:
        seconds: how long, all processes together.
        seed: of the first process; each counts it up.
        tell: told of the progress.

    Returns:
        How many processes ran, on how many cores, and how much they have done.

    Raises:
        AssertionError: in one of them something was lost, raised or crashed; it says which.
    """
    until = time.monotonic() + seconds
    each = min(seconds / len(cores_here()), LONGEST)
    processes = done = 0
    while processes < len(cores_here()) or time.monotonic() < until:
        core = cores_here()[processes % len(cores_here())]
        done += _one(each, seed + processes, core)
        processes += 1
        tell(f"threads: {processes} processes, {done:,} tasks")
    return {"processes": processes, "cores": len(cores_here()), "tasks": done}


def _one(seconds: float, seed: int, core: str) -> int:
    command = [sys.executable, "-m", "reliability.threads.work", str(seconds), str(seed)]
    again = f"ORMOLU_NATIVE={NATIVE_FOR[core]} python {' '.join(command[1:])}"
    ended = subprocess.run(
        command,
        **on_core(core),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 600,
    )
    assert ended.returncode == 0, f"{again} ended with {ended.returncode}\n{ended.stderr[-3000:]}"
    return int(ended.stdout.split()[-1])
