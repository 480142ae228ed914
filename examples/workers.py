"""Objects changed by workers of an engine, and written once by the one who owns them.

The owner reads products from SQLite into a workspace and hands them out.  A worker gets
copies, changes them in a workspace of its own, and answers with the change set.  The owner
puts the change sets together, with the conflicts reported, and writes all of it in one
transaction.  Workers write nothing, so a worker that dies takes along only what it had in
hand, and its part of the work can be given out again.  See docs/workers.md.

The engines are in `ray_workers.py` and `dask_workers.py`; of an engine nothing is asked but
that it runs a function elsewhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from ormolu import ChangeSet, Conflict, Workspace, tracked

__all__ = ["Engine", "Job", "LostError", "Outcome", "Owner", "Part", "Product", "changes_by"]


@tracked
@dataclass(eq=False)
class Product:
    id: int | None
    name: str
    price: int
    tags: set[str] = field(default_factory=set)


Job = Callable[[Workspace], object]
"""What is done to the products of a workspace; it runs in a worker."""


class Part(NamedTuple):
    """A part of the work: what is to be done, and to which products."""

    job: Job
    ids: tuple[int, ...]


@dataclass
class Outcome:
    """What has come of some parts: what was written, what clashed, and what is to be redone."""

    written: ChangeSet
    conflicts: list[Conflict]
    lost: list[tuple[Part, Exception]]


def changes_by(job: Job, products: Sequence[Product]) -> ChangeSet:
    """Do a job to copies of products; return what changed in them."""
    work = Workspace(key="id", classes=[Product])
    work.attach(*products)
    job(work)
    return work.changes()


class LostError(Exception):
    """What a worker was to do is not done: it died, or the job raised; the cause says which."""


class Engine(Protocol):
    """Runs functions in workers."""

    def submit(self, job: Job, products: Sequence[Product]) -> Any:
        """Have a worker call `changes_by`; return what `result` takes."""

    def result(self, answer: Any) -> ChangeSet:
        """Wait for what a worker answers.

        Raises:
            LostError: there is no answer.
        """
        ...


class Owner:
    """Keeps products in SQLite; whoever wants them changed asks it.

    Args:
        database: has the table, or gets it.
        engine: has the workers.
    """

    def __init__(self, database: sqlite3.Connection, engine: Engine) -> None:
        self.database = database
        self.engine = engine
        self.work = Workspace(key="id", classes=[Product])
        with database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS product "
                "(id INTEGER PRIMARY KEY, name TEXT, price INTEGER, tags TEXT)"
            )
        for id_, name, price, tags in database.execute(
            "SELECT id, name, price, tags FROM product"
        ):
            self.work.attach(Product(id_, name, price, set(json.loads(tags))))
        self.work.before_commit(self._write)

    def run(
        self, parts: Sequence[Part], in_conflict: Literal["ours", "theirs", "raise"] = "ours"
    ) -> Outcome:
        """Have parts of the work done at once, and write what has come of them.

        Args:
            parts: what to do; where two change the same, the first is "ours".
            in_conflict: whose side to take.

        Raises:
            ConflictError: if it is to be raised; nothing was changed or written.
        """
        engine = self.engine
        answers = [(part, engine.submit(part.job, self._products(part))) for part in parts]
        outcome = Outcome(ChangeSet(), [], [])
        with self.work.checkpoint():
            for part, answer in answers:
                try:
                    changes = engine.result(answer)
                except LostError as error:
                    outcome.lost.append((part, error))
                else:
                    outcome.conflicts += changes.apply(self.work, in_conflict)
        outcome.written = self.commit()
        return outcome

    def commit(self) -> ChangeSet:
        """Write what has changed, in one transaction."""
        with self.database:
            return self.work.commit()

    def _products(self, part: Part) -> list[Product]:
        found = [self.work.get(Product, id_) for id_ in part.ids]
        return [product for product in found if product is not None]  # others were deleted

    def _write(self, changes: ChangeSet) -> None:
        for change in changes.values():
            product: Product = self.work.find(change.ref)
            if change.kind == "deleted":
                self.database.execute("DELETE FROM product WHERE id = ?", [product.id])
                continue
            row = product.id, product.name, product.price, json.dumps(sorted(product.tags))
            written = self.database.execute("REPLACE INTO product VALUES (?, ?, ?, ?)", row)
            if product.id is None:
                product.id = written.lastrowid
