"""Where the tests of this folder find the examples, and the modules beside them."""

import builtins
import sys
from pathlib import Path

import pytest

PRINT = print
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]


@pytest.fixture(scope="module", autouse=True)
def print_as_it_was():
    """Have ``print`` be itself afterwards: Ray puts its own in the place of it, for good."""
    yield
    builtins.print = PRINT
