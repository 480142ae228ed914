"""Where SQLAlchemy's own tests are; `make test` fetches them."""

import importlib.util
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def upstream():
    """The unpacked source distribution of the supported SQLAlchemy."""
    given = os.environ.get("ORMOLU_UPSTREAM")
    if not given:
        pytest.skip("ORMOLU_UPSTREAM does not say where SQLAlchemy's tests are; run `make test`")
    if importlib.util.find_spec("sqlalchemy") is None:
        pytest.skip("SQLAlchemy is not installed")
    return Path(given).resolve()
