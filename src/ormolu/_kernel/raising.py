"""Raising what the layer says of an error of somebody else's."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["raise_instead"]


def raise_instead(error: BaseException, cause: BaseException) -> NoReturn:
    """Raise an error that says more of what is being handled, or that itself.

    Args:
        error: what is to be raised.
        cause: what is being handled; as ``error`` it is raised on.
    """
    try:
        if error is cause:
            raise  # noqa: PLE0704 - what the caller handles
        raise error from cause
    finally:
        # its traceback has this frame: the two would keep each other, and what both know
        del error, cause
