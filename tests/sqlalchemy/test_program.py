"""A mapped program does on ormolu what it does on stock SQLAlchemy."""

from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "program.py"


def output_on(layer):
    return printed(PROGRAM, layer).splitlines()


def test_ormolu_and_stock_agree_line_by_line():
    stock = output_on("stock")
    assert len(stock) == 14
    assert output_on("ormolu") == stock
