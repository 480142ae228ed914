"""Running servers on this machine: users, ports, processes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

__all__ = [
    "LocalServer",
    "NotInstalledError",
    "free_ports",
    "is_running",
    "kill",
    "owned_by",
    "until",
    "user_of",
]

_PATIENCE = 60
# below those that the system gives to outgoing connections, which could be in the way when a
# server comes back
_PORTS = range(20_000, 32_000)


class NotInstalledError(AssertionError):
    """A server is not here, so nothing can be said of it: a check with it has not passed."""


class LocalServer(ABC):
    """A server, or several, in a folder; as a context manager it starts, and leaves nothing.

    Args:
        folder: where; by default a new one of its own.
    """

    name: str

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.mkdtemp(prefix=f"ormolu-{self.name}-"))

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @abstractmethod
    def start(self) -> None:
        """Make what it keeps its data in, if there is none, start it, and wait for answers."""

    @abstractmethod
    def stop(self) -> None:
        """Kill it with all that it has started."""


def user_of(name: str) -> dict[str, Any]:
    """Return who a server is to run as, for `subprocess`: root runs none of them as itself."""
    return {"user": name, "group": name, "extra_groups": ()} if os.geteuid() == 0 else {}


def owned_by(name: str, *paths: Path) -> None:
    """Give files or folders to the user that a server runs as."""
    if os.geteuid() == 0:
        for path in paths:
            shutil.chown(path, name, name)


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens at."""
    found = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"there are no {count} free ports on this machine")


def kill(*pids: int) -> None:
    """Kill processes with signal 9, in this order, and wait until they are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(is_running, pids)), f"{pids} do not end")


def is_running(pid: int) -> bool:
    """Tell whether there is such a process, which has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(
    holds: Callable[[], bool],
    otherwise: str,
    process: subprocess.Popen[Any] | None = None,
    log: Path | None = None,
) -> None:
    """Wait until something holds.

    Args:
        holds: asked again and again.
        otherwise: what it means if it does not.
        process: who has to do it.
        log: where to find why it did not.

    Raises:
        RuntimeError: it does not for a minute, or the process has ended.
    """
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end or (process and process.poll() is not None):
            lines = log.read_text(errors="replace").splitlines() if log else []
            raise RuntimeError("\n".join([otherwise, *lines[-40:]]))
        time.sleep(0.05)
