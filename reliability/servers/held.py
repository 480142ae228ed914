"""Instances that stay in memory: do they agree with the database, by another connection?"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError

from sqlalchemy import inspect, text

from .model import Base, Box, Item, Ledger, Tag
from .work import Draft

__all__ = ["Held"]


class Held:
    """Instances that are kept alive from one transaction to the next.

    Args:
        session: whose instances they are.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: set[Base] = set()
        self._gone: set[Base] = set()

    def keep(self, draft: Draft) -> None:
        """See that what was committed is in order, and keep what is in the session now."""
        for instance in draft.deleted:
            state = inspect(instance)
            assert state.detached or state.transient, f"{instance} was deleted, and is {state}"
        self._unchanged()
        self._gone.clear()
        # who is forgotten, and by that collected or not, is to differ from time to time
        kept = [one for one in self._session if draft.chance.random() < 0.9]
        self._held = {one for one in kept if not isinstance(one, Ledger)}

    def agree(self, connection: Any, failed: Draft | None, chance: random.Random) -> int:
        """Compare each instance with the database.

        Args:
            connection: reads it in plain SQL.
            failed: the transaction that was rolled back, if one was.
            chance: in which order.

        Returns:
            How many instances were compared.

        Raises:
            AssertionError: an instance holds something else, or is in another state of its
                life than it should be.
        """
        made = set(failed.made) if failed else set()
        for instance in made:
            self._is_transient(instance)
        self._unchanged()
        deleted = failed.deleted if failed else ()
        present = sorted(
            self._held.union(self._session, deleted) - made - self._gone,
            key=lambda one: (type(one).__name__, inspect(one).identity),
        )
        for instance in present:
            assert inspect(instance).persistent, f"{instance} should be persistent"
        chance.shuffle(present)
        for instance in present:
            self._compare(instance, connection)
        self._unchanged()
        return len(present)

    def _is_transient(self, instance: Base) -> None:
        state = inspect(instance)
        assert state.transient, f"{instance} was made by what failed, and is {state}"
        assert state.key is None and state.session_id is None
        self._held.discard(instance)

    def _unchanged(self) -> None:
        """See that nothing is pending, and no instance counts as modified."""
        session = self._session
        pending: Iterable[Any] = (*session.new, *session.dirty, *session.deleted)
        assert not list(pending), f"still to be flushed: {list(pending)}"
        for instance in self._held.union(session):
            state = inspect(instance)
            if state.session is session:
                assert state.persistent, f"{instance} is not persistent"
                assert not state.modified and not state.committed_state, f"{instance} is modified"

    def _compare(self, instance: Base, connection: Any) -> None:
        state = inspect(instance)
        table = type(instance).__tablename__
        row = connection.execute(
            text(f"SELECT * FROM {table} WHERE id = :id"), {"id": state.identity[0]}
        ).one_or_none()
        if row is None:
            self._is_gone(instance)
            return
        for column, value in row._mapping.items():
            held = getattr(instance, column)
            assert held == value, f"{table} {row}: {column} is {held!r} in memory"
        self._compare_related(instance, connection)
        for attribute in state.attrs:
            assert not attribute.history.has_changes(), f"{table} {row} {attribute.key}"

    def _is_gone(self, instance: Base) -> None:
        """See that reading an instance without a row says so, and forget it."""
        attribute = "id" if isinstance(instance, Ledger) else "label"
        try:
            value = getattr(instance, attribute)
        except ObjectDeletedError:
            self._session.expunge(instance)
            self._held.discard(instance)
            self._gone.add(instance)
        else:
            raise AssertionError(f"{instance} has no row, and {attribute} is {value!r}")

    def _compare_related(self, instance: Base, connection: Any) -> None:
        for query, class_, held in _related(instance):
            ids = connection.execute(text(query), {"id": inspect(instance).identity[0]}).scalars()
            wanted = {self._session.get(class_, key) for key in ids if key is not None}
            assert set(held) == wanted, f"{instance} has {held} in memory, and {wanted}"


def _related(instance: Base) -> list[tuple[str, type[Base], Iterable[Any]]]:
    """Return queries for related ids, of which class they are, and what is in memory."""
    if isinstance(instance, Box):
        return [("SELECT id FROM item WHERE box_id = :id", Item, instance.items)]
    if isinstance(instance, Item):
        box = [instance.box] if instance.box else []
        return [
            ("SELECT box_id FROM item WHERE id = :id", Box, box),
            ("SELECT tag_id FROM tagged WHERE item_id = :id", Tag, instance.tags),
        ]
    if isinstance(instance, Tag):
        return [("SELECT item_id FROM tagged WHERE tag_id = :id", Item, instance.items)]
    return []
