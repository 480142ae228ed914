"""What the database has to hold, by what was told of each transaction; in plain SQL.

A client tells that it begins a transaction, that COMMIT is about to be sent and what will
have changed then, and how it ended.  What was acknowledged has to be there, with all of its
effects; what failed before COMMIT was sent must have none; what was cut off in between is in
doubt: the ledger says which of both holds, and then the contents have to say so too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from copy import deepcopy
from typing import Any

from sqlalchemy import text

__all__ = ["Contents", "Truth", "changes_between", "ledger_of", "read"]

# table, label, and what the row holds, in terms of labels: {"box": {"a": 3}, "item": ...}
Contents = dict[str, dict[str, Any]]


class Truth:
    """What the database has to hold.

    Args:
        contents: what it holds at the beginning.
        ledger: the transactions that were committed before.

    Attributes:
        contents: what it has to hold now, apart from a transaction that is in doubt.
        count: how many transactions came to which end.
    """

    def __init__(self, contents: Contents, ledger: set[str]) -> None:
        self.contents = deepcopy(contents)
        self.count: Counter[str] = Counter()
        self._committed = set(ledger)
        self._begun = ""
        self._changes: Contents | None = None

    def begin(self, key: str) -> None:
        """Hear that a transaction has begun."""
        self._begun, self._changes = key, None
        self.count["transactions"] += 1

    def committing(self, changes: Contents) -> None:
        """Hear that COMMIT will be sent, and of the changes: None stands for a deleted row."""
        self._changes = changes

    def acknowledged(self) -> None:
        """Hear that the transaction was committed."""
        self._happened("acknowledged")

    def failed(self, undone: bool = False) -> None:
        """Hear that it failed; ``undone`` if COMMIT was answered with a refusal."""
        if undone or self._changes is None:
            self._end("failed")

    def changed(self, table: str, label: str, value: Any) -> None:
        """Hear of a change that somebody else has committed."""
        self.contents[table][label] = value

    def settle(self, ledger: Collection[str]) -> None:
        """Let the ledger decide about a transaction that nobody said the end of."""
        if not self._begun:
            return
        if self._changes is None:
            self._end("failed")
        elif self._begun in ledger:
            self._happened("in doubt, committed")
        else:
            self._end("in doubt, undone")

    def judge(self, contents: Contents, ledger: set[str]) -> None:
        """Compare with what is in the database.

        Raises:
            AssertionError: it holds something else.
        """
        lost = sorted(self._committed - ledger)
        assert not lost, f"committed, and not there: {lost}"
        risen = sorted(ledger - self._committed)
        assert not risen, f"not committed, and there: {risen}"
        wrong = changes_between(self.contents, contents)
        assert not any(wrong.values()), f"the database holds something else: {wrong}"

    def _happened(self, ending: str) -> None:
        assert self._changes is not None, f"{self._begun} was committed before its end"
        for table, rows in self._changes.items():
            for label, value in rows.items():
                self.contents[table][label] = value
                if value is None:
                    del self.contents[table][label]
        self._committed.add(self._begun)
        self._end(ending)

    def _end(self, ending: str) -> None:
        self.count[ending] += 1
        self._begun, self._changes = "", None


def changes_between(before: Contents, after: Contents) -> Contents:
    """Return the rows that are different afterwards, and None for those that are gone."""
    return {
        table: {
            label: after[table].get(label)
            for label in rows.keys() | after[table].keys()
            if rows.get(label) != after[table].get(label)
        }
        for table, rows in before.items()
    }


def read(connection: Any) -> Contents:
    """Return what the database holds."""
    tags: dict[str, list[str]] = {}
    tagged = (
        "SELECT item.label, tag.label FROM item JOIN tagged ON item.id = tagged.item_id"
        " JOIN tag ON tag.id = tagged.tag_id ORDER BY tag.label"
    )
    for item, tag in connection.execute(text(tagged)):
        tags.setdefault(item, []).append(tag)
    boxed = "SELECT item.label, weight, box.label FROM item LEFT JOIN box ON box.id = box_id"
    return {
        "box": dict(map(tuple, connection.execute(text("SELECT label, size FROM box")))),
        "item": {
            item: [weight, box, tags.get(item, [])]
            for item, weight, box in connection.execute(text(boxed))
        },
    }


def ledger_of(connection: Any) -> set[str]:
    """Return the ids of the committed transactions."""
    return set(connection.execute(text("SELECT id FROM ledger")).scalars())
