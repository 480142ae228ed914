"""Nothing of the layer's outlives mapped instances and classes; beneath_lives.py lives them."""

import ast
import json
from pathlib import Path

import pytest
from tests.printing import printed

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
    return json.loads(printed(PROGRAM))


@pytest.mark.parametrize("name", LIVES)
def test_nothing_is_left_behind(outcomes, name):
    left = outcomes[name]
    assert left["watched"] > 1
    assert (left["survivors"], left["grown"]) == ([], {})


def test_all_of_them_ran(outcomes):
    assert list(outcomes) == LIVES
    assert len(LIVES) > 10
