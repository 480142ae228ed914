"""Workers of Dask, for `workers.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from distributed import Client

from examples.workers import Job, LostError, Product, changes_by
from ormolu import ChangeSet

__all__ = ["DaskEngine"]


class DaskEngine:
    """The workers that a client knows.

    Args:
        client: the client.
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    def submit(self, job: Job, products: Sequence[Product]) -> Any:
        """Have a worker call `changes_by`; return what `result` takes."""
        # the same job is to be done again if it is asked for again: its answer is not kept
        return self.client.submit(changes_by, job, list(products), pure=False, retries=0)

    def result(self, answer: Any) -> ChangeSet:
        """Wait for what a worker answers.

        Raises:
            LostError: there is no answer; Dask has tried as often as `distributed.scheduler.
                allowed-failures` says where workers died.
        """
        try:
            changes: ChangeSet = answer.result()
        except Exception as error:  # whatever the job has raised, or KilledWorker
            raise LostError(f"{type(error).__name__}: {error}") from error
        return changes
