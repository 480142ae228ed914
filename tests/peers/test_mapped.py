"""Peers beneath SQLAlchemy, on SQLite, and on PostgreSQL where there is a server."""

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.printing import printed

PROGRAM = Path(__file__).parent / "mapped.py"
CASES = re.findall(r"^def case_(\w+)", PROGRAM.read_text(), re.MULTILINE)


def url_of(database):
    """The database; skips where there is none."""
    if find_spec("sqlalchemy") is None:
        pytest.skip("it needs sqlalchemy")
    if database == "sqlite":
        return "sqlite://"
    server = os.environ.get("ORMOLU_TEST_POSTGRESQL")
    if not server:
        pytest.skip("ORMOLU_TEST_POSTGRESQL does not name a server")
    return server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def said(request):
    """What each case came to: all of them run in one process."""
    lines = printed(PROGRAM, url_of(request.param), options=("-X", "dev")).splitlines()
    return dict(line.split(" ", 1) for line in lines)


@pytest.mark.parametrize("case", CASES)
def test_case(said, case):
    assert said[case] == "ok", said[case].replace("\\n", "\n")


def test_the_cases_are_found():
    assert len(CASES) > 30


def test_random_programs_see_the_same_with_fewer_statements():
    pytest.importorskip("sqlalchemy")
    with_peers, without = map(int, printed(PROGRAM.with_name("walks.py"), "0", "40").split())
    assert with_peers < without
