"""Type checkers know what an awaited load gives."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

PROGRAM = str(Path(__file__).parent / "typed.py")


def check(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_mypy(tmp_path):
    pytest.importorskip("mypy")
    # of the project's own settings some hide SQLAlchemy's types
    check(
        sys.executable,
        "-m",
        "mypy",
        "--config-file=",
        "--strict",
        f"--cache-dir={tmp_path}",
        PROGRAM,
    )


def test_pyright():
    pytest.importorskip("pyright")
    if shutil.which("pyright", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("it needs pyright")
    check(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, PROGRAM)
