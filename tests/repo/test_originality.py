"""Nothing of SQLAlchemy's is carried over."""

import importlib.util
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
import originality


@pytest.mark.skipif(
    importlib.util.find_spec("sqlalchemy") is None, reason="needs SQLAlchemy to compare with"
)
def test_no_run_of_lines_stands_in_sqlalchemy_too():
    assert originality.shared_runs() == []


def test_the_check_sees_a_copied_run(tmp_path):
    spec = importlib.util.find_spec("json")
    source = Path(spec.origin).read_text()
    copied = tmp_path / "copied.py"
    copied.write_text(source)
    assert set(originality.runs(copied)) == set(originality.runs(Path(spec.origin)))
