"""Fuzzing in processes of their own: ``python -m reliability.fuzz.check SECONDS SEED``."""

from __future__ import annotations

import faulthandler
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from .calls import run as run_calls

__all__ = ["run"]

ROUNDS = 200
SIZE = 600


def run(seconds: float, seed: int, tell: Callable[[str], None]) -> dict[str, int]:
    """Fuzz for some seconds of processor time.

    Args:
        seconds: how long.
        seed: the first; each process counts it up.
        tell: told of the progress.

    Returns:
        How many processes ran, and how many calls they made.

    Raises:
        AssertionError: a process did not end as it should; it says which seed shows it.
    """
    used, processes, calls = 0.0, 0, 0
    while used < seconds:
        started = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", __spec__.name, "--one", str(seed + processes)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        ending = f"seed {seed + processes} ended a process with {done.returncode}"
        assert done.returncode == 0, f"{ending}\n{done.stderr[-3000:]}"
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        used += ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime
        processes += 1
        calls += int(done.stdout.rpartition("\\n")[2] or done.stdout.split()[-1])
        tell(f"fuzz: {used:,.0f} of {seconds:,.0f} seconds, {calls:,} calls")
    return {"processes": processes, "calls": calls, "seconds": round(used)}


def one(seed: int) -> int:
    """Fuzz in this process; return how many calls were made."""
    chance = random.Random(seed)
    end = time.process_time() + 20
    calls = 0
    for _ in range(ROUNDS):
        calls += run_calls(chance.randbytes(chance.randrange(20, SIZE)))
        if time.process_time() > end:
            break
    return calls


def main(arguments: list[str]) -> None:
    """Run as the command line says."""
    faulthandler.enable()
    sys.unraisablehook = lambda unraisable: None  # what __del__ raises is told nobody
    if arguments[0] == "--one":
        print(one(int(arguments[1])))
        return
    seconds, seed = arguments
    print(run(float(seconds), int(seed), lambda line: print(line, end="\r", file=sys.stderr)))


if __name__ == "__main__":
    main(sys.argv[1:])
