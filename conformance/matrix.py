"""What is run: the versions of SQLAlchemy, the databases, and the suites."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ormolu.sqlalchemy import SUPPORTED

__all__ = ["DATABASES", "LAYERS", "SUITES", "VERSIONS", "Database", "Suite", "variable_of"]

VERSIONS = tuple(reversed(SUPPORTED))
"""The newest first: its table is the one most people read."""

LAYERS = ("stock", "ormolu")


@dataclass(frozen=True)
class Database:
    """A database, and the driver it is reached with.

    Attributes:
        name: what the table calls it.
        server: whose server it is; an embedded one has none.
        driver: what SQLAlchemy calls dialect and driver.
        is_async: the driver is for asyncio.
    """

    name: str
    server: str | None
    driver: str
    is_async: bool = False

    def url(self) -> str | None:
        """Return the URL to test with, or ``None`` if nobody has said where the server is."""
        if self.server is None:
            return f"{self.driver}://"
        given = os.environ.get(variable_of(self.server))
        return f"{self.driver}://{given.partition('://')[2]}" if given else None


def variable_of(server: str) -> str:
    """Return the environment variable that says where a server is."""
    return f"ORMOLU_TEST_{server.upper()}"


DATABASES = (
    Database("sqlite", None, "sqlite+pysqlite"),
    Database("postgresql", "postgresql", "postgresql+psycopg"),
    Database("mariadb", "mariadb", "mariadb+pymysql"),
    Database("aiosqlite", None, "sqlite+aiosqlite", is_async=True),
    Database("asyncpg", "postgresql", "postgresql+asyncpg", is_async=True),
)


@dataclass(frozen=True)
class Suite:
    """A part of what SQLAlchemy ships to be run.

    Attributes:
        name: what the table calls it.
        paths: the files and folders of tests, in the source distribution; none for
            the examples, which are programs.
        databases: the names of the databases that it is run on.
        counts_calls: some of its tests count function calls, to compare them with a
            file of counts that the source distribution does not have; they would
            skip themselves, so they are told to write one.
        workers: how many processes; 0 for tests that measure their own process.
        is_watched: that coverage measures it does not disturb it.
    """

    name: str
    paths: tuple[str, ...]
    databases: tuple[str, ...]
    counts_calls: bool = False
    workers: int = 2
    is_watched: bool = True


SUITES = (
    Suite(
        "orm",
        ("test/orm", "test/ext"),
        ("sqlite", "postgresql", "mariadb", "aiosqlite", "asyncpg"),
    ),
    # one of its tests takes what starts a worker for its own
    Suite("base", ("test/base",), ("sqlite",), workers=0),
    Suite(
        "profiling",
        ("test/aaa_profiling",),
        # where threads can share a database, too
        ("sqlite", "postgresql"),
        counts_calls=True,
        workers=0,
        is_watched=False,
    ),
    Suite("examples", (), ("sqlite", "postgresql"), is_watched=False),
)
