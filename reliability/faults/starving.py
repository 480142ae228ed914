"""Memory runs out, once at every allocation of every operation.

usage: python -m reliability.faults.starving DOOR PART SEED

The interpreter's own tests have a hook for it, ``_testcapi``.  An operation that ends with a
`MemoryError` has to leave all as it was; one that goes on without the memory has to do all.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from .alone import serve
from .case import cases
from .doors import open_door
from .injecting import Attempt

__all__ = ["check", "is_possible"]

QUIET = 6
"""So many allocations later than the last that failed an operation, there are no more."""


def is_possible() -> bool:
    """Return whether this interpreter has the hook."""
    try:
        from _testcapi import set_nomemory
    except ImportError:
        return False
    return callable(set_nomemory)


def check(door: str, part: float, seed: int, tell: Callable[[str], None]) -> dict[str, int]:
    """Starve operations in this process; see ``faults.check.check``."""
    figures = {"operations": 0, "allocations": 0, "refused": 0}
    # what is collected allocates and frees at times of its own
    gc.disable()
    # CPython itself loses an exception, and goes on with none, if it has no memory for the
    # frame of a Python function that it passes: so none may be raised but the one injected
    for case in cases(open_door(door), part, random.Random(seed), kinds=(False,)):
        case.call_outs()
        if case.raises or case.name.startswith("pop "):
            continue
        figures["operations"] += 1
        at = quiet = 0
        while quiet < QUIET:
            refused = case.disturb(f"no memory at {at}", partial(_starve, at=at), _is_refused)
            quiet = 0 if refused else quiet + 1
            at += 1
            figures["allocations"] += 1
            figures["refused"] += refused
        gc.collect()
        tell(f"starving: {figures['allocations']:,} at the door {door}")
    gc.enable()
    return figures


def _starve(operation: Callable[[], Any], at: int) -> Attempt:
    """Do an operation, with no memory for its ``at``-th allocation."""
    from _testcapi import remove_mem_hooks, set_nomemory

    made = Attempt()
    try:
        try:
            set_nomemory(at, at + 1)
            made.value = operation()
        finally:
            remove_mem_hooks()
    except BaseException as error:
        made.error = error
    return made


def _is_refused(made: Attempt, usual: str) -> bool:
    # CPython may lose it where it passes a frame that there is no memory for either
    return isinstance(made.error, (MemoryError, SystemError))


if __name__ == "__main__":
    serve(check)
