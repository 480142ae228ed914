"""Transactions on a cluster each of whose nodes takes writes; see docs/cluster.md.

`run_transaction` runs a unit of work until it is committed exactly once, through conflicts
with other nodes, nodes that die, and commits that nobody answered.  `cluster_engine` is an
engine that stays with one node, and goes on at the next when that one fails.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from sqlalchemy import Engine, create_engine, event, make_url

__all__ = ["InDoubtError", "cluster_engine", "is_retriable", "is_undone", "run_transaction"]

Result = TypeVar("Result")

# the database has undone the whole transaction, and it may succeed when it is tried again
_CONFLICTS = {
    1213,  # MariaDB: a deadlock, or another node was first to commit a change of the same row
    1205,  # MariaDB: waited too long for a lock
    1020,  # MariaDB: the row has changed since the snapshot
    "40001",  # PostgreSQL: could not be serialized
    "40P01",  # PostgreSQL: a deadlock
}
# a node that is alive and has lost the others answers with one of these
_NODE_IS_OUT = {
    1047,  # "WSREP has not yet prepared node for application use"
    1180,  # COMMIT failed: "Not connected to Primary Component"
}


class InDoubtError(Exception):
    """Whether the transaction was committed is not known, and could not be found out.

    Attributes:
        key: what the ledger has to be asked for when the database answers again.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"whether {key} was committed is not known")
        self.key = key


class _Attempt:
    """One try: how far it came, and what came out of it."""

    result: Any = None
    committing = False


def run_transaction(
    sessions: Callable[[], Session],
    work: Callable[[Session], Result],
    *,
    ledger: Any,
    key: str,
    tries: int = 12,
) -> Result:
    """Run a unit of work until it is committed, exactly once.

    Args:
        sessions: makes a session: each try has a fresh one, so nothing of a failed try is left.
        work: what to do with it; called once for each try, so it must do nothing else that
            cannot be done twice, and loads its instances anew.
        ledger: a mapped class with the primary key ``id``; a row of it is written by the
            same transaction, which is how to know afterwards that it was committed.
        key: the id of that row; the caller's, who may ask with it again after a crash.
        tries: after how many to give up.

    Returns:
        What the work of the committed try returned.

    Raises:
        DBAPIError: what cannot be mended by another try, or the last failure.
        InDoubtError: the tries are used up, and one of them may have been committed.
    """
    doubtful: _Attempt | None = None
    failure: Exception | None = None
    for number in range(tries):
        time.sleep(_pause(number))
        attempt = _Attempt()
        try:
            if doubtful and _is_committed(sessions, ledger, key):
                return doubtful.result
            return _try(sessions, work, ledger(id=key), attempt)
        except (DBAPIError, StaleDataError) as error:
            # after a doubt any failure can come from the row that is there already
            if not (doubtful or is_retriable(error)):
                raise
            doubtful = attempt if attempt.committing and not is_undone(error) else doubtful
            failure = error
    if doubtful:
        raise InDoubtError(key) from failure
    assert failure is not None
    raise failure


def is_retriable(error: Exception) -> bool:
    """Tell whether the same work may succeed in a new session."""
    if isinstance(error, DBAPIError):
        return bool(error.connection_invalidated) or _code(error) in _CONFLICTS
    return isinstance(error, StaleDataError)


def is_undone(error: Exception) -> bool:
    """Tell whether a failed COMMIT has surely left nothing behind."""
    return isinstance(error, IntegrityError) or (
        isinstance(error, DBAPIError) and _code(error) in _CONFLICTS
    )


def cluster_engine(urls: Sequence[str], **options: Any) -> Engine:
    """Return an engine that connects to the first node that takes part in the cluster.

    It stays with that one until it fails: writes through one node do not conflict with each
    other, and what was written there can be read there at once.  Where the node is, is
    ``connection.info["node"]``.

    Args:
        urls: where the nodes are, in the order of preference.
        options: for ``create_engine``.
    """
    nodes = [make_url(url) for url in urls]
    engine = create_engine(nodes[0], **options)
    present = 0

    def connect(dialect: Any, record: Any, *_: Any) -> Any:
        nonlocal present
        failure = None
        for node in [*range(present, len(nodes)), *range(present)]:
            try:
                connection = _connect(dialect, nodes[node])
            except dialect.loaded_dbapi.Error as error:
                failure = error
            else:
                present = record.info["node"] = node
                return connection
        assert failure is not None
        raise failure

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", _leave_node)
    return engine


def _connect(dialect: Any, url: Any) -> Any:
    """Connect to a node, and see that it takes part in the cluster."""
    positional, named = dialect.create_connect_args(url)
    connection = dialect.connect(*positional, **named)
    if dialect.name in ("mariadb", "mysql"):
        cursor = connection.cursor()
        try:
            # reads wait for what was committed at another node before
            cursor.execute("SET SESSION wsrep_sync_wait = 1")
            cursor.execute("SELECT 1")
        except BaseException:
            connection.close()
            raise
        connection.rollback()
    return connection


def _leave_node(context: Any) -> None:
    """Let a node that has left the cluster count as a lost connection, and having none, too."""
    code = next(iter(context.original_exception.args), None)
    if context.connection is None or code in _NODE_IS_OUT:
        context.is_disconnect = True


def _try(
    sessions: Callable[[], Session], work: Callable[[Session], Any], entry: Any, attempt: _Attempt
) -> Any:
    with sessions() as session:
        # first of all: if an earlier try is still being committed, this waits for its end
        session.add(entry)
        session.flush()
        attempt.result = work(session)
        session.flush()
        attempt.committing = True
        session.commit()
        return attempt.result


def _is_committed(sessions: Callable[[], Session], ledger: Any, key: str) -> bool:
    with sessions() as session:
        return session.get(ledger, key) is not None


def _code(error: DBAPIError) -> Any:
    """Return the SQLSTATE of a PostgreSQL driver, or the error number of a MariaDB driver."""
    original: Any = error.orig
    return getattr(original, "sqlstate", None) or next(iter(original.args), None)


def _pause(number: int) -> float:
    """Return how long to wait before a try: twice as long each time, and never in step."""
    return random.uniform(0.5, 1) * min(0.02 * 2**number, 2) if number else 0
