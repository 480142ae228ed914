"""Nothing of the layer's outlives mapped instances and classes; beneath_lives.py lives them."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).with_name("beneath_lives.py")
LIVES = [
    node.name
    for node in ast.parse(PROGRAM.read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef)
    and any(getattr(decorator, "id", None) == "life" for decorator in node.decorator_list)
]


@pytest.fixture(scope="module")
def outcomes():
    """What each way of living has left behind."""
    command = [sys.executable, str(PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", LIVES)
def test_nothing_is_left_behind(outcomes, name):
    left = outcomes[name]
    assert left["watched"] > 1
    assert (left["survivors"], left["grown"]) == ([], {})


def test_all_of_them_ran(outcomes):
    assert list(outcomes) == LIVES
    assert len(LIVES) > 10
