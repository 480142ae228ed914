"""Hostile input in processes of its own.

usage: python -m reliability.hostile.check SECONDS SEED
"""

from __future__ import annotations

import faulthandler
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

from . import flips, inits, loaders, states

__all__ = ["ATTACKS", "run"]

ATTACKS: dict[str, Callable[[int], bool]] = {
    "states": states.attack,
    "flips": flips.attack,
    "inits": inits.attack,
    "loaders": loaders.attack,
}
SECONDS = 20
"""How long a process attacks, at most."""
_MEMORY = 4 << 30
_STEP = 1_000_000
"""How far the seeds of two processes are apart."""


def run(seconds: float, seed: int, tell: Callable[[str], None]) -> dict[str, int]:
    """Attack for some seconds of processor time.

    Args:
        seconds: how long.
        seed: of the first process; each counts it up.
        tell: told of the progress.

    Returns:
        How many attacks of each kind there were, and how many processes.

    Raises:
        AssertionError: an attack did harm, or ended a process; it says which seed shows it.
    """
    counts = dict.fromkeys(ATTACKS, 0)
    used, processes = 0.0, 0
    share = min(SECONDS, seconds / len(ATTACKS))
    while used < seconds or processes < len(ATTACKS):
        name = list(ATTACKS)[processes % len(ATTACKS)]
        started = _processor_time()
        counts[name] += _attack(name, seed + processes, share)
        used += _processor_time() - started
        processes += 1
        tell(f"hostile: {used:,.0f} of {seconds:,.0f} seconds, {sum(counts.values()):,} attacks")
    return {**counts, "processes": processes}


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _attack(name: str, seed: int, seconds: float) -> int:
    """Attack in a process of its own; return how often."""
    command = [sys.executable, "-m", __spec__.name, "--one", name, str(seed), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    shown = f"{name} with seed {seed} ended a process with {done.returncode}"
    assert done.returncode == 0, f"{shown}\n{done.stderr[-3000:]}"
    return int(done.stdout)


def one(name: str, seed: int, seconds: float) -> int:
    """Attack in this process; return how often.

    Raises:
        AssertionError: an attack did harm; it names its own seed.
    """
    end = time.process_time() + seconds
    count = 0
    while count < _STEP and time.process_time() < end:
        own = seed * _STEP + count
        try:
            ATTACKS[name](own)
        except Exception as error:
            again = f"reliability.hostile.{name}.attack({own})"
            raise AssertionError(f"{again}: {error}") from error
        count += 1
    return count


def main(arguments: list[str]) -> None:
    """Run as the command line says."""
    if arguments[0] != "--one":
        seconds, seed = arguments
        print(run(float(seconds), int(seed), lambda line: print(line, end="\r", file=sys.stderr)))
        return
    faulthandler.enable()
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda unraisable: None  # what __del__ raises is told nobody
    # a changed pickle may ask for any amount
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    _, name, seed, seconds = arguments
    print(one(name, int(seed), float(seconds)))


if __name__ == "__main__":
    main(sys.argv[1:])
