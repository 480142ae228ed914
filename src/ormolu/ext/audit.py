"""A record of every commit in a table of SQLAlchemy, in the transaction of the commit."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from ..errors import MissingExtraError
from ..tracking.auditing import Entries, Who, now
from ..tracking.documents.codec import Codec
from ..tracking.workspaces.changeset import ChangeSet

__all__ = ["AuditTable", "audit_table"]


def audit_table(metadata: Any, name: str = "audit") -> Any:
    """Return a table for :class:`AuditTable`, made in a ``MetaData``.

    It has a row for each object of a commit: ``id``, ``commit_id``, ``at``, ``who``, ``why``,
    ``class_name``, ``key``, ``kind`` and ``fields``.  The key is JSON text, or ``#3`` for an
    object without one; the fields are as :meth:`ormolu.ChangeSet.to_json` writes them.  What is
    no text in ``who`` and ``why`` is JSON text there.

    Args:
        metadata: the ``MetaData``.
        name: what the table is called.

    Raises:
        MissingExtraError: SQLAlchemy is not installed.

    Example:
        >>> from sqlalchemy import MetaData, create_engine, inspect
        >>> metadata = MetaData()
        >>> table = audit_table(metadata, "history")
        >>> engine = create_engine("sqlite://")
        >>> metadata.create_all(engine)
        >>> inspect(engine).get_table_names()
        ['history']
        >>> engine.dispose()
    """
    sa = _sqlalchemy()
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("commit_id", sa.String(32), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(255)),
        sa.Column("why", sa.Text),
        sa.Column("class_name", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Index(f"ix_{name}_object", "class_name", "key"),
    )


class AuditTable:
    """Writes every commit of a workspace to a table, with a connection that is given.

    To be given to :meth:`ormolu.Workspace.before_commit`, after the function that stores the
    objects: so new ones have their keys, and either all is in the transaction, or nothing is
    committed.

    Args:
        connection: a ``Connection`` or a ``Session``.  It is neither committed nor rolled
            back here.
        table: what :func:`audit_table` has returned, or a table with the same columns.
        who: the name of who commits, or a function that returns it; what is given to
            ``commit(who=...)`` comes first.
        codec: writes values that JSON has no form for.  If it is not given, these are
            written with ``repr``, which is to be read by people only.
        clock: tells the time.

    Raises:
        ArgumentError: one of the last three is of another kind.

    Example:
        >>> from dataclasses import dataclass
        >>> from sqlalchemy import MetaData, create_engine, select
        >>> from ormolu import Workspace, tracked
        >>> from ormolu.ext.audit import AuditTable, audit_table
        >>> @tracked
        ... @dataclass
        ... class Person:
        ...     id: int
        ...     name: str
        >>> metadata = MetaData()
        >>> table = audit_table(metadata)
        >>> engine = create_engine("sqlite://")
        >>> metadata.create_all(engine)
        >>> with engine.begin() as connection:
        ...     work = Workspace(key="id")
        ...     _ = work.before_commit(AuditTable(connection, table, who="ann"))
        ...     work.add(Person(1, "Bob"))
        ...     _ = work.commit(why="he asked")
        ...     row = connection.execute(select(table)).one()
        >>> row.who, row.why, row.class_name, row.key, row.kind
        ('ann', 'he asked', 'Person', '1', 'new')
        >>> engine.dispose()
    """

    def __init__(
        self,
        connection: Any,
        table: Any,
        who: Who = None,
        *,
        codec: Codec | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._connection = connection
        self._table = table
        self._entries = Entries(who, codec, clock)

    def __call__(self, changes: ChangeSet) -> None:
        """Write what is committed.

        Raises:
            PatchError: there is a value that the codec cannot write.
            Exception: whatever the database raises.
        """
        rows = list(self._rows(changes))
        if rows:
            self._connection.execute(self._table.insert(), rows)

    def _rows(self, changes: ChangeSet) -> Iterator[dict[str, Any]]:
        entry = self._entries.entry(changes)
        common = {
            "commit_id": uuid.uuid4().hex,
            "at": datetime.fromisoformat(entry["when"]),
            "who": _text(entry["who"]),
            "why": _text(entry["why"]),
        }
        for one in entry["changes"]["changes"]:
            yield {
                **common,
                "class_name": one["class"],
                "key": json.dumps(one["key"]) if "key" in one else f"#{one['number']}",
                "kind": one["kind"],
                "fields": one["fields"],
            }


def _text(data: Any) -> str | None:
    """Return what a column of text has of plain data: what is no text, as JSON."""
    return data if data is None or isinstance(data, str) else json.dumps(data)


def _sqlalchemy() -> Any:
    try:
        import sqlalchemy  # noqa: PLC0415 - for those who have it
    except ImportError as error:
        raise MissingExtraError(
            "an audit table needs SQLAlchemy: install ormolu[sqlalchemy]"
        ) from error
    return sqlalchemy
