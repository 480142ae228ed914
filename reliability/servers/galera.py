"""Three nodes of MariaDB with Galera on loopback, to be killed.

usage: python -m reliability.servers.galera {start,status,stop} FOLDER
       python -m reliability.servers.galera {kill,rejoin} FOLDER NODE

Needs Debian's packages mariadb-server, galera-4 and rsync.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy.pool import NullPool

from sqlalchemy import Engine, create_engine

from .galera_node import Node, programs
from .local import LocalServer, free_ports, owned_by, until, user_of

__all__ = ["Galera"]

_SIZE = 3
_WORKER = "worker"
_STATE = """# GALERA saved state
version: 2.1
uuid:    {cluster}
seqno:   0
safe_to_bootstrap: 0
"""


class Galera(LocalServer):
    """A cluster in a folder; use as a context manager, or see the functions of the script.

    Args:
        folder: where; by default a new one of its own.

    Attributes:
        urls: where its nodes are, for SQLAlchemy.
        strikes: how often in comparison what is struck, one time in how many transactions.
    """

    name = "galera"
    strikes: tuple[dict[str, int], float] = (
        {"node": 4, "network": 2, "connection": 4, "client": 2, "rival": 8},
        8,
    )
    isolation: str | None = None

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._returning: Future[None] | None = None
        self._helper = ThreadPoolExecutor(1)
        self.nodes = [
            Node(self._folder, f"node{number}", ports, self._members)
            for number, ports in enumerate(self._ports())
        ]
        self.urls = [node.url(_WORKER, "ormolu") for node in self.nodes]

    def start(self) -> None:
        """Make the data folders, if there are none, and start all nodes."""
        returning = self.nodes[0].data.exists()
        if not returning:
            self._install()
        for node in self.nodes:
            node.start(recover=returning)
        self.settle()
        self.nodes[0].run("CREATE DATABASE IF NOT EXISTS ormolu")
        self.nodes[0].run(f"CREATE USER IF NOT EXISTS {_WORKER}@'127.0.0.1'")
        self.nodes[0].run(f"GRANT ALL ON ormolu.* TO {_WORKER}@'127.0.0.1'")

    def stop(self) -> None:
        """Kill all nodes."""
        if self._returning:
            self._returning.cancel()
        for node in self.nodes:
            node.kill()
        self._helper.shutdown()

    def kill(self, number: int) -> None:
        """Kill a node with signal 9, as soon as all are there: two of three have to go on."""
        self.settle()
        self.nodes[number].kill()

    def rejoin(self, number: int) -> None:
        """Start a killed node again, and wait until it has what the others have."""
        # one that comes before they have given it up takes half a minute
        self._wait_for_eviction(number)
        self.nodes[number].start(recover=True)
        self.nodes[number].wait()

    def cut_off(self, number: int) -> None:
        """Let a node lose its network, as soon as all are there; it goes on answering."""
        self.settle()
        self.nodes[number].cut_off(True)

    def reconnect(self, number: int) -> None:
        """Give it back, and wait until the node has what the others have."""
        self._wait_for_eviction(number)
        self.nodes[number].cut_off(False)
        self.nodes[number].wait()

    def settle(self) -> None:
        """Wait until all nodes are there."""
        if self._returning:
            self._returning.result()
            self._returning = None
        for node in self.nodes:
            node.wait()
        until(
            lambda: all(node.status("cluster_size") == str(_SIZE) for node in self.nodes),
            "the nodes do not find each other",
        )

    def strike(self, what: str, target: dict[str, Any]) -> None:
        """Kill a node or cut it off, and let it return in the background, or kill a connection.

        Args:
            what: ``node``, ``network`` or ``connection``.
            target: which ``node``, and which ``id`` it has given to the connection.
        """
        number = target["node"]
        if what == "connection":
            self.nodes[number].kill_connection(target["id"])
            return
        strike, mend = {
            "node": (self.kill, self.rejoin),
            "network": (self.cut_off, self.reconnect),
        }[what]
        strike(number)
        self._returning = self._helper.submit(mend, number)

    def storm(self, chance: random.Random) -> None:
        """Kill any node, or cut it off."""
        self.strike(chance.choice(("node", "network")), {"node": chance.randrange(_SIZE)})

    def quiet(self) -> None:
        """Wait until nothing that a lost connection asked for is still being done."""
        self.settle()
        until(
            lambda: not any(node.connections(_WORKER) for node in self.nodes),
            "connections do not end",
        )

    def engines(self) -> list[Engine]:
        """Return an engine for each node; what is read there waits for what others committed."""
        causal = {"init_command": "SET SESSION wsrep_sync_wait = 1"}
        return [
            create_engine(node.url("root", "ormolu"), poolclass=NullPool, connect_args=causal)
            for node in self.nodes
        ]

    def _wait_for_eviction(self, number: int) -> None:
        others = [node for node in self.nodes if node is not self.nodes[number]]
        until(
            lambda: any(node.status("cluster_size") == str(_SIZE - 1) for node in others),
            "the others do not give the node up",
        )

    @property
    def _members(self) -> str:
        return ",".join(f"127.0.0.1:{ports[1]}" for ports in self._ports())

    def _ports(self) -> list[list[int]]:
        """Return the ports of each node; they are kept in the folder."""
        kept = self._folder / "ports.json"
        if not kept.exists():
            ports = free_ports(4 * _SIZE)
            kept.write_text(json.dumps([ports[n : n + 4] for n in range(0, len(ports), 4)]))
        ports_of_nodes: list[list[int]] = json.loads(kept.read_text())
        return ports_of_nodes

    def _install(self) -> None:
        """Make equal data folders, and tell each that they were a cluster when they ended.

        So they find each other as after a loss of power, and none has to be copied from
        another, which takes four seconds a node.
        """
        owned_by("mysql", self._folder)
        first, *others = self.nodes
        subprocess.run(
            [
                *(programs()["mariadb-install-db"], "--no-defaults", f"--datadir={first.data}"),
                *("--auth-root-authentication-method=normal", "--skip-test-db"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            **user_of("mysql"),
        )
        for node in others:
            subprocess.run(["cp", "-a", first.data, node.data], check=True)
        cluster, names = uuid.uuid4(), sorted(str(uuid.uuid1()) for _ in self.nodes)
        for node, name in zip(self.nodes, names, strict=True):
            node.write("grastate.dat", _STATE.format(cluster=cluster))
            node.write("gvwstate.dat", _view(name, names))


def _view(own: str, names: list[str]) -> str:
    """Return what a node keeps of the last view of the cluster that it had."""
    members = "".join(f"member: {name} 0\n" for name in names)
    view = f"view_id: 3 {names[0]} 1\nbootstrap: 0\n{members}"
    return f"my_uuid: {own}\n#vwbeg\n{view}#vwend\n"


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="reliability.servers.galera", description=__doc__)
    parser.add_argument("action", choices=("start", "kill", "rejoin", "status", "stop"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("node", type=int, nargs="?", choices=range(_SIZE))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    cluster = Galera(options.folder.resolve())
    if options.action in ("kill", "rejoin"):
        if options.node is None:
            parser.error("say which node: 0, 1 or 2")
        getattr(cluster, options.action)(options.node)
    elif options.action != "status":
        getattr(cluster, options.action)()
    for url, node in zip(cluster.urls, cluster.nodes, strict=True):
        print(url, node.status("local_state_comment") or "not there")


if __name__ == "__main__":
    main()
