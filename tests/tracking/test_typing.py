"""Type checkers make of tracked classes what a reader makes of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("attrs")
pytest.importorskip("pydantic")

PROGRAM = Path(__file__).parent / "typed.py"
SOURCES = Path(__file__).parent.parent.parent / "src"


@pytest.fixture
def program(tmp_path):
    """The program in a folder of its own, where no settings of the project are found."""
    return Path(shutil.copy(PROGRAM, tmp_path))


def complaints_of(*command, cwd):
    environ = {**os.environ, "MYPYPATH": str(SOURCES)}
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if result.returncode == 0 else result.stdout + result.stderr


def test_strict_mypy_finds_the_types_and_the_errors_that_are_meant(program):
    pytest.importorskip("mypy")
    settings = ("--config-file=", "--strict", "--cache-dir=cache")
    assert not complaints_of("mypy", *settings, program.name, cwd=program.parent)


def test_pyright_finds_the_types_and_the_errors_that_are_meant(program):
    pytest.importorskip("pyright")
    settings = {
        "include": [program.name],
        "extraPaths": [str(SOURCES)],
        "typeCheckingMode": "standard",
        "reportUnnecessaryTypeIgnoreComment": "error",
        "enableTypeIgnoreComments": False,
        "pythonVersion": "3.11",
    }
    (program.parent / "pyrightconfig.json").write_text(json.dumps(settings))
    command = ("pyright", "--pythonpath", sys.executable, "--project", ".")
    assert not complaints_of(*command, cwd=program.parent)
