"""Peers beneath SQLAlchemy, on SQLite, and on PostgreSQL where there is a server."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.printing import cases_of, printed, said_by

PROGRAM = Path(__file__).parent / "mapped.py"
CASES = cases_of(PROGRAM)


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
    return said_by(PROGRAM, url_of(request.param))


@pytest.mark.parametrize("case", CASES)
def test_case(said, case):
    assert said[case] == "ok", said[case].replace("\\n", "\n")


def test_the_cases_are_found():
    assert len(CASES) > 30


def test_random_programs_see_the_same_with_fewer_statements():
    pytest.importorskip("sqlalchemy")
    with_peers, without = map(int, printed(PROGRAM.with_name("walks.py"), "0", "40").split())
    assert with_peers < without
