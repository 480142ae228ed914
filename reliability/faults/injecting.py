"""Finding the call-outs of an operation, and having one of them raise.

A call-out is the start of any function of ``application.py`` while the operation runs.  The
interpreter tells of it, so that none has to be known beforehand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from . import application

__all__ = ["Attempt", "attempt"]


class Attempt:
    """What came of an operation.

    Attributes:
        value: what it returned.
        error: what it raised.
        called: the call-outs there were, by name, in their order.
    """

    def __init__(self) -> None:
        self.value: Any = None
        self.error: BaseException | None = None
        self.called: list[str] = []

    def is_refused(self, injected: BaseException, usual: str) -> bool:
        """Return whether the operation ended with an exception because of the one injected.

        Args:
            injected: that exception; it may be the reason of another.
            usual: the class of what the operation returns or raises otherwise.
        """
        found = self.error
        while found is not None and found is not injected:
            found = found.__cause__ or found.__context__
        # Python itself has __getattr__ raise another AttributeError
        return found is injected or (self.error is not None and self.kind != usual)

    @property
    def kind(self) -> str:
        """The name of the class of what was raised, or returned."""
        return type(self.error or self.value).__name__


def attempt(
    operation: Callable[[], Any], at: int = 0, injected: BaseException | None = None
) -> Attempt:
    """Do an operation; have its ``at``-th call-out raise, if one is given.

    Args:
        operation: what to do.
        at: which call-out; none if it is zero.
        injected: what it raises.
    """
    made = Attempt()

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename == application.__file__:
            made.called.append(frame.f_code.co_name)
            if len(made.called) == at and injected is not None:
                raise injected

    sys.setprofile(watch)
    try:
        made.value = operation()
    except BaseException as error:
        made.error = error
    finally:
        sys.setprofile(None)
    return made
