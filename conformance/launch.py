"""Runs a module so that two runs of it can be compared.

Its random numbers are the same in each run.  Where ``CONFORMANCE_URL`` is of a
PostgreSQL server, its engines are those of a new database there, whatever URL it
names; it is dropped afterwards, for what a program leaves in it would change what
the next one does.

usage: python -m launch MODULE
"""

from __future__ import annotations

import os
import random
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy.engine

import sqlalchemy

__all__: list[str] = []

_create_engine = sqlalchemy.create_engine


@contextmanager
def _new_database(server: sqlalchemy.URL) -> Iterator[sqlalchemy.URL]:
    """Make a database, and drop it at the end."""
    name = f"ormolu_example_{os.getpid()}"
    engine = _create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield server.set(database=name)
        finally:
            # the program may have left a connection open
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _make_engines_of(there: sqlalchemy.URL) -> None:
    """Have all engines made there, whatever URL they are to be of."""

    def create_engine(url: str, **options: Any) -> sqlalchemy.Engine:
        # asyncio or not is all that is taken from what the module says
        is_async = sqlalchemy.make_url(url).get_dialect().is_async
        driver = "postgresql+asyncpg" if is_async else there.drivername
        return _create_engine(there.set(drivername=driver), **options)

    # both, and before sqlalchemy.ext.asyncio takes it from there
    sqlalchemy.create_engine = create_engine
    sqlalchemy.engine.create_engine = create_engine


def _main(module: str) -> None:
    random.seed(0)
    url = sqlalchemy.make_url(os.environ["CONFORMANCE_URL"])
    if url.get_backend_name() != "postgresql":
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    with _new_database(url) as there:
        _make_engines_of(there)
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    del sys.argv[0]
    _main(sys.argv[0])
