"""Which of ormolu's cores can be tried here, and how a process is told to run on one."""

from __future__ import annotations

from ormolu._backend import backend

__all__ = ["NATIVE_FOR", "cores_here"]

NATIVE_FOR = {"pure": "off", "native": "require"}
"""What ``ORMOLU_NATIVE`` is to be for each core."""


def cores_here() -> tuple[str, ...]:
    """Return ``pure``, and ``native`` where it is built."""
    return ("pure", "native") if backend() == "native" else ("pure",)
