"""A type checker sees SQLAlchemy's own types where ormolu runs beneath it."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("mypy")

PROGRAM = Path(__file__).parent / "typed.py"


def test_strict_mypy_finds_each_type_to_be_what_it_is_on_stock(tmp_path):
    # of the project's own settings some are for its mirrors, and hide these types
    settings = ("--config-file=", "--strict", f"--cache-dir={tmp_path}")
    command = [sys.executable, "-m", "mypy", *settings, str(PROGRAM)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
