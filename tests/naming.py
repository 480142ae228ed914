"""Names of parametrized tests that are the same in every process."""

import re

__all__ = ["named"]


def named(value: object) -> str:
    """Return what a value prints as, without addresses: workers compare the names of tests."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
