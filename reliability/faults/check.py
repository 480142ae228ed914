"""Every call-out of every operation raises: ``python -m reliability.faults.check DOOR PART SEED``.

An operation is tried in one world, for the call-outs that it has and for what comes of it.
For each of them there is a new world, the same as the first, where it raises.  Then all has
to be as it was before, and the same operation has to do what it did in the first world.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from functools import partial

from .alone import serve
from .case import Case, cases
from .doors import open_door
from .injecting import Attempt, attempt

__all__ = ["check"]


class InjectedError(Exception):
    """What no one expects."""


# and what the layer itself catches at one place or another
ERRORS: tuple[type[BaseException], ...] = (
    InjectedError,
    AttributeError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    StopIteration,
    KeyboardInterrupt,
)


def check(door: str, part: float, seed: int, tell: Callable[[str], None]) -> dict[str, int]:
    """Inject in this process.

    Args:
        door: ``core`` or ``sqlalchemy``.
        part: of all that there is to inject.
        seed: which part.
        tell: told of the progress.

    Returns:
        how many operations were disturbed, at how many call-outs, and how often.

    Raises:
        AssertionError: something was not taken back, or does not work any more.
    """
    figures = {"operations": 0, "call-outs": 0, "faults": 0}
    for case in cases(open_door(door), part, random.Random(seed)):
        figures["operations"] += 1
        for at, name in enumerate(case.call_outs(), 1):
            figures["call-outs"] += 1
            for error in ERRORS:
                figures["faults"] += 1
                _raise_at(case, at, name, error)
        gc.collect(0)
        tell(f"faults: {figures['faults']:,} at the door {door}")
    return figures


def _raise_at(case: Case, at: int, name: str, error: type[BaseException]) -> None:
    injected = error("injected")
    what = f"{error.__name__} at call-out {at}, {name}"
    doing = partial(attempt, at=at, injected=injected)

    def is_refused(made: Attempt, usual: str) -> bool:
        return made.is_refused(injected, usual)

    if not case.disturb(what, doing, is_refused):
        assert _is_answer(case, name, error), f"{case}: was passed over"


def _is_answer(case: Case, name: str, error: type[BaseException]) -> bool:
    """Return whether what a call-out says with an exception is an answer."""
    if error in (AttributeError, KeyError) and name in ("__getattribute__", "__getattr__"):
        # either says that an instance has no state, as getters of states may
        return True
    # to take out what may be there; an exception of these says that it is not
    return case.name.startswith("pop ") and error in (KeyError, IndexError, ValueError)


if __name__ == "__main__":
    serve(check)
