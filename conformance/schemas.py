"""Makes the schemas that SQLAlchemy's tests expect on a server, where they are not there.

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


def _make(connection: Connection) -> None:
    for statement in _STATEMENTS[connection.engine.url.get_backend_name()]:
        connection.execute(text(statement))


async def _make_through(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_make)
    await engine.dispose()


def _main(url: str) -> None:
    if make_url(url).get_dialect().is_async:
        asyncio.run(_make_through(url))
        return
    with create_engine(url).begin() as connection:
        _make(connection)


if __name__ == "__main__":
    _main(sys.argv[1])
