"""A mapped program does on ormolu what it does on stock SQLAlchemy."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "program.py"


def output_on(layer):
    result = subprocess.run(
        [sys.executable, str(PROGRAM), layer], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_ormolu_and_stock_agree_line_by_line():
    stock = output_on("stock")
    assert len(stock) == 14
    assert output_on("ormolu") == stock
