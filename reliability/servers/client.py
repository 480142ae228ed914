"""The process that works, and may be killed: ``python -m reliability.servers.client ORDER``.

ORDER is JSON: where the servers are, a seed, how many transactions, what is struck and how
often.  What it begins and how that ends it tells on standard output, line by line.
"""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

import ormolu.sqlalchemy

ormolu.sqlalchemy.install()

from examples.cluster import cluster_engine, is_retriable, is_undone  # noqa: E402
from sqlalchemy.exc import DBAPIError  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from sqlalchemy.orm.exc import StaleDataError  # noqa: E402
from sqlalchemy.pool import NullPool  # noqa: E402

from sqlalchemy import event, text  # noqa: E402

from .faults import Faults, Journal  # noqa: E402
from .held import Held  # noqa: E402
from .truth import Truth, ledger_of, read  # noqa: E402
from .work import Draft  # noqa: E402

__all__ = ["Client"]

_PATIENCE = 60  # times


class Client:
    """One session that lives on through all failures.

    Args:
        urls: where the servers are.
        seed: what is done, and where it is struck; also begins the ids of transactions.
        weights: what is struck, and how often in comparison.
        every: in one of how many transactions something is struck.
    """

    def __init__(self, urls: list[str], seed: str, weights: dict[str, int], every: float) -> None:
        self._urls = urls
        self._seed = seed
        self._chance = random.Random(seed)
        self._journal = Journal()
        self._faults = Faults(self._chance, weights, every, self._journal)
        self._faults.rival = self._write_elsewhere
        engine = cluster_engine(urls)
        event.listen(engine, "connect", _note_id)
        self._session = Session(engine)
        self._held = Held(self._session)
        self._draft: Draft | None = None
        self._plain = cluster_engine(urls, poolclass=NullPool)
        with self._plain.connect() as connection:
            self._truth = Truth(read(connection), ledger_of(connection))
        self._faults.watch(engine, self._session, self._committing)

    def run(self, transactions: int) -> None:
        """Try some transactions."""
        for number in range(transactions):
            self._transact(f"{self._seed}.{number}")

    def _transact(self, key: str) -> None:
        self._journal.tell("begin", key)
        self._truth.begin(key)
        self._draft = Draft(key, self._session, self._truth.contents, self._chance)
        self._faults.arm()
        try:
            self._draft.work()
            self._session.commit()
        except (DBAPIError, StaleDataError) as error:
            expected = self._faults.struck or self._faults.shaken
            if not (expected and is_retriable(error)):
                raise
            self._failed(error, self._draft)
        else:
            self._acknowledged(self._draft)

    def _committing(self) -> None:
        """Tell what will be in the database if COMMIT gets through."""
        if self._draft is not None:
            changes = self._draft.changes()
            self._journal.tell("committing", changes)
            self._truth.committing(changes)

    def _acknowledged(self, draft: Draft) -> None:
        self._journal.tell("acknowledged")
        self._truth.acknowledged()
        self._draft = None
        self._faults.disarm()
        self._held.keep(draft)
        if self._faults.struck == "rival":
            self._faults.struck = ""
        elif not self._faults.struck and self._chance.random() < 0.1:
            self._compare(None)

    def _failed(self, error: Exception, draft: Draft) -> None:
        undone = is_undone(error)
        self._journal.tell("failed", undone)
        self._truth.failed(undone)
        self._draft = None
        self._session.rollback()
        self._faults.disarm()
        self._faults.struck = ""
        self._compare(draft)

    def _compare(self, failed: Draft | None) -> None:
        """See that database and instances are as they have to be, once both can be read."""
        for number in range(_PATIENCE):
            try:
                compared = self._compare_once(failed)
            except DBAPIError as error:
                if not is_retriable(error) or number == _PATIENCE - 1:
                    raise
                time.sleep(0.1)
            else:
                self._journal.tell("compared", compared)
                return
            finally:
                self._session.rollback()

    def _compare_once(self, failed: Draft | None) -> int:
        with self._plain.connect() as connection:
            ledger = ledger_of(connection)
            if failed:
                self._journal.tell("settle", [failed.key] if failed.key in ledger else [])
                self._truth.settle(ledger)
            self._truth.judge(read(connection), ledger)
            return self._held.agree(connection, failed, self._chance)

    def _write_elsewhere(self, connection: Any) -> bool:
        """Change and commit a row of the present transaction, through another node."""
        assert self._draft is not None
        item = self._row_at_stake(self._draft)
        if item is None:
            return False
        others = list(self._urls)
        del others[connection.info["node"]]
        engine = cluster_engine(others, poolclass=NullPool)
        change = "UPDATE item SET weight = weight + 1, version = version + 1 WHERE label = :label"
        with engine.begin() as other:
            other.execute(text(change), {"label": item})
        weight, *more = self._truth.contents["item"][item]
        self._journal.tell("changed", "item", item, [weight + 1, *more])
        self._truth.changed("item", item, [weight + 1, *more])
        return True

    def _row_at_stake(self, draft: Draft) -> str | None:
        items = draft.after["item"]
        for label, (weight, box, _) in sorted(draft.before["item"].items()):
            if items.get(label, [None])[:2] != [weight, box]:
                return label
        return None


def _note_id(connection: Any, record: Any) -> None:
    """Keep what a server calls a connection."""
    if hasattr(connection, "thread_id"):
        record.info["id"] = connection.thread_id()
    else:
        record.info["id"] = connection.info.backend_pid


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    transactions = order.pop("transactions")
    Client(**order).run(transactions)
