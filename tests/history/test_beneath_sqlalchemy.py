"""Past failures that only a mapped program shows; each is a function in beneath."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

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
    command = [sys.executable, str(PROGRAM), "ormolu"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_beneath_sqlalchemy(results, name):
    assert results[name] is None, results[name]


def test_all_of_them_ran(results):
    assert list(results) == NAMES
    assert len(NAMES) > 25
