"""How the demonstration can end before its end."""

from __future__ import annotations

__all__ = ["DisprovedError", "UnableError", "prove"]


class UnableError(Exception):
    """The demonstration cannot begin: no such database, or no driver for it."""


class DisprovedError(Exception):
    """Something did not come out as it had to."""


def prove(is_so: bool, claim: str) -> None:
    """End the demonstration if what it shows is not so."""
    if not is_so:
        raise DisprovedError(f"this had to be so and is not: {claim}")
