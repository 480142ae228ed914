"""Which of ormolu's cores can be tried here, and how a process is told to run on one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ormolu._backend import backend

__all__ = ["NATIVE_FOR", "ROOT", "cores_here", "on_core"]

ROOT = Path(__file__).resolve().parents[1]
"""Where a process has to be started that is a module of this package."""

NATIVE_FOR = {"pure": "off", "native": "require"}
"""What ``ORMOLU_NATIVE`` is to be for each core."""


def cores_here() -> tuple[str, ...]:
    """Return ``pure``, and ``native`` where it is built."""
    return ("pure", "native") if backend() == "native" else ("pure",)


def on_core(core: str, **environment: str) -> dict[str, Any]:
    """Return where, and in what environment, a process runs on a core, for `subprocess`.

    Args:
        core: ``pure`` or ``native``.
        environment: what else is to be there.
    """
    return {"cwd": ROOT, "env": {**os.environ, "ORMOLU_NATIVE": NATIVE_FOR[core], **environment}}
