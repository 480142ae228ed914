"""Where the tests of this folder find the long runs, and the modules beside them."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
pytest.register_assert_rewrite("forged_pickles")
