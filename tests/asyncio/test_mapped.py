"""Loads beneath an AsyncSession, with aiosqlite, and with asyncpg where there is a server."""

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.printing import cases_of, said_by

PROGRAM = Path(__file__).parent / "mapped.py"
CASES = cases_of(PROGRAM)


def url_of(driver):
    """The database for a driver; skips where it or the driver is not there."""
    for package in ("sqlalchemy", "greenlet", driver):
        if find_spec(package) is None:
            pytest.skip(f"it needs {package}")
    if driver == "aiosqlite":
        return "sqlite+aiosqlite://"
    server = os.environ.get("ORMOLU_TEST_POSTGRESQL")
    if not server:
        pytest.skip("ORMOLU_TEST_POSTGRESQL does not name a server")
    return re.sub(r"^[^:]+", "postgresql+asyncpg", server)


@pytest.fixture(scope="module", params=["aiosqlite", "asyncpg"])
def said(request):
    """What each case came to: all of them run in one process."""
    return said_by(PROGRAM, url_of(request.param))


@pytest.mark.parametrize("case", CASES)
def test_case(said, case):
    assert said[case] == "ok", said[case].replace("\\n", "\n")


def test_the_cases_are_found():
    assert len(CASES) > 20
