"""Running the examples that SQLAlchemy ships, as programs, on stock or on ormolu."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from environment import environment, python_for, sources_of
from matrix import Database
from results import Result

__all__ = [
    "LEFT_OUT",
    "NUMBERS_VARY",
    "ORDER_VARIES",
    "examples_of",
    "run_examples",
    "what_counts",
]

LEFT_OUT = {
    "performance": "prints how long things take",
    "space_invaders": "is a game, for a person at a terminal",
}
"""The folders of examples that are not run, and why not."""

NUMBERS_VARY = ("examples.association.dict_of_sets_with_default",)
"""Those that go through sets of instances, which are in the order of their addresses.

Which row is the first changes on stock too, with ``PYTHONMALLOC=malloc``.
"""

ORDER_VARIES = ("examples.asyncio.gather_orm_statements",)
"""Those whose tasks go on as the server answers; their lines are compared sorted."""

_TOO_LONG = 300.0  # seconds
_SERVER = "postgresql+"
_RANDOM = "examples.dogpile_caching"  # its data
_VARYING = (
    (re.compile(r"\b0x[0-9a-f]+"), "ADDRESS"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.,]\d+)?"), "TIME"),
    (re.compile(r"datetime\.datetime\([^)]*\)"), "TIME"),
    # how long ago a statement was compiled, or how long something took
    (re.compile(r"\b\d+\.\d+(e-\d+)?s\b"), "SECONDS"),
)
_VERDICT = re.compile(r"(Ran \d+ tests|OK|FAILED|ERROR: |FAIL: )")


def examples_of(sources: Path, server: bool) -> Iterator[str]:
    """Yield the names of the modules to run.

    Args:
        sources: the unpacked source distribution.
        server: those that want a PostgreSQL server, and no others.
    """
    for path in sorted(sources.glob("examples/*/*.py")):
        if path.stem.startswith("__") or path.parent.name in LEFT_OUT:
            continue
        if (_SERVER in path.read_text()) == server:
            yield ".".join(path.relative_to(sources).with_suffix("").parts)


def what_counts(module: str, stdout: str, stderr: str) -> str:
    """Return what two runs of a program must print alike.

    That is all of its output but for addresses and times, and the verdict that
    unittest gives among its errors.

    Args:
        module: the name of the program.
        stdout: what it printed.
        stderr: its errors.
    """
    for pattern, instead in _VARYING:
        stdout = pattern.sub(instead, stdout)
    if module in NUMBERS_VARY:
        stdout = re.sub(r"\d+", "NUMBER", stdout)
    lines = stdout.splitlines()
    if module in ORDER_VARIES:
        lines.sort()
    verdict = [line.partition(" in ")[0] for line in stderr.splitlines() if _VERDICT.match(line)]
    return "\n".join([*lines, *verdict])


def run_examples(database: Database, result: Result) -> None:
    """Run every example that wants this database, and add to ``result`` what came out.

    Args:
        database: embedded, or PostgreSQL.
        result: says which version and layer; a program passes if it ends with
            status 0.
    """
    python, sources = python_for(result.version), sources_of(result.version)
    variables = environment(
        result.version,
        CONFORMANCE_URL=str(database.url()),
        # one order of sets in all runs
        PYTHONHASHSEED="0",
    )
    variables["PYTHONPATH"] += f":{sources}"
    for module in examples_of(sources, server=database.server is not None):
        command = [str(python), "-s", "-W", "ignore", *_arguments(module, database, result.layer)]
        with tempfile.TemporaryDirectory() as folder:
            finished = subprocess.run(
                command,
                cwd=folder,
                env=variables,
                # some want a key to be pressed
                input="\n" * 9,
                capture_output=True,
                text=True,
                check=False,
                timeout=_TOO_LONG,
            )
        result.outcomes[module] = "failed" if finished.returncode else "passed"
        result.outputs[module] = what_counts(module, finished.stdout, finished.stderr)
        if finished.returncode:
            result.tracebacks[module] = finished.stderr


def _arguments(module: str, database: Database, layer: str) -> list[str]:
    launched = database.server is not None or module.startswith(_RANDOM)
    return [
        *(("-m", "ormolu", "run") if layer == "ormolu" else ()),
        *(("-m", "launch", module) if launched else ("-m", module)),
    ]
