"""Where in a transaction something is struck, and what."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from sqlalchemy import Engine, event

__all__ = ["Faults", "Journal"]

# a transaction comes by these places; "commit" is the last moment before COMMIT is sent
_PLACES = ("statement", "statement", "flushed", "before commit", "commit", "commit")
_STATEMENTS = 12
_SLOWEST = 0.012


class Journal:
    """Tells the parent what is being done, and asks it to strike; each line is one entry."""

    def tell(self, *entry: Any) -> None:
        """Write an entry; it is the parent's, even if this process is killed right after."""
        sys.stdout.write(json.dumps(entry) + "\n")
        sys.stdout.flush()

    def wait(self) -> None:
        """Wait until what was asked for has been done."""
        if not sys.stdin.readline():
            sys.exit("the parent is gone")


class Faults:
    """Strikes at random places of random transactions.

    Args:
        chance: chooses.
        weights: what to strike, and how often: ``{"connection": 2, "client": 1}``.
        every: in one of how many transactions something happens.
        journal: asks the parent.

    Attributes:
        struck: what was struck in this transaction, or at the end of the one before.
        shaken: whether nodes were lost at any time: a cluster may take some time to settle, in
            which transactions fail that were not struck.
        rival: changes a row of this transaction elsewhere, where that is asked for.
    """

    def __init__(
        self, chance: random.Random, weights: dict[str, int], every: float, journal: Journal
    ) -> None:
        self._chance = chance
        self._weights = weights
        self._every = every
        self._journal = journal
        self._what = self._place = ""
        self._left = 0
        self._delay: float | None = None
        self._waiting = False
        self.struck = ""
        self.shaken = False
        self.rival: Callable[[Any], bool] = lambda connection: False

    def watch(self, engine: Engine, session: Session, committing: Callable[[], None]) -> None:
        """Come by the places of all transactions of a session.

        Args:
            engine: its engine.
            session: the session.
            committing: called before COMMIT is sent.
        """

        def commit(connection: Any) -> None:
            committing()
            self._reach("commit", connection)

        def statement(connection: Any, *_: Any) -> None:
            self._reach("statement", connection)

        event.listen(engine, "commit", commit)
        event.listen(engine, "before_cursor_execute", statement)
        event.listen(
            session, "after_flush", lambda session, _: self._reach("flushed", session.connection())
        )
        event.listen(
            session,
            "before_commit",
            lambda session: self._reach("before commit", session.connection()),
        )

    def arm(self) -> None:
        """Begin a transaction: decide whether, where and when something is struck."""
        chance = self._chance
        self._place = ""
        if chance.random() * self._every > 1:
            return
        self._what = chance.choices(list(self._weights), list(self._weights.values()))[0]
        self._place = chance.choice(_PLACES)
        self._left = chance.randrange(_STATEMENTS) if self._place == "statement" else 0
        # at once, or while the server is at it
        self._delay = chance.choice((None, chance.random() * _SLOWEST))

    def disarm(self) -> None:
        """End a transaction; wait for what is still to come."""
        self._place = ""
        if self._waiting:
            self._waiting = False
            self._journal.wait()

    def _reach(self, place: str, connection: Any) -> None:
        if place != self._place:
            return
        if self._left:
            self._left -= 1
            return
        self._place = ""
        if self._what == "rival":
            self.struck = self._what if self.rival(connection) else ""
            return
        self.struck = self._what
        self.shaken |= self._what in ("node", "network")
        target = {"node": connection.info.get("node"), "id": connection.info["id"]}
        self._journal.tell("strike", self._what, target, self._delay or 0)
        if self._delay is None:
            self._journal.wait()
        else:
            self._waiting = True
