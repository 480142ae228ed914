"""What the layer refuses beneath SQLAlchemy goes without the collector."""

from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")


def test_an_error_and_what_it_is_about_go_without_the_collector():
    said = printed(Path(__file__).parent / "knots.py").splitlines()
    assert said == ["refused", "[]"]
