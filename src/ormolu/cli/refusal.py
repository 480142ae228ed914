"""What a command says when it cannot begin: one line, and status 2."""

from __future__ import annotations

import sys

from .. import errors

__all__ = ["REFUSALS", "UNABLE", "refuse"]

UNABLE = 2
"""The exit status of a command that could not begin, as argparse has it."""

REFUSALS = (
    errors.InstallError,
    errors.PeerFetchingError,
    errors.ScriptError,
    errors.BackendError,
)
"""The errors that are for the person at the keyboard, without a traceback."""


def refuse(reason: object) -> int:
    """Print the reason on stderr; return the exit status."""
    print(f"ormolu: {reason}", file=sys.stderr)
    return UNABLE
