"""Makes the schemas that SQLAlchemy's tests expect on a server, where they are not there.

Prints the version of the server; where none answers, why, and the status is 3.

usage: schemas.py URL
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy.ext.asyncio import create_async_engine

from sqlalchemy import Connection, create_engine, make_url, text

__all__: list[str] = []

_STATEMENTS = {
    "postgresql": (
        "CREATE SCHEMA IF NOT EXISTS test_schema",
        "CREATE SCHEMA IF NOT EXISTS test_schema_2",
        "CREATE EXTENSION IF NOT EXISTS hstore",
        "CREATE EXTENSION IF NOT EXISTS citext",
    ),
    "mariadb": ("CREATE DATABASE IF NOT EXISTS test_schema CHARSET utf8mb4",),
}


_UNREACHABLE = 3


def _make(connection: Connection) -> str:
    """Make what is not there, and return the version of the server."""
    for statement in _STATEMENTS.get(connection.engine.url.get_backend_name(), ()):
        connection.execute(text(statement))
    return ".".join(map(str, connection.dialect.server_version_info or ()))


async def _make_through(url: str) -> str:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        version: str = await connection.run_sync(_make)
    await engine.dispose()
    return version


def _prepare(url: str) -> str:
    if make_url(url).get_dialect().is_async:
        return asyncio.run(_make_through(url))
    with create_engine(url).begin() as connection:
        return _make(connection)


def _main(url: str) -> int:
    try:
        print(_prepare(url))
    # whatever it is, in the words of the driver: nothing can be tested there
    except Exception as error:
        print(str(error).partition("\n")[0] or repr(error))
        return _UNREACHABLE
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
