"""One of several writers that use the recipe: ``python -m reliability.servers.writer ORDER``.

ORDER is JSON: where the servers are, a seed, how many transfers, and how they are isolated.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from examples.cluster import InDoubtError, cluster_engine, run_transaction  # noqa: E402
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from .faults import Journal  # noqa: E402
from .model import ACCOUNTS, Account, Ledger, Transfer  # noqa: E402

__all__ = ["Writer"]


class Writer:
    """Moves amounts between accounts that all writers use.

    Args:
        urls: where the servers are; the first is the one it prefers.
        seed: what it does; also begins the ids of its transfers.
        isolation: the isolation level, or None for that of the database.
    """

    def __init__(self, urls: list[str], seed: str, isolation: str | None) -> None:
        options = {"isolation_level": isolation} if isolation else {}
        self._sessions = sessionmaker(cluster_engine(urls, **options))
        self._seed = seed
        self._chance = random.Random(seed)
        self._tries = 0

    def run(self, transfers: int, journal: Journal) -> None:
        """Tell of each transfer that was acknowledged, or is in doubt, and of all tries."""
        for number in range(transfers):
            key = f"{self._seed}.{number}"
            try:
                journal.tell("acknowledged", key, self._transfer(key))
            except InDoubtError as error:
                journal.tell("in doubt", error.key, None)
        journal.tell("tries", str(self._tries), None)

    def _transfer(self, key: str) -> list[int]:
        source, target = self._chance.sample(range(ACCOUNTS), 2)
        amount = self._chance.randrange(1, 100)

        def work(session: Session) -> list[int]:
            self._tries += 1
            session.get_one(Account, source).balance -= amount
            session.get_one(Account, target).balance += amount
            session.add(Transfer(id=key, source=source, target=target, amount=amount))
            return [source, target, amount]

        result: list[int] = run_transaction(self._sessions, work, ledger=Ledger, key=key)
        return result


def main(order: dict[str, Any]) -> None:
    """Run as ordered."""
    transfers = order.pop("transfers")
    Writer(**order).run(transfers, Journal())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
