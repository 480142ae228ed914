"""Past failures that only a mapped program shows; each is a function in beneath."""

import ast
import json
from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "beneath"
NAMES = [
    node.name
    for module in ("values", "sessions", "relations")
    for node in ast.parse((PROGRAM / f"{module}.py").read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef)
    and (ast.get_docstring(node) or "").startswith("SQLAlchemy")
]


@pytest.fixture(scope="module")
def results():
    """What each function raised, beneath SQLAlchemy."""
    return json.loads(printed(PROGRAM, "ormolu"))


@pytest.mark.parametrize("name", NAMES)
def test_beneath_sqlalchemy(results, name):
    assert results[name] is None, results[name]


def test_all_of_them_ran(results):
    assert list(results) == NAMES
    assert len(NAMES) > 25
