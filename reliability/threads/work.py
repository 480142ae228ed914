"""Work in one process: ``python -m reliability.threads.work SECONDS SEED [THREADS]``.

A deadlock, like a crash, ends it with the tracebacks of all threads.
"""

from __future__ import annotations

import faulthandler
import gc
import random
import sys
import threading
import time
import warnings

from .tasks import tasks
from .world import World

__all__ = ["work"]

HASTE = 1e-6
PATIENCE = 120
"""Seconds for which nothing may happen."""


def work(seconds: float, seed: int, threads: int) -> int:
    """Do all tasks in some threads at once; return how many were done.

    Args:
        seconds: how long.
        seed: the same one chooses the same tasks in each thread; their order among
            the threads is the interpreter's.
        threads: how many.

    Raises:
        BaseException: what the first thread has raised that failed.
    """
    world, until = World(), time.monotonic() + seconds
    failed: list[BaseException] = []
    done = [0] * threads
    chosen, weights = zip(*tasks(), strict=True)

    def run(number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        try:
            while time.monotonic() < until and not failed:
                chance.choices(chosen, weights)[0](world, chance)
                done[number] += 1
        except BaseException as error:
            failed.append(error)

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failed:
        raise failed[0]
    assert all(done), "a thread has done nothing"
    world.check()
    gc.collect()
    return sum(done)


def main(seconds: float, seed: int, threads: int = 6) -> None:
    """Run as the command line says."""
    faulthandler.enable()
    faulthandler.dump_traceback_later(seconds + PATIENCE, exit=True)
    sys.setswitchinterval(HASTE)
    warnings.simplefilter("ignore")
    print(work(seconds, seed, threads))


if __name__ == "__main__":
    main(float(sys.argv[1]), *map(int, sys.argv[2:]))
