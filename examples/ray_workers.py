"""Workers of Ray, for `workers.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ray

from examples.workers import Job, LostError, Product, changes_by
from ormolu import ChangeSet

__all__ = ["RayEngine"]

# what a worker answers depends on nothing but what it was given, so Ray might as well try
# again by itself; here it is left to the owner
_changes_by = ray.remote(max_retries=0)(changes_by)


class RayEngine:
    """The workers of the cluster that `ray.init` has found or made."""

    def submit(self, job: Job, products: Sequence[Product]) -> Any:
        """Have a worker call `changes_by`; return what `result` takes."""
        return _changes_by.remote(job, list(products))

    def result(self, answer: Any) -> ChangeSet:
        """Wait for what a worker answers.

        Raises:
            LostError: there is no answer.
        """
        try:
            changes: ChangeSet = ray.get(answer)
        except ray.exceptions.RayError as error:
            raise LostError(str(error)) from error
        return changes
