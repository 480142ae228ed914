"""A PostgreSQL server of one's own, to be killed."""

from __future__ import annotations

import random
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sqlalchemy import Engine, create_engine, text

from .local import LocalServer, NotInstalledError, free_ports, kill, owned_by, until, user_of

__all__ = ["PostgreSQL", "programs"]


class PostgreSQL(LocalServer):
    """A server in a folder of its own, on a port of its own of 127.0.0.1.

    PostgreSQL refuses to run as root, so it runs as the user ``postgres`` then.

    Attributes:
        urls: where it is, for SQLAlchemy.
        strikes: how often in comparison what is struck, one time in how many transactions.
    """

    name = "postgresql"
    strikes: tuple[dict[str, int], float] = ({"server": 2, "connection": 4, "client": 2}, 5)
    isolation: str | None = "SERIALIZABLE"

    def __init__(self) -> None:
        self._programs = programs()
        super().__init__()
        (self._port,) = free_ports(1)
        self.urls = [f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it has recovered and answers."""
        if not self._data.exists():
            self._install()
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self._folder,
            "fsync": "on",
            "synchronous_commit": "on",
            "recovery_init_sync_method": "syncfs",  # not file by file, which takes seconds
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as written:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-p", str(self._port), *options],
                stdout=written,
                stderr=written,
                cwd=self._folder,
                **user_of("postgres"),
            )
        log = self._folder / "log"
        until(self._answers, "PostgreSQL does not answer", self._process, log)

    def stop(self) -> None:
        """Kill it with signal 9: the postmaster first, and each of its children."""
        if self._process is None:
            return
        # a server does not start in a folder that some child of the last one still uses
        kill(self._process.pid, *_children_of(self._process.pid))
        self._process.wait()
        self._process = None

    def strike(self, what: str, target: dict[str, Any]) -> None:
        """Kill the server or a connection, and return when all can go on.

        Args:
            what: ``server`` or ``connection``.
            target: the process id of the connection, as ``id``.
        """
        if what == "server":
            self.stop()
            self.start()
        else:
            self._ask("SELECT pg_terminate_backend(:id)", id=target["id"])
            self.quiet("pid = :id", id=target["id"])

    def quiet(self, which: str = "backend_type = 'client backend'", **named: int) -> None:
        """Wait until nothing that a lost connection asked for is still being done."""
        others = f"SELECT count(*) FROM pg_stat_activity WHERE {which} AND pid <> pg_backend_pid()"
        until(lambda: self._ask(others, **named) == 0, "connections do not end")

    def storm(self, chance: random.Random) -> None:
        """Kill the server, or every connection of a client."""
        if chance.random() < 0.3:
            self.strike("server", {})
        else:
            which = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
            self._ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {which}")

    def engines(self) -> list[Engine]:
        """Return an engine for each server that has to hold the same."""
        return [create_engine(self.urls[0], poolclass=NullPool)]

    def settle(self) -> None:
        """Wait until all servers are there."""

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _install(self) -> None:
        owned_by("postgres", self._folder)
        options = ("-A", "trust", "-U", "postgres", "--no-instructions", "--no-sync")
        subprocess.run(
            [self._programs / "initdb", "-D", self._data, *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            **user_of("postgres"),
        )

    def _ask(self, query: str, **named: int) -> Any:
        with self.engines()[0].connect() as connection:
            return connection.execute(text(query), named).scalar()

    def _answers(self) -> bool:
        try:
            return self._ask("SELECT 1") == 1
        except DBAPIError:
            return False


@cache
def programs() -> Path:
    """Return the folder with ``initdb`` and ``postgres``.

    Raises:
        NotInstalledError: there is none.
    """
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (found / "initdb").exists():
            return found
    if config := shutil.which("pg_config"):
        found = Path(subprocess.check_output([config, "--bindir"], text=True).strip())
        if (found / "initdb").exists():
            return found
    raise NotInstalledError("initdb is not installed: Debian's package is postgresql")


def _children_of(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]
