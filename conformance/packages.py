"""Packages on PyPI that use this layer by other ways than mapping classes, and their tests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from matrix import variable_of

__all__ = ["CANNOT_RUN", "PACKAGES", "Package", "servers"]


@dataclass(frozen=True)
class Package:
    """A package whose source distribution has tests.

    Attributes:
        name: on PyPI.
        version: the one that is run, so that two runs are of the same tests.
        uses: what of the layer it uses.
        tests: the parts of its tests that use the ORM, below its sources.
        needs: what its tests want to be installed.
        programs: from npm, if there is an npm; tests that want them fail without.
        selected: an expression for ``pytest -k``; the rest has no ORM in it.
        workers: how many processes; 0 for tests that go on from one another.
    """

    name: str
    version: str
    uses: str
    tests: tuple[str, ...]
    needs: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    selected: str = ""
    workers: int = 2

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f"{self.name}=={self.version}"


PACKAGES = (
    Package(
        "optuna",
        "5.0.0",
        uses="an ORM as storage, many sessions and threads",
        tests=(
            "tests/storages_tests/rdb_tests",
            "tests/storages_tests/test_storages.py",
            "tests/study_tests/test_study.py",
        ),
        selected="rdb or sqlite",
        needs=(
            "fakeredis",
            "moto",
            "boto3",
            "pandas",
            "scipy",
            "plotly",
            "matplotlib",
            "redis",
            "grpcio",
            "protobuf",
        ),
    ),
    Package(
        "oslo.db",
        "18.1.1",
        uses="mixins of declarative classes, session events, attribute look-ups by inspection",
        tests=("oslo_db/tests",),
        needs=("oslotest", "oslo.context", "testtools", "fixtures", "aiosqlite", "greenlet"),
        workers=0,
    ),
    Package(
        "jupyterhub",
        "6.1.1",
        uses="cascades, expiry, attribute and mapper events in a long-lived session",
        tests=tuple(
            f"jupyterhub/tests/test_{part}.py"
            for part in ("orm", "roles", "scopes", "shares", "named_servers", "user")
        ),
        needs=("pytest-asyncio", "requests-mock", "beautifulsoup4", "jsonschema", "jupyterlab"),
        programs=("configurable-http-proxy",),
        workers=0,
    ),
    Package(
        "sqlmodel",
        "0.0.50",
        uses="Pydantic models that are mapped, instance state in their own __setattr__",
        tests=("tests",),
        needs=(
            *("dirty-equals", "fastapi[standard]", "httpx", "jinja2", "black", "ruff"),
            *("aiosqlite", "greenlet", "typing-extensions", "alembic", "pytest-asyncio"),
        ),
    ),
    Package(
        "sqlalchemy-utils",
        "0.43.0",
        uses="get_history, attribute listeners that coerce, observers, InstrumentedList, Mutable",
        tests=("tests",),
        needs=(
            *("flexmock", "babel", "colour", "passlib", "phonenumbers", "arrow", "pendulum"),
            *("intervals", "furl", "psycopg2-binary", "psycopg[binary]", "pymysql", "jinja2"),
            *("python-dateutil", "cryptography", "docutils", "Pygments", "pytz", "asyncpg"),
        ),
        # they share one database, and files
        workers=0,
    ),
    Package(
        "sqlalchemy-continuum",
        "2.0.0",
        uses="versions of objects by get_history and inspect, classes made at run time",
        tests=("tests",),
        needs=(
            *("flexmock", "flask", "flask-login", "flask-sqlalchemy", "sqlalchemy-i18n"),
            *("sqlalchemy-utils", "sqlmodel", "psycopg2-binary", "pymysql", "jinja2"),
        ),
    ),
)

CANNOT_RUN = {
    "piecash": "its newest version, 1.2.1, wants SQLAlchemy below 1.5 and calls what 2.0 has not"
    " (registry(_bind=…)): it fails at import on stock; sqlalchemy-utils, on which it is built,"
    " and sqlalchemy-continuum take its place",
}
"""Those asked for that stock SQLAlchemy cannot run either, and why."""


def servers() -> dict[str, str]:
    """Return the variables that tell the packages of a server, if one is known."""
    url = os.environ.get(variable_of("postgresql"))
    if url is None:
        return {}
    parts = urlsplit(url)
    return {
        "SQLALCHEMY_UTILS_TEST_DB": parts.path.removeprefix("/"),
        "SQLALCHEMY_UTILS_TEST_POSTGRESQL_HOST": parts.hostname or "",
        "SQLALCHEMY_UTILS_TEST_POSTGRESQL_USER": parts.username or "",
        "SQLALCHEMY_UTILS_TEST_POSTGRESQL_PASSWORD": parts.password or "",
    }
