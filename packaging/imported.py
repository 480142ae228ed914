"""Which ormolu an interpreter imports."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["imported_from"]


def imported_from(python: str, environment: Mapping[str, str], folder: Path | None = None) -> Path:
    """Return the file that an interpreter finds ormolu in.

    Args:
        python: the interpreter.
        environment: what it is to have in its environment.
        folder: where to run it; here, if it is not given.
    """
    done = subprocess.run(
        [python, "-c", "import ormolu; print(ormolu.__file__)"],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip()).resolve()
