"""One node of a cluster of MariaDB with Galera."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from string import Template
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from sqlalchemy import Engine, create_engine, text

from .local import NotInstalledError, is_running, kill, owned_by, until, user_of

__all__ = ["Node", "programs"]

_CONFIGURATION = Path(__file__).with_name("galera-node.cnf")
_PACKAGES = "Debian's packages are mariadb-server, galera-4 and rsync"


class Node:
    """One node.

    Args:
        folder: of the cluster.
        name: its own.
        ports: for clients, for the group, for increments of what it has missed, for all of it.
        members: where the group is.

    Attributes:
        data: its data folder.
    """

    def __init__(self, folder: Path, name: str, ports: list[int], members: str) -> None:
        self.data = folder / name
        self._ports = ports
        self._members = members
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, user: str, database: str) -> str:
        """Return where it is, for SQLAlchemy."""
        return f"mariadb+pymysql://{user}@127.0.0.1:{self._ports[0]}/{database}"

    def start(self, recover: bool = False) -> None:
        """Start it.

        Args:
            recover: it was killed: let it find out how far it had come.
        """
        self._configure()
        more = []
        if recover:
            more = [f"--wsrep_start_position={position}" for position in self._position()]
        self._process = subprocess.Popen(
            [*self._command, *more],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.data,
        )

    def wait(self) -> None:
        """Wait until it takes part in the cluster, and has what the others have."""
        until(
            lambda: self.status("local_state_comment") == "Synced",
            f"{self.data.name} does not come",
            self._process,
            self.data / "err.log",
        )

    def kill(self) -> None:
        """Kill it with signal 9."""
        kill(*self._pids())
        if self._process:
            self._process.wait()
            self._process = None

    def status(self, name: str) -> str | None:
        """Return what it says of itself, or None if it does not answer."""
        try:
            return str(self.run(f"SHOW STATUS LIKE 'wsrep_{name}'")[0][1])
        except DBAPIError:
            return None

    def connections(self, user: str) -> list[int]:
        """Return the ids of all connections of a user."""
        which = f"SELECT id FROM information_schema.processlist WHERE user = '{user}'"
        return [number for (number,) in self.run(which)]

    def kill_connection(self, id: int) -> None:
        """End a connection, and what it is doing."""
        with suppress(DBAPIError):  # it has ended of itself
            self.run(f"KILL CONNECTION {id:d}")
        listed = f"SELECT id FROM information_schema.processlist WHERE id = {id:d}"
        until(lambda: not self.run(listed), f"connection {id} does not end")

    def cut_off(self, off: bool) -> None:
        """Keep it from hearing the other nodes, or let it hear them again."""
        self.run(f"SET GLOBAL wsrep_provider_options = 'gmcast.isolate={off:d}'")

    def run(self, statement: str) -> Any:
        """Run a statement as root, and return the rows it answers with."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            result = connection.execute(text(statement))
            return result.all() if result.returns_rows else []

    def write(self, name: str, content: str) -> None:
        """Write a file that belongs to the server."""
        path = self.data / name
        path.write_text(content)
        owned_by("mysql", path)

    @cached_property
    def _engine(self) -> Engine:
        # it shall answer when it has lost the others, too
        out = {"init_command": "SET SESSION wsrep_dirty_reads = 1"}
        return create_engine(self.url("root", ""), poolclass=NullPool, connect_args=out)

    @property
    def _command(self) -> list[str]:
        return [programs()["mariadbd"], f"--defaults-file={self.data / 'node.cnf'}"]

    def _configure(self) -> None:
        port, group, increments, transfer = self._ports
        filled = Template(_CONFIGURATION.read_text()).substitute(
            user="user=mysql" if user_of("mysql") else "",
            data=self.data,
            name=self.data.name,
            port=port,
            group=group,
            increments=increments,
            transfer=transfer,
            members=self._members,
            provider=programs()["libgalera_smm.so"],
        )
        self.write("node.cnf", filled)

    def _position(self) -> list[str]:
        """Let it recover what it had committed when it was killed; return how far that is."""
        log = self.data / "recovery.log"
        log.unlink(missing_ok=True)
        subprocess.run(
            [*self._command, "--wsrep-recover", f"--log-error={log}"],
            check=True,
            capture_output=True,
            cwd=self.data,
        )
        return re.findall(r"Recovered position:? (\S+:\d+)$", log.read_text(), re.MULTILINE)[-1:]

    def _pids(self) -> list[int]:
        """Return its process, whoever has started it."""
        if self._process:
            return [self._process.pid]
        with suppress(OSError, ValueError):
            pid = int((self.data / "m.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_text()
            if is_running(pid) and str(self.data) in command:
                return [pid]
        return []


@cache
def programs() -> dict[str, str]:
    """Return where the programs and the library are.

    Raises:
        NotInstalledError: one of them is not installed.
    """
    folders = "/usr/sbin:/usr/bin:/sbin:/bin"
    found = {
        name: shutil.which(name) or shutil.which(name, path=folders)
        for name in ("mariadbd", "mariadb-install-db", "rsync")
    }
    libraries = sorted(Path("/usr/lib").glob("galera*/libgalera_smm.so"))
    found["libgalera_smm.so"] = str(libraries[-1]) if libraries else None
    missing = [name for name, path in found.items() if not path]
    if missing:
        raise NotInstalledError(f"{', '.join(missing)}: not installed; {_PACKAGES}")
    return {name: path for name, path in found.items() if path}
