"""A check in a process of its own, so that nothing it does ends the one that asks."""

from __future__ import annotations

import faulthandler
import json
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable

from ..cores import on_core

__all__ = ["ask", "ask_all", "serve"]


Tell = Callable[[str], None]
CheckOfDoor = Callable[[str, float, int, Tell], dict[str, int]]


def serve(check: CheckOfDoor) -> None:
    """Do what the command line says, and print the figures as one line of JSON."""
    faulthandler.enable()
    warnings.simplefilter("ignore")
    door, part, seed = sys.argv[1:]
    try:
        figures = check(door, float(part), int(seed), lambda line: print(line, file=sys.stderr))
    except AssertionError as failure:
        figures = {"failure": str(failure)}  # type: ignore[dict-item]
    print(json.dumps(figures), flush=True)


def ask(module: str, core: str, door: str, part: float, seed: int, tell: Tell) -> dict[str, int]:
    """Have a check done on one core at one door; return its figures.

    Args:
        module: of this package, that serves the check.
        core: ``pure`` or ``native``.
        door: ``core`` or ``sqlalchemy``.
        part: of all that there is.
        seed: which part.
        tell: told of the progress.

    Raises:
        AssertionError: something did not hold, or the process did not end as it should.
    """
    command = [sys.executable, "-m", f"{__package__}.{module}", door, str(part), str(seed)]
    with subprocess.Popen(
        command,
        **on_core(core),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        said = [_passed_on(line, core, tell) for line in process.stderr]
        answer = process.stdout.read()
    where = f"{module}, {core} core, door {door}, part {part}, seed {seed}"
    assert process.returncode == 0, f"{where}: ended with {process.returncode}\n{''.join(said)}"
    figures: dict[str, int] = json.loads(answer)
    assert "failure" not in figures, f"{where}: {figures['failure']}"
    return figures


def ask_all(
    module: str, cores: tuple[str, ...], part: float, seed: int, tell: Tell
) -> dict[str, int]:
    """Have a check done on some cores, at both doors; return the sum of the figures."""
    total: Counter[str] = Counter()
    for core in cores:
        for door in ("core", "sqlalchemy"):
            total.update(ask(module, core, door, part, seed, tell))
    return dict(total)


def _passed_on(line: str, core: str, tell: Tell) -> str:
    """Tell of the progress; return what is something else."""
    if line.startswith(("faults:", "starving:")):
        tell(f"{line.strip()}, {core}")
        return ""
    return line
